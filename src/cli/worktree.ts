import type { Result } from '../core/result.ts';
import { err, ok } from '../core/result.ts';
import type { Refusal } from '../report/explanation.ts';
import { typed } from '../report/phrase.ts';
import { chosenTask } from './chosen.ts';
import type { Input, World } from './world-port.ts';

export type ChosenWorktree = { readonly task: string; readonly dir: string; readonly base: string };

/** The worktree of the task that the argument names. */
export async function chosenWorktree(world: World, input: Input): Promise<Result<ChosenWorktree, Refusal>> {
  const chosen = await chosenTask(world, input);
  if (!chosen.ok) return chosen;
  const { run, task } = chosen.value;
  const worktree = await world.runs.worktreeOf(run, task.id);
  if (worktree !== null) return ok({ task: task.id, ...worktree });
  const kept = task.rescued.at(-1);
  return err({
    what: `${task.id} has no worktree now`,
    why: `Its state is ${task.state}${kept === undefined ? '' : `; what it left is kept at ${kept}`}`,
    next: typed('diff', task.id),
    exit: 1,
  });
}
