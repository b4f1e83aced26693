import type { Failure } from '../core/failure.ts';
import type { Task } from '../core/plan.ts';
import type { Slot } from '../core/ports/git.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type Context, planOf } from './context.ts';
import { environmentOf } from './environment.ts';
import { markOf } from './parts.ts';
import { argvOf, printCommand } from './settings.ts';

type SetupRequest = {
  readonly slot: Slot;
  readonly folder: string;
  readonly key: AttemptKey;
  readonly task: Task;
  readonly signal: AbortSignal;
};

/** Set-up is code that an agent may have written: same environment, same mark and same clock as an agent. */
export async function runSetup(context: Context, request: SetupRequest): Promise<Result<void, Failure>> {
  const { slot, folder, key, task, signal } = request;
  const plan = planOf(context);
  if (slot.setupDone) return ok(undefined);
  for (const [index, command] of [...plan.setup, ...task.setup].entries()) {
    const exit = await context.parts.processes.run(
      {
        argv: argvOf(command),
        cwd: slot.dir,
        env: environmentOf(context, { slot, key, task }),
        stdin: null,
        log: `${folder}/setup-${index + 1}.log`,
        logBytes_max: LOG_BYTES_MAX,
        mark: markOf(key.run, key.task, key.attempt),
        wall_ms: plan.timeout.wall_ms,
      },
      signal,
    );
    const failure = failureOf(exit, printCommand(command));
    if (failure !== null) return err(failure);
  }
  await slot.markSetupDone();
  return ok(undefined);
}

/** Enough for any set-up or test run that a person would read; the rest of the log is cut, and says so. */
export const LOG_BYTES_MAX: number = 16 * 1024 * 1024;

type Ran = Awaited<ReturnType<Context['parts']['processes']['run']>>;

function failureOf(exit: Ran, command: string): Failure | null {
  if (!exit.ok) return { reason: 'setup-failed', command, code: null, tail: `${exit.error.program}: no such program` };
  const { code, tail } = exit.value;
  return code === 0 ? null : { reason: 'setup-failed', command, code, tail };
}
