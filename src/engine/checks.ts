import type { RunEvent } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Command, Task } from '../core/plan.ts';
import type { Oid, Slot } from '../core/ports/git.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type Context, planOf, taskOf } from './context.ts';
import { environmentOf } from './environment.ts';
import { markOf } from './parts.ts';
import { argvOf, printCommand } from './settings.ts';
import { LOG_BYTES_MAX, runSetup } from './setup.ts';
import { setupKeyOf } from './setup-key.ts';

type CheckRequest = {
  readonly key: AttemptKey;
  readonly commit: Oid;
  readonly commands: readonly Command[];
  readonly signal: AbortSignal;
};

/** Runs a task's checks in a clean worktree at `commit`, one after the other, and stops at the first that fails. */
export async function runChecks(context: Context, request: CheckRequest): Promise<Result<void, Failure>> {
  const { task, attempt } = request.key;
  return inCleanWorktree(context, {
    ...request,
    task: taskOf(context, task),
    record: (ran) => ({ type: 'check-finished', task, attempt, ...ran }),
  });
}

/** A task that has only what every task has, so that the plan's own checks can run outside of any task. */
export async function runPlanChecks(context: Context, request: CheckRequest): Promise<Result<void, Failure>> {
  const [first] = planOf(context).tasks;
  if (first === undefined) return ok(undefined);
  return inCleanWorktree(context, {
    ...request,
    task: { ...first, id: request.key.task, setup: [], env: {}, scope: null },
    record: (ran) => ({ type: 'final-check-finished', ...ran }),
  });
}

type Ran = { readonly command: string; readonly code: number | null; readonly log: string; readonly took_ms: number };
type Checks = CheckRequest & { readonly task: Task; readonly record: (ran: Ran) => RunEvent };

async function inCleanWorktree(context: Context, checks: Checks): Promise<Result<void, Failure>> {
  if (checks.commands.length === 0) return ok(undefined);
  const { keep } = planOf(context);
  const key = await setupKeyOf(context, checks);
  const leased = await context.parts.repository.slots.leaseForChecks(checks.commit, key, keep);
  if (!leased.ok) return err(leased.error);
  const slot = leased.value;
  try {
    return await inSlot(context, checks, slot);
  } finally {
    await slot.release();
  }
}

async function inSlot(context: Context, checks: Checks, slot: Slot): Promise<Result<void, Failure>> {
  const { key, task } = checks;
  const folder = await context.parts.files.folder(key);
  const set = await runSetup(context, { slot, folder, key, task, signal: checks.signal });
  if (!set.ok) return set;
  for (const [index, command] of checks.commands.entries()) {
    const log = `${folder}/check-${index + 1}.log`;
    const failure = await runCheck(context, checks, { slot, command, log });
    if (failure !== null) return err(failure);
  }
  return ok(undefined);
}

type Check = { readonly slot: Slot; readonly command: Command; readonly log: string };

async function runCheck(context: Context, checks: Checks, { slot, command, log }: Check): Promise<Failure | null> {
  const { parts, journal } = context;
  const { key, task } = checks;
  const printed = printCommand(command);
  const ran = await parts.processes.run(
    {
      argv: argvOf(command),
      cwd: slot.dir,
      env: environmentOf(context, { slot, key, task }),
      stdin: null,
      log,
      logBytes_max: LOG_BYTES_MAX,
      mark: markOf(key.run, key.task, `${key.attempt}-check`),
      wall_ms: planOf(context).timeout.wall_ms,
    },
    checks.signal,
  );
  // One that we ourselves ended says nothing, so nothing is written down of it.
  if (checks.signal.aborted) return { reason: 'engine-stopped' };
  const code = ran.ok ? ran.value.code : null;
  const took_ms = ran.ok ? Math.round(ran.value.took_ms) : 0;
  const tail = ran.ok ? ran.value.tail : `${ran.error.program}: no such program`;
  await journal.append([checks.record({ command: printed, code, log, took_ms })]);
  return code === 0 ? null : { reason: 'check-failed', command: printed, code, log, tail };
}
