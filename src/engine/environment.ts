import type { Task } from '../core/plan.ts';
import type { Slot } from '../core/ports/git.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import type { Context } from './context.ts';

type Setting = { readonly slot: Slot; readonly key: AttemptKey; readonly task: Task };

/** What a program in a slot sees: an allow-list of ours, its own HOME and TMPDIR, and the task's own variables. */
export function environmentOf({ parts }: Context, { slot, key, task }: Setting): Readonly<Record<string, string>> {
  return {
    ...parts.environment,
    HOME: slot.home,
    TMPDIR: slot.tmp,
    PORT: String(slot.port),
    ...task.env,
    BRANCHLINE_RUN: key.run,
    BRANCHLINE_TASK: key.task,
    BRANCHLINE_ATTEMPT: String(key.attempt),
    BRANCHLINE_WORKTREE: slot.dir,
    BRANCHLINE_PORT: String(slot.port),
    BRANCHLINE_SCOPE: JSON.stringify(
      task.scope === null ? null : { may: task.scope.may, 'may-not': task.scope.mayNot },
    ),
  };
}
