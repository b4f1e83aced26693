import type { TaskStateName } from '../../core/task.ts';
import type { SkinRun, SkinTask } from './skin-run.ts';

export type SlotRow = {
  readonly id: string;
  readonly status: 'BUSY' | 'IDLE' | 'ERROR';
  /** Who is in it; null: nobody. */
  readonly task: string | null;
};

const BUSY: ReadonlySet<TaskStateName> = new Set(['working', 'stopping', 'asking']);
const STUCK: ReadonlySet<TaskStateName> = new Set(['failed', 'blocked']);

/**
 * The slots that this run has used, and as many more as it has places. In a slot that is in error the work of an attempt
 * was done last that failed for good or waits for a person.
 */
export function slotsOf({ status, tasks, slots }: SkinRun): {
  readonly size: number;
  readonly rows: readonly SlotRow[];
} {
  const holders = new Map(tasks.flatMap((each) => (each.work.slot === null ? [] : [[each.work.slot, each] as const])));
  const known = slots.map((slot) => rowOf(slot, holders.get(slot)));
  const held = known.filter(({ task }) => task !== null).length;
  const size = Math.max(status.places.max ?? known.length, held);
  const unused = Array.from({ length: size }, (_, at) => at + 1)
    .filter((slot) => !slots.includes(slot))
    .map((slot) => rowOf(slot, undefined));
  const idle = [...known.filter(({ task }) => task === null), ...unused].slice(0, size - held);
  const rows = [...known.filter(({ task }) => task !== null), ...idle];
  return { size, rows: rows.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true })) };
}

function rowOf(slot: number, holder: SkinTask | undefined): SlotRow {
  const id = `wt-${slot}`;
  if (holder === undefined) return { id, status: 'IDLE', task: null };
  if (BUSY.has(holder.is.state)) return { id, status: 'BUSY', task: holder.is.id };
  return STUCK.has(holder.is.state) ? { id, status: 'ERROR', task: holder.is.id } : { id, status: 'IDLE', task: null };
}
