import type { RunEvent } from '../core/event.ts';
import type { TaskId } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunView } from '../core/run.ts';
import type { Refusal } from '../report/explanation.ts';
import { noSuchTask } from './no-such-task.ts';
import type { Opened } from './opened.ts';

/** A take-over that is ready to be written down, and what has to follow when it was or when the run had moved on. */
export type Taken = {
  readonly events: readonly RunEvent[];
  readonly accepted: () => Promise<void>;
  readonly refused: () => Promise<void>;
};

/** A person's work in a task's worktree becomes its result: harvested, verified and landed like anybody's. */
export async function takeOver(opened: Opened, view: RunView, task: TaskId): Promise<Result<Taken, Refusal>> {
  if (!view.has(task)) return err(noSuchTask(view, task));
  const { state, attempt, task: planned } = view.recordOf(task);
  if (state.is === 'working' || state.is === 'stopping') return err(agentAtWork(task));
  const excluded = view.index.relations.excludedBy(
    task,
    [...view.held].filter((held) => held !== task),
  );
  if (excluded !== null) return err(scopeTaken(task, excluded.by));
  const slot = await opened.repository.slots.held({ run: view.run, task, attempt });
  if (slot === null) return err(noWorktree(task));
  const by = opened.environment.variables['USER'] ?? 'someone';
  const harvested = await slot.harvest(
    `${planned.title}\n\nBranchline-Run: ${view.run}\nBranchline-Task: ${task}\nBranchline-Attempt: ${attempt + 1}\n`,
  );
  if (!harvested.ok) return err(nothingThere(task, harvested.error.reason));
  const { commit, changes } = harvested.value;
  const taken = { type: 'task-taken-over', task, attempt: attempt + 1 } as const;
  const kept = `refs/branchline/rescue/${view.run}/${task}/${attempt}/taken-over`;
  return ok({
    events: [{ ...taken, commit, base: slot.base, files: changes.length, by }],
    accepted: () => slot.release(),
    refused: async () => {
      await slot.abandon();
      await opened.repository.pin(kept, commit);
      await opened.store.append(view.run, [{ type: 'worktree-rescued', task, attempt, ref: kept, why: 'taken over' }]);
    },
  });
}

const agentAtWork = (task: TaskId): Refusal => ({
  what: `An agent is at work on ${task}`,
  why: 'Its worktree is its own until it ends',
  next: `Pause the run, or cancel the task: branchline cancel ${task}`,
});
const scopeTaken = (task: TaskId, by: TaskId): Refusal => ({
  what: `What ${task} may write is held by ${by}`,
  why: 'Two tasks that may write the same paths are never taken up at once',
  next: `Wait until ${by} has landed or ended, then take it over`,
});
const noWorktree = (task: TaskId): Refusal => ({
  what: `${task} has no worktree now`,
  why: 'No attempt of it holds one; what earlier attempts left is kept under refs/branchline/rescue in the hub',
  next: `See what it did: branchline explain ${task}`,
});
const nothingThere = (task: TaskId, reason: string): Refusal => ({
  what: `What is in the worktree of ${task} cannot be taken as its result`,
  why: reason === 'no-change' ? 'Nothing in it differs from its base' : `It was refused as ${reason}`,
  next: `Look at it with: branchline shell ${task}`,
});
