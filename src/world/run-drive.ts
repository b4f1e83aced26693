import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriveOptions, Signals } from '../cli/world-port.ts';
import { err, ok, type Result } from '../core/result.ts';
import { drive } from '../engine/drive.ts';
import type { Refusal } from '../report/explanation.ts';
import { CheckpointFollower } from './checkpoints.ts';
import { engineParts } from './engine-parts.ts';
import { missingVariables } from './missing-names.ts';
import type { Opened } from './opened.ts';
import { runFacts } from './run-facts.ts';

type Drive = { readonly run: string; readonly options: DriveOptions; readonly signals: Signals };

/** Drives a run in this process until it ends or nothing is left that it can do. */
export async function driveHere(opened: Opened, { run, options, signals }: Drive): Promise<Result<void, Refusal>> {
  const facts = await runFacts(opened, run);
  if (!facts.ok) return facts;
  const missing = missingVariables(facts.value.plan, opened);
  if (missing !== null) return err(missing);
  const parts = opened.wrapParts(engineParts(opened));
  const checkpoints = new CheckpointFollower(opened, run);
  const driven = await drive(parts, facts.value, {
    waitForPerson: options.interactive,
    wait_ms_max: options.maxWait_ms,
    drain: signals.drain,
    kill: signals.kill,
    onEntry: (entry) => checkpoints.hear(entry),
  });
  await checkpoints.settled();
  return driven.ok
    ? ok(undefined)
    : err(driven.error.reason === 'driven' ? alreadyDriven(run, driven.error) : broken(run, driven.error));
}

/**
 * Starts the same program in a session of its own, so that closing this terminal does not end it. Its output goes to a
 * file beside the run; everything that happens stands in the journal.
 */
export async function driveDetached(
  opened: Opened,
  run: string,
  options: DriveOptions,
): Promise<Result<{ readonly pid: number }, Refusal>> {
  const folder = join(opened.folder, 'runs', run);
  await mkdir(folder, { recursive: true });
  const log = openSync(join(folder, 'engine.log'), 'a', 0o600);
  const wait = options.maxWait_ms === null ? [] : ['--max-wait', `${options.maxWait_ms}ms`];
  const program = [
    ...process.execArgv,
    ...opened.program,
    '-C',
    opened.repository.root,
    '--no-input',
    '--quiet',
    'resume',
    run,
    ...wait,
  ];
  const child = spawn(process.execPath, program, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const pid = await new Promise<number | null>((resolve) => {
    child.once('spawn', () => resolve(child.pid ?? null));
    child.once('error', () => resolve(null));
  });
  child.unref();
  return pid === null ? err(cannotDetach()) : ok({ pid });
}

function alreadyDriven(run: string, { pid, host }: { readonly pid: number; readonly host: string }): Refusal {
  return {
    what: `Run ${run} is being driven already`,
    why: `Process ${pid} on ${host} drives it, and one engine a run is the rule`,
    next: 'Watch it with: branchline status',
  };
}

const broken = (run: string, { message }: { readonly message: string }): Refusal => ({
  what: `Run ${run} could not go on`,
  why: message,
  next: 'Agents were ended and their work is kept. When the cause is gone: branchline resume',
});
const cannotDetach = (): Refusal => ({
  what: 'The run could not be put into the background',
  why: 'A second process could not be started',
  next: 'Free some memory or processes, then: branchline resume --detach',
});
