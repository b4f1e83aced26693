import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ListedCheckpoint, RoundsDesk, WrittenCheckpoint } from '../cli/rounds-port.ts';
import type { Entry, RunEvent } from '../core/event.ts';
import { err, ok } from '../core/result.ts';
import {
  type Checkpoint,
  type CheckpointReason,
  checkpointOf,
  checkpointYaml,
  nextBrief,
} from '../report/checkpoint.ts';
import type { Refusal } from '../report/explanation.ts';
import type { State } from './opened.ts';
import { writeWhole } from './run-files.ts';
import { readEntries, readStatus } from './run-view.ts';

/** Checkpoints of runs: a YAML file with all that is known, and a brief for the next session beside it. */
export function roundsDesk(state: () => Promise<State>): RoundsDesk {
  return {
    checkpoint: async (run) => {
      try {
        return ok(await writeCheckpoint(await state(), run, ['asked-for']));
      } catch (refused) {
        return err(unwritten(refused));
      }
    },
    checkpoints: async (run) => listCheckpoints(await state(), run),
  };
}

async function writeCheckpoint(
  state: State,
  run: string,
  reasons: readonly CheckpointReason[],
): Promise<WrittenCheckpoint> {
  const { store, leases, clock } = state;
  const status = await readStatus({ store, leases, now: clock.now() }, run);
  const entries = (await readEntries(store, run)).filter(({ seq }) => seq <= status.seq);
  const checkpoint = checkpointOf({ status, entries, reasons });
  const path = join(folderOf(state, run), String(checkpoint.seq));
  // The brief last: whoever finds it finds the rest as well.
  await writeWhole(`${path}.yaml`, checkpointYaml(checkpoint));
  await writeWhole(`${path}.md`, nextBrief(checkpoint));
  return { checkpoint, file: `${path}.yaml`, brief: `${path}.md` };
}

const folderOf = ({ folder }: State, run: string): string => join(folder, 'runs', run, 'checkpoints');

async function listCheckpoints(state: State, run: string): Promise<readonly ListedCheckpoint[]> {
  const folder = folderOf(state, run);
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^\d+\.yaml$/.test(name));
  const listed: ListedCheckpoint[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const { seq, at, reasons, state: stood } = parse(await readFile(file, 'utf8')) as Checkpoint;
    listed.push({ seq, at, reasons, state: stood, file, brief: file.replace(/yaml$/, 'md') });
  }
  return listed.sort((a, b) => a.seq - b.seq);
}

/** Follows the entries of a run that is driven here. A checkpoint that cannot be written never stops a run. */
export class CheckpointFollower {
  readonly #state: State;
  readonly #run: string;
  #writing: Promise<unknown> = Promise.resolve();
  #due: readonly CheckpointReason[] = [];

  constructor(state: State, run: string) {
    this.#state = state;
    this.#run = run;
  }

  hear({ event }: Entry): void {
    const reason = reasonFor(event);
    if (reason === null) return;
    const isWaitedFor = this.#due.length > 0;
    this.#due = [...new Set([...this.#due, reason])];
    // What happens while one is being written goes into the next one, together.
    if (isWaitedFor) return;
    this.#writing = this.#writing.then(() => this.#write()).catch(() => undefined);
  }

  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    const reasons = this.#due;
    this.#due = [];
    await writeCheckpoint(this.#state, this.#run, reasons);
  }
}

/** Whether a person or another session may have to go on from here. */
function reasonFor(event: RunEvent): CheckpointReason | null {
  switch (event.type) {
    case 'engine-started':
      return 'start';
    case 'run-paused':
      return event.by === 'branchline' ? 'group-over' : 'paused';
    case 'attempt-failed':
      return event.then.do === 'rest' ? 'retry' : 'failure';
    case 'task-retried':
      return 'retry';
    case 'engine-stopped':
    case 'run-ended':
      return 'end';
    default:
      return null;
  }
}

const unwritten = (refused: unknown): Refusal => ({
  what: 'The checkpoint could not be written',
  why: refused instanceof Error ? refused.message : String(refused),
  next: 'Free some space, then try again',
});
