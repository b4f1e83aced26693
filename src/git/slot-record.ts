import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid } from '../core/ports/git.ts';
import type { AttemptKey } from '../core/ports/store.ts';

/** The folders of one slot. `work` is the agent's; the index beside it is ours. */
export type SlotFolder = {
  readonly number: number;
  readonly dir: string;
  readonly work: string;
  readonly index: string;
  readonly tmp: string;
  readonly home: string;
};

export const slotsDir = (stateDir: string): string => join(stateDir, 'slots');

export function slotFolder(stateDir: string, number: number): SlotFolder {
  const dir = join(slotsDir(stateDir), String(number));
  return {
    number,
    dir,
    work: join(dir, 'work'),
    index: join(dir, 'index'),
    tmp: join(dir, 'tmp'),
    home: join(dir, 'home'),
  };
}

/**
 * What a slot is used for, on disk, so that it outlives its process. `preparing`: everything in it was saved and its
 * files are being changed. `broken`: it could not be prepared; it stays as it is until somebody looks.
 */
export type SlotRecord = {
  readonly state: 'free' | 'preparing' | 'leased' | 'checks' | 'broken';
  /** The attempt whose work the files are, also after it gave the slot back; null for checks. */
  readonly key: AttemptKey | null;
  readonly base: Oid;
  /** Tree that the files were brought to when the slot was leased. */
  readonly startTree: Oid;
  /** Tree that our index holds, which changes with a harvest. */
  readonly indexTree: Oid;
  /** What is in the files is in the hub. */
  readonly harvested: boolean;
  /** Checksum at the end of the index that the agent was given: while it is the same, it has staged nothing. */
  readonly givenIndex: string;
  /** Tree of everything as last rescued, so that the same is not rescued twice. */
  readonly savedTree: Oid | null;
  readonly keep: readonly string[];
  readonly setupKey: string;
  /** Untracked paths (text) that were there when set-up was done; null: it is not done. */
  readonly setupPaths: readonly string[] | null;
  readonly gitlinks: readonly { readonly path: string; readonly oid: Oid }[];
  /** Files copied from the user's checkout, with the size and time they were given. */
  readonly included: readonly Included[];
};

export type Included = { readonly path: string; readonly size: number; readonly mtime_ms: number };

const RECORD = 'lease.json';

/** null: there is none, or it makes no sense; then nothing is known about the slot and nothing in it may be trusted. */
export async function readRecord(folder: SlotFolder): Promise<SlotRecord | null> {
  const text = await readFile(join(folder.dir, RECORD), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const record = JSON.parse(text) as SlotRecord;
    const isWhole = typeof record.state === 'string' && Array.isArray(record.keep) && Array.isArray(record.gitlinks);
    return isWhole && typeof record.startTree === 'string' && Array.isArray(record.included) ? record : null;
  } catch {
    return null;
  }
}

export async function writeRecord(folder: SlotFolder, record: SlotRecord): Promise<void> {
  const path = join(folder.dir, RECORD);
  await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`);
  await rename(`${path}.new`, path);
}

export const isSameAttempt = (a: AttemptKey, b: AttemptKey): boolean =>
  a.run === b.run && a.task === b.task && a.attempt === b.attempt;
