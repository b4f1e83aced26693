import type { Plan, TaskId } from '../plan.ts';
import type { Relation, Relations } from '../relation.ts';

/**
 * Relations that compile no scope until somebody asks about one. Looking at a run asks for little more than needs, and
 * where no task reads what others write, needs alone say what stands before a task.
 */
export function lazily(plan: Plan, make: () => Relations): Relations {
  let made: Relations | null = null;
  const whole = (): Relations => {
    made ??= make();
    return made;
  };
  if (plan.tasks.some(({ reads }) => reads.length > 0)) return whole();
  const before = new Map(plan.tasks.map(({ id, needs }) => [id, [...new Set(needs)]]));
  const behind = behindOf(before);
  return {
    before: (id) => before.get(id) ?? [],
    behind: (id) => behind.get(id) ?? [],
    between: (a, b): Relation => whole().between(a, b),
    excludedBy: (id, held) => whole().excludedBy(id, held),
  };
}

function behindOf(before: ReadonlyMap<TaskId, readonly TaskId[]>): ReadonlyMap<TaskId, readonly TaskId[]> {
  const behind = new Map<TaskId, TaskId[]>([...before.keys()].map((id) => [id, []]));
  for (const [id, needs] of before) for (const need of needs) behind.get(need)?.push(id);
  return behind;
}
