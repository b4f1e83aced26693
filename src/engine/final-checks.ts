import { runPlanChecks } from './checks.ts';
import { type Context, planOf } from './context.ts';
import { currentTip } from './tip.ts';

/** What stands in a task's place in paths and marks. No task can be named like it: ids begin with a letter or a digit. */
const FINAL_CHECKS = '_final-checks';

/** The plan's final checks, once, on the tip that everything landed on. What they say is recorded; nothing is undone. */
export async function runFinalChecks(context: Context, signal: AbortSignal): Promise<void> {
  const commit = await currentTip(context);
  const key = { run: context.facts.run, task: FINAL_CHECKS, attempt: 1 };
  const ran = await runPlanChecks(context, { key, commit, commands: planOf(context).finalChecks, signal });
  if (signal.aborted) return;
  if (!ran.ok && ran.error.reason !== 'check-failed') {
    const command = 'a clean worktree for the final checks';
    await context.journal.append([{ type: 'final-check-finished', command, code: null, log: '', took_ms: 0 }]);
  }
  context.notify();
}
