import { spawn } from 'node:child_process';
import type { Plan } from '../core/plan.ts';

type Message = {
  readonly run: string;
  readonly text: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
};

/**
 * Tells whoever the plan names. A notification that fails must never fail a run, so its end is looked at only to bound
 * the wait: ten seconds, then it is left alone.
 */
export async function notifyPlan({ notify }: Plan, message: Message): Promise<void> {
  await Promise.all([
    notify.command === null ? undefined : runCommand(notify.command, message),
    notify.webhook === null ? undefined : post(notify.webhook, message),
  ]);
}

const WAIT_MS = 10_000;

/** The text travels in the environment: nothing of it is ever part of a command line. */
function runCommand(command: string | readonly string[], { run, text, cwd, env }: Message): Promise<void> {
  const [program = 'true', ...args] = typeof command === 'string' ? ['sh', '-c', command] : command;
  const child = spawn(program, args, {
    cwd,
    stdio: 'ignore',
    timeout: WAIT_MS,
    // One that does not want to end would hold us as long as it likes.
    killSignal: 'SIGKILL',
    env: { ...env, BRANCHLINE_RUN: run, BRANCHLINE_MESSAGE: text },
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

async function post(url: string, { run, text }: Message): Promise<void> {
  const body = JSON.stringify({ v: 1, run, text });
  const headers = { 'content-type': 'application/json' };
  await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(WAIT_MS) }).catch(() => undefined);
}
