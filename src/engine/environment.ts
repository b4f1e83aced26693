import type { Task } from '../core/plan.ts';
import type { Slot } from '../core/ports/git.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { type Context, planOf } from './context.ts';

type Setting = {
  readonly slot: Slot;
  readonly key: AttemptKey;
  readonly task: Task;
  /** Variables of the agent that is started; none for set-up and checks. */
  readonly agent?: Readonly<Record<string, string>>;
};

/**
 * What a program in a slot sees: an allow-list of ours, what the plan requires by name, its own HOME and TMPDIR, then the
 * agent's variables and the task's, which win. What is ours alone to say comes last.
 */
export function environmentOf(context: Context, { slot, key, task, agent }: Setting): Readonly<Record<string, string>> {
  const { environment, variables } = context.parts;
  return {
    ...environment,
    ...variables(planOf(context).envRequired),
    HOME: slot.home,
    TMPDIR: slot.tmp,
    PORT: String(slot.port),
    ...agent,
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
