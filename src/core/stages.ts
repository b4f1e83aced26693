import type { Plan, TaskId } from './plan.ts';
import type { Relations } from './relation.ts';

type Ordering = { readonly relations: Relations /** Rank of each position. */; readonly order: readonly number[] };

/** Strict batches: the wave of each task by position. Nothing of a wave starts before the last one has ended. */
export function wavesOf(plan: Plan, { relations, order }: Ordering): Int32Array {
  const levels = levelsOf(plan, relations);
  const positions = [...levels.keys()].sort(
    (a, b) => (levels[a] ?? 0) - (levels[b] ?? 0) || (order[a] ?? 0) - (order[b] ?? 0),
  );
  const size = plan.batches.size ?? Number.POSITIVE_INFINITY;
  const waves = new Int32Array(positions.length);
  let wave = 0;
  let filled = 0;
  let level = 0;
  for (const position of positions) {
    const own = levels[position] ?? 0;
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

/** One group per invocation, in the order in which the plan first names them; without groups, one wave. */
export function stagesOf(plan: Plan, ordering: Ordering): Int32Array {
  if (plan.tasks.every(({ group }) => group === null)) return wavesOf(plan, ordering);
  const names = [...new Set(plan.tasks.map(({ group }) => group))];
  const stages = Int32Array.from(plan.tasks, ({ group }) => names.indexOf(group));
  const positions = positionsOf(plan);
  const levels = levelsOf(plan, ordering.relations);
  const lastFirst = [...levels.keys()].sort((a, b) => (levels[b] ?? 0) - (levels[a] ?? 0));
  // A task that an earlier group needs belongs to it, or that group could never be finished.
  for (const position of lastFirst) {
    for (const need of ordering.relations.before(plan.tasks[position]?.id ?? '')) {
      const at = positions.get(need);
      if (at !== undefined) stages[at] = Math.min(stages[at] ?? 0, stages[position] ?? 0);
    }
  }
  return stages;
}

/** How many tasks stand before each one in a row, at most. What stands on a cycle counts as level 0. */
function levelsOf(plan: Plan, relations: Relations): Int32Array {
  const positions = positionsOf(plan);
  const levels = new Int32Array(plan.tasks.length);
  const open = Int32Array.from(plan.tasks, ({ id }) => relations.before(id).length);
  const queue = [...open.keys()].filter((position) => open[position] === 0);
  for (const position of queue) {
    for (const follower of relations.behind(plan.tasks[position]?.id ?? '')) {
      const at = positions.get(follower);
      if (at === undefined) continue;
      levels[at] = Math.max(levels[at] ?? 0, (levels[position] ?? 0) + 1);
      open[at] = (open[at] ?? 0) - 1;
      if (open[at] === 0) queue.push(at);
    }
  }
  return levels;
}

const positionsOf = (plan: Plan): ReadonlyMap<TaskId, number> =>
  new Map(plan.tasks.map(({ id }, position) => [id, position]));
