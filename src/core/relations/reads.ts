import { components } from '../graph.ts';
import type { Plan, TaskId } from '../plan.ts';
import type { OverlapIndex } from '../scope/overlap-index.ts';
import type { PlanScopes } from './may-write.ts';

/** What follows from `reads`. */
export type ReadEdges = {
  /** For each reader the writers that go first. */
  readonly before: ReadonlyMap<TaskId, readonly TaskId[]>;
  /** Pairs of which neither can go first, both ways. */
  readonly exclusive: ReadonlyMap<TaskId, ReadonlySet<TaskId>>;
};

type Around = {
  readonly scopes: PlanScopes;
  readonly writers: OverlapIndex<TaskId>;
  /** Whether one of the two needs the other, directly or through others. */
  readonly needed: (a: TaskId, b: TaskId) => boolean;
};

/**
 * The writer goes first, unless needs say otherwise. Where such edges close a cycle, among themselves or with needs, no
 * order of them is better than another, so that all of that cycle exclude each other instead.
 */
export function readEdges(plan: Plan, { scopes, writers, needed }: Around): ReadEdges {
  const wanted = new Map<TaskId, readonly TaskId[]>();
  for (const [reader, set] of scopes.reads) {
    const met = writers.meeting(set);
    // What is too complex to decide is taken for a reader of everything.
    const all = met.ok ? met.value : [...scopes.writes.keys()];
    wanted.set(
      reader,
      all.filter((writer) => writer !== reader && !needed(reader, writer)),
    );
  }
  const needs = new Map(plan.tasks.map((task) => [task.id, task.needs]));
  const knots = components({
    ids: plan.tasks.map(({ id }) => id),
    before: (id) => [...(needs.get(id) ?? []), ...(wanted.get(id) ?? [])],
  });
  return split(wanted, new Map(knots.flatMap((ids, knot) => ids.map((id) => [id, knot] as const))));
}

function split(wanted: ReadonlyMap<TaskId, readonly TaskId[]>, knotOf: ReadonlyMap<TaskId, number>): ReadEdges {
  const before = new Map<TaskId, readonly TaskId[]>();
  const exclusive = new Map<TaskId, Set<TaskId>>();
  const exclude = (a: TaskId, b: TaskId): void => {
    exclusive.set(a, (exclusive.get(a) ?? new Set()).add(b));
  };
  for (const [reader, writers] of wanted) {
    const first = writers.filter((writer) => knotOf.get(writer) !== knotOf.get(reader));
    before.set(reader, first);
    for (const writer of writers) {
      if (knotOf.get(writer) !== knotOf.get(reader)) continue;
      exclude(reader, writer);
      exclude(writer, reader);
    }
  }
  return { before, exclusive };
}
