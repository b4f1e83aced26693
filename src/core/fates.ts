import { isTerminal } from './evolve.ts';
import type { TaskId } from './plan.ts';
import type { TaskRecord } from './record.ts';
import type { RunView } from './run.ts';

/** Tasks that cannot start any more, each with the task that ended without landing and so stands in the way. */
export function hopeless(view: RunView): ReadonlyMap<TaskId, TaskId> {
  const blockers = new Map<TaskId, TaskId>();
  const queue = ended(view);
  for (const id of queue) {
    for (const follower of view.index.behind(id)) {
      if (blockers.has(follower) || !view.has(follower) || !isStuck(view.recordOf(follower))) continue;
      blockers.set(follower, id);
      queue.push(follower);
    }
  }
  return blockers;
}

/** In the order of the plan: what ended when, or was heard of last, must not change who is named. */
const ended = (view: RunView): TaskId[] =>
  [...view.tasksIn('failed'), ...view.tasksIn('cancelled'), ...view.tasksIn('skipped')]
    .sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);

/** The first wave and the first stage in which something can still happen; Infinity when nothing can. */
export function openParts(view: RunView): { readonly wave: number; readonly stage: number } {
  let wave = Number.POSITIVE_INFINITY;
  let stage = Number.POSITIVE_INFINITY;
  for (const { id, state } of view.records) {
    if (isTerminal(state) || view.hopeless.has(id)) continue;
    wave = Math.min(wave, view.index.waveOf(id));
    stage = Math.min(stage, view.index.stageOf(id));
  }
  return { wave, stage };
}

/** Not begun, and not everything before it has landed: a task that was skipped and retried is ready, but still needs. */
const isStuck = ({ state: { is }, missing }: TaskRecord): boolean =>
  missing > 0 && (is === 'waiting' || is === 'ready');
