import { type Links, linksOf, longest } from './graph.ts';
import type { Plan, Task } from './plan.ts';
import type { Relations } from './relation.ts';

/** Minutes that a task is taken to last when its plan does not say: what matters is only that all such tasks are alike. */
const ESTIMATE_MIN = 30;

/** Minutes that a task is taken to last: its own estimate, else the median of those that the plan gives. */
export function estimatesOf(plan: Plan): (task: Task) => number {
  const given = plan.tasks.flatMap(({ estimate_min }) => (estimate_min === null ? [] : [estimate_min]));
  const usual = given.sort((a, b) => a - b)[given.length >> 1] ?? ESTIMATE_MIN;
  return ({ estimate_min }) => estimate_min ?? usual;
}

/** Positions of all tasks in the order in which they should get places: most urgent first. */
export function orderOf(plan: Plan, relations: Relations): readonly number[] {
  const urgency = urgencyOf(plan, relations);
  const key = (position: number) => plan.tasks[position]?.priority ?? 0;
  // Sorted by: 1. the person's word; 2. the longest work that still hangs on the task; 3. plan order, so that a run repeats.
  return plan.tasks
    .map((_, position) => position)
    .sort((a, b) => key(b) - key(a) || (urgency[b] ?? 0) - (urgency[a] ?? 0) || a - b);
}

/** Longest path from each task to the end of the plan in minutes, its own included, by position in the plan. */
export function pathsBy(plan: Plan, order: Following, minutes: (task: Task) => number): Float64Array {
  return longest(linksBehind(plan, order), { weight: weights(plan, minutes) });
}

/** What must wait for a task. Turned round (what it waits for), paths lead back to the start. */
type Following = Pick<Relations, 'behind'>;

/**
 * Longest remaining path, where a chain of tasks that exclude each other counts like a path: whoever holds a lock that
 * many wait for is urgent even if nothing needs its work.
 */
function urgencyOf(plan: Plan, relations: Relations): Float64Array {
  const links = linksBehind(plan, relations);
  const weight = weights(plan, estimatesOf(plan));
  const alone = longest(links, { weight });
  const chained = new Float64Array(alone.length);
  for (const members of locksOf(plan)) raiseChain(members, { alone, chained, weight });
  return longest(links, { weight, atLeast: (position) => chained[position] ?? 0 });
}

const linksBehind = ({ tasks }: Plan, order: Following): Links =>
  linksOf(
    tasks.map(({ id }) => id),
    (id) => order.behind(id),
  );

/** Minutes by position. */
function weights({ tasks }: Plan, minutes: (task: Task) => number): (position: number) => number {
  const known = Float64Array.from(tasks, minutes);
  return (position) => known[position] ?? 0;
}

type Chains = {
  readonly alone: Float64Array;
  readonly chained: Float64Array;
  readonly weight: (position: number) => number;
};

/** The members of one lock work one after the other, longest path first; each must begin before all that follow it. */
function raiseChain(members: readonly number[], { alone, chained, weight }: Chains): void {
  const order = [...members].sort((a, b) => (alone[b] ?? 0) - (alone[a] ?? 0) || a - b);
  let behind = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const position of order.reverse()) {
    behind = Math.min(behind, (alone[position] ?? 0) - weight(position));
    sum += weight(position);
    chained[position] = Math.max(chained[position] ?? 0, sum + behind);
  }
}

/**
 * Tasks that surely exclude each other, cheaply found: those that name the same resource or the very same pattern. It
 * only steers the order; what may really run together is asked of `Relations`.
 */
export function locksOf(plan: Plan): readonly (readonly number[])[] {
  const locks = new Map<string, number[]>();
  for (const [position, task] of plan.tasks.entries()) {
    const names = [
      ...task.resources.map((name) => `resource ${name}`),
      ...(plan.overlap === 'branch' ? [] : may(task)),
    ];
    for (const name of new Set(names)) {
      const members = locks.get(name);
      if (members === undefined) locks.set(name, [position]);
      else members.push(position);
    }
  }
  return [...locks.values()].filter(({ length }) => length > 1);
}

const may = ({ scope }: Task): readonly string[] => scope?.may.map((pattern) => `path ${pattern}`) ?? [];
