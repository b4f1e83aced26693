import { isTerminal } from './evolve.ts';
import type { TaskId } from './plan.ts';
import { estimatesOf } from './priority.ts';
import type { RunView } from './run.ts';

/** The longest chain of tasks that have yet to land, in minutes of their estimates. A cycle counts once. */
export function criticalPathOf(view: RunView): { readonly minutes: number; readonly tasks: readonly TaskId[] } {
  const estimate = estimatesOf(view.plan);
  const best = new Map<TaskId, { readonly minutes: number; readonly next: TaskId | null }>();
  const open = view.records.filter(({ state }) => !isTerminal(state));
  for (const { id, task } of lastFirst(
    view,
    open.map((each) => each.id),
  ).map((each) => view.recordOf(each))) {
    let next: TaskId | null = null;
    let behind = 0;
    for (const follower of view.index.behind(id)) {
      const minutes = best.get(follower)?.minutes ?? 0;
      if (minutes <= behind) continue;
      behind = minutes;
      next = follower;
    }
    best.set(id, { minutes: estimate(task) + behind, next });
  }
  const [start] = [...best].sort((a, b) => b[1].minutes - a[1].minutes);
  if (start === undefined) return { minutes: 0, tasks: [] };
  const tasks: TaskId[] = [];
  for (let id: TaskId | null = start[0]; id !== null; id = best.get(id)?.next ?? null) tasks.push(id);
  return { minutes: start[1].minutes, tasks };
}

/** Open tasks, each after all those behind it; what is on a cycle is left out. */
function lastFirst(view: RunView, ids: readonly TaskId[]): readonly TaskId[] {
  const among = new Set(ids);
  const open = new Map<TaskId, number>();
  for (const id of ids) open.set(id, view.index.behind(id).filter((each) => among.has(each)).length);
  const order = ids.filter((id) => open.get(id) === 0);
  for (const id of order) {
    for (const need of view.index.before(id)) {
      const left = (open.get(need) ?? 0) - 1;
      open.set(need, left);
      if (left === 0 && among.has(need)) order.push(need);
    }
  }
  return order;
}
