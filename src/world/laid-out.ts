import type { TaskId } from '../core/plan.ts';
import type { Slot } from '../core/ports/git.ts';
import type { RunView } from '../core/run.ts';
import type { TaskStateName } from '../core/task.ts';
import type { Opened } from './opened.ts';

/** Where only a person moves the task on: nobody else is about to take the worktree up. */
const A_PERSONS_TURN: ReadonlySet<TaskStateName> = new Set(['asking', 'blocked', 'failed']);

/**
 * Work that was sent back (it conflicted, or made the tree red) laid out again for a person: on the target as it stands,
 * conflict markers and all. The task's attempt holds that worktree from then on. null: there is no such work.
 */
export async function layOut(opened: Opened, view: RunView, task: TaskId): Promise<Slot | null> {
  const { state, attempt, carried } = view.recordOf(task);
  if (!A_PERSONS_TURN.has(state.is) || carried === null) return null;
  const { repository } = opened;
  const base = (await repository.tip(view.created.target)) ?? view.created.base;
  const leased = await repository.slots.lease({
    key: { run: view.run, task, attempt },
    base,
    branch: `branchline/${view.run}/${task}-${attempt}-by-hand`,
    merge: carried,
    keep: view.plan.keep,
    setupKey: '',
  });
  if (!leased.ok) return null;
  await leased.value.abandon();
  return leased.value;
}
