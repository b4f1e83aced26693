import type { PoolSlot } from '../core/ports/pool.ts';
import type { AttemptKey } from '../core/ports/store.ts';

/** The names that the pool's callers know. */
export const idOf = ({ place }: { readonly place: number }): string => `wt-${place}`;
export const branchOf = (task: string): string => `auto/${task}`;

/** null: no slot can be called so. */
export function placeOf(id: string): number | null {
  const [, digits] = /^wt-([1-9]\d{0,3})$/.exec(id) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** Under this name the slot stands in its record, as if the pool were a run and each acquisition an attempt. */
export const keyOf = (pool: string, { task, attempt }: Pick<PoolSlot, 'task' | 'attempt'>): AttemptKey => ({
  run: pool,
  task: task ?? '',
  attempt,
});
