import { levels, linksOf } from './graph.ts';
import type { Plan, TaskId } from './plan.ts';
import type { Relations } from './relation.ts';

type Ordering = { readonly relations: Relations /** Rank of each position. */; readonly order: readonly number[] };

/** Strict batches: the wave of each task by position. Nothing of a wave starts before the last one has ended. */
export function wavesOf(plan: Plan, { relations, order }: Ordering): Int32Array {
  const depth = levelsOf(plan, relations);
  const positions = [...depth.keys()].sort(
    (a, b) => (depth[a] ?? 0) - (depth[b] ?? 0) || (order[a] ?? 0) - (order[b] ?? 0),
  );
  const size = plan.batches.size ?? Number.POSITIVE_INFINITY;
  const waves = new Int32Array(positions.length);
  let wave = 0;
  let filled = 0;
  let level = 0;
  for (const position of positions) {
    const own = depth[position] ?? 0;
    if (own !== level || filled >= size) {
      wave += filled > 0 ? 1 : 0;
      filled = 0;
      level = own;
    }
    waves[position] = wave;
    filled += 1;
  }
  return waves;
}

/** What one invocation carries out: a group, in the order in which the plan first names them; a batch; or all that is ready. */
export function stagesOf(plan: Plan, ordering: Ordering): Int32Array {
  if (plan.continue === 'manual') return levelsOf(plan, ordering.relations);
  if (plan.continue === 'per-batch-human') return wavesOf(inBatches(plan), ordering);
  if (plan.tasks.every(({ group }) => group === null)) return wavesOf(plan, ordering);
  const names = [...new Set(plan.tasks.map(({ group }) => group))];
  const stages = Int32Array.from(plan.tasks, ({ group }) => names.indexOf(group));
  const positions = positionsOf(plan);
  const depth = levelsOf(plan, ordering.relations);
  const lastFirst = [...depth.keys()].sort((a, b) => (depth[b] ?? 0) - (depth[a] ?? 0));
  // A task that an earlier group needs belongs to it, or that group could never be finished.
  for (const position of lastFirst) {
    for (const need of ordering.relations.before(plan.tasks[position]?.id ?? '')) {
      const at = positions.get(need);
      if (at !== undefined) stages[at] = Math.min(stages[at] ?? 0, stages[position] ?? 0);
    }
  }
  return stages;
}

/** A batch that nobody gave a size holds as many as work at once. */
const inBatches = (plan: Plan): Plan => ({
  ...plan,
  batches: { ...plan.batches, size: plan.batches.size ?? plan.agents.max },
});

const levelsOf = ({ tasks }: Plan, relations: Relations): Int32Array =>
  levels(
    linksOf(
      tasks.map(({ id }) => id),
      (id) => relations.before(id),
    ),
  );

const positionsOf = (plan: Plan): ReadonlyMap<TaskId, number> =>
  new Map(plan.tasks.map(({ id }, position) => [id, position]));
