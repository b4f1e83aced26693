import type { Plan, Task, TaskId } from '../../src/core/plan.ts';
import type { Relation, Relations } from '../../src/core/relation.ts';

/** Who may run beside whom, for plans whose patterns overlap only when they are equal: pair by pair, nothing remembered. */
export function naiveRelations(plan: Plan): Relations {
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const before = new Map(plan.tasks.map((task) => [task.id, [...new Set([...task.needs, ...writersOf(plan, task)])]]));
  const behind = new Map<TaskId, TaskId[]>(plan.tasks.map(({ id }) => [id, []]));
  for (const [id, needs] of before) for (const need of needs) behind.get(need)?.push(id);
  const between = (a: TaskId, b: TaskId): Relation => relate(plan, tasks.get(a), tasks.get(b));
  return {
    between,
    before: (id) => before.get(id) ?? [],
    behind: (id) => behind.get(id) ?? [],
    excludedBy(id, held) {
      for (const by of held) {
        const relation = by === id ? FREE : between(id, by);
        if (relation.relation === 'exclusive') return { by, relation };
      }
      return null;
    },
  };
}

const FREE: Relation = { relation: 'free' };

/** A pattern that one task reads is written before it by those that write it, unless that would turn in a circle. */
function writersOf(plan: Plan, reader: Task): readonly TaskId[] {
  const at = plan.tasks.indexOf(reader);
  return plan.tasks
    .slice(0, at)
    .filter((writer) => common(reader.reads, writer.scope?.may ?? []) !== undefined)
    .map(({ id }) => id);
}

function relate(plan: Plan, a: Task | undefined, b: Task | undefined): Relation {
  if (a === undefined || b === undefined) return FREE;
  const shared = plan.shared.find((pattern) => mayWrite(a, pattern) && mayWrite(b, pattern));
  if (shared !== undefined) return { relation: 'exclusive', reason: 'shared', witness: shared };
  const overlap = common(a.scope?.may ?? [], b.scope?.may ?? []);
  if (overlap !== undefined && plan.overlap !== 'branch')
    return { relation: 'exclusive', reason: 'overlap', witness: overlap };
  const resource = common(a.resources, b.resources);
  if (resource !== undefined) return { relation: 'exclusive', reason: 'resource', witness: resource };
  return FREE;
}

const mayWrite = ({ scope }: Task, pattern: string): boolean => scope?.may.includes(pattern) ?? false;
const common = (a: readonly string[], b: readonly string[]): string | undefined => a.find((each) => b.includes(each));
