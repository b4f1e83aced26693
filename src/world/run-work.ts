import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogOptions } from '../cli/world-port.ts';
import type { TaskId } from '../core/plan.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Refusal } from '../report/explanation.ts';
import { layOut } from './laid-out.ts';
import type { Opened, State } from './opened.ts';
import { readView } from './run-view.ts';

/** The folder in which a task is being worked on, while its attempt holds it. */
export async function worktreeOf(
  opened: Opened,
  run: string,
  task: TaskId,
): Promise<{ dir: string; base: string } | null> {
  const view = await readView(opened.store, run);
  const { state, base } = view.recordOf(task);
  if (!('attempt' in state)) return null;
  const { attempt } = state;
  const { slots } = opened.repository;
  const slot = await slots.held({ run, task, attempt });
  if (slot !== null) return { dir: slot.dir, base: slot.base };
  // While an agent is at work its engine has the slot; a person may look all the same.
  const isIts = (key: AttemptKey | null) => key?.run === run && key.task === task && key.attempt === attempt;
  const busy = (await slots.list()).find(({ key }) => isIts(key));
  if (busy !== undefined && base !== null) return { dir: busy.dir, base };
  const laidOut = await layOut(opened, view, task);
  return laidOut === null ? null : { dir: laidOut.dir, base: laidOut.base };
}

/** What a task changed: its landed or reported commit against its base, else what its newest rescue holds. */
export async function diffOf(opened: Opened, run: string, task: TaskId): Promise<Result<string, Refusal>> {
  const view = await readView(opened.store, run);
  const work = view.workOf(task);
  if (work === null) return err(nothingYet(task));
  return ok(await opened.repository.patch(work.base, work.commit));
}

type LogRequest = { readonly run: string; readonly task: TaskId; readonly options: LogOptions };

export async function logOf(opened: State, request: LogRequest): Promise<Result<AsyncIterable<string>, Refusal>> {
  const { run, task, options } = request;
  const view = await readView(opened.store, run);
  const state = view.stateOf(task);
  const attempt = options.attempt ?? ('attempt' in state ? state.attempt : 0);
  const path = join(opened.folder, 'runs', run, task, String(attempt), 'agent.log');
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return err(noLog(task, attempt));
  await file.close();
  return ok(pieces(opened, path, options));
}

/** Big enough to be quick, small enough that a terminal keeps up. */
const PIECE_BYTES = 64 * 1024;
const LOOK_MS = 200;

async function* pieces({ clock }: State, path: string, { follow, signal }: LogOptions): AsyncGenerator<string> {
  await using file = await open(path, 'r');
  const text = new TextDecoder();
  const buffer = Buffer.alloc(PIECE_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, null);
    if (bytesRead > 0) yield text.decode(buffer.subarray(0, bytesRead), { stream: true });
    else if (!follow || signal.aborted) return;
    else await clock.until(clock.now() + LOOK_MS, signal);
  }
}

const nothingYet = (task: TaskId): Refusal => ({
  what: `${task} has changed nothing yet`,
  why: 'No attempt of it has reported or was rescued',
  next: 'While an agent is at work, look into its worktree with: branchline shell <task>',
});
const noLog = (task: TaskId, attempt: number): Refusal => ({
  what: attempt === 0 ? `${task} has no log yet` : `There is no log of attempt ${attempt} of ${task}`,
  why: attempt === 0 ? 'No attempt at it has begun' : 'That attempt has not started an agent',
  next: 'See where it stands with: branchline status',
});
