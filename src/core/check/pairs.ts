import type { Plan, TaskId } from '../plan.ts';
import type { Relation } from '../relation.ts';
import { MARKS } from '../relations/marks.ts';
import type { PlanRelations } from '../relations/relations.ts';

export type RelatedPair = { readonly a: TaskId; readonly b: TaskId } & Exclude<Relation, { readonly relation: 'free' }>;

/** More pairs than this nobody reads; they are still counted. */
export const PAIRS_LISTED = 10_000;

/** Of each reason the first task that one stands in such a relation to. */
export type Firsts = { readonly [reason in 'overlap' | 'shared' | 'reads']: ReadonlyMap<TaskId, RelatedPair> };

/** All pairs of a plan: counted, and the first of them listed. */
export type Pairing = {
  readonly pairs: readonly RelatedPair[];
  readonly count: number;
  /** How many of them can never run at the same time. */
  readonly apart: number;
  /** How many of them may write the same path at the same time, as far as they are concerned. */
  readonly overlaps: number;
  readonly firsts: Firsts;
  /** Positions of all that a task excludes without an order. */
  readonly excludes: (position: number) => Iterable<number>;
};

export function pairsOf(plan: Plan, relations: PlanRelations): Pairing {
  const pairs: RelatedPair[] = [];
  const firsts = { overlap: new Map(), shared: new Map(), reads: new Map() } satisfies Record<
    string,
    Map<TaskId, RelatedPair>
  >;
  let [count, apart, overlaps] = [0, 0, 0];
  for (const [a, { id }] of plan.tasks.entries()) {
    const marks = relations.marks(a);
    for (let b = a + 1; b < marks.length; b++) {
      const mark = MARKS[marks[b] ?? 0] ?? null;
      if (mark === null) continue;
      count++;
      if (mark.relation !== 'branch') apart++;
      if (mark.reason === 'overlap') overlaps++;
      const other = plan.tasks[b]?.id ?? '';
      const first = mark.reason in firsts ? firsts[mark.reason as keyof Firsts] : null;
      const telling = first !== null && !(first.has(id) && first.has(other));
      if (pairs.length >= PAIRS_LISTED && !telling) continue;
      const pair = shown(relations, mark.first || mark.relation !== 'after' ? [id, other] : [other, id]);
      if (pair === null) continue;
      if (pairs.length < PAIRS_LISTED) pairs.push(pair);
      for (const each of first === null ? [] : [id, other]) if (!first?.has(each)) first?.set(each, pair);
    }
  }
  return { pairs, count, apart, overlaps, firsts, excludes: (position) => excluded(relations, position) };
}

/** With the path that shows it. */
function shown(relations: PlanRelations, [a, b]: readonly [TaskId, TaskId]): RelatedPair | null {
  const relation = relations.between(a, b);
  return relation.relation === 'free' ? null : { a, b, ...relation };
}

const EXCLUSIVE: readonly boolean[] = MARKS.map((mark) => mark?.relation === 'exclusive');

function excluded(relations: PlanRelations, position: number): readonly number[] {
  const found: number[] = [];
  const marks = relations.marks(position);
  for (let other = 0; other < marks.length; other++) if (EXCLUSIVE[marks[other] ?? 0]) found.push(other);
  return found;
}
