import { createHash } from 'node:crypto';
import { lstat, rm } from 'node:fs/promises';
import type { GitFailure, Oid, RefName } from '../core/ports/git.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import { failure, type Git, type Place } from './git.ts';
import { Talk } from './talk.ts';

export type RefUpdate = { readonly ref: RefName; readonly to: Oid | null };
export type Ref = { readonly ref: RefName; readonly oid: Oid };

export const USER_REFS = 'refs/branchline/user/';
export const PIN_REFS = 'refs/branchline/pin/';
export const RESCUE_REFS = 'refs/branchline/rescue/';

/** One branch of the user's, moved by compare-and-swap through one long-lived git of its own. */
export class UserRefs {
  readonly #talk: Talk;

  constructor(git: Git, place: Place) {
    const args = ['update-ref', '-m', 'branchline: landed', '--create-reflog', '--stdin'];
    this.#talk = new Talk(() => git.start(place, args));
  }

  /** False: it was refused, or git could not be asked. */
  async swap(ref: RefName, { to, before }: { readonly to: Oid; readonly before: Oid }): Promise<boolean> {
    return (await transact(this.#talk, `update ${ref} ${to} ${before}\n`)) === true;
  }

  close(): Promise<void> {
    return this.#talk.close();
  }
}

const transact = (talk: Talk, lines: string): Promise<boolean | null> =>
  talk.ask(`start\n${lines}prepare\ncommit\n`, (seen) =>
    seen.length < ACKNOWLEDGED.length
      ? null
      : { value: seen.subarray(0, ACKNOWLEDGED.length).equals(ACKNOWLEDGED), length: ACKNOWLEDGED.length },
  );

const ACKNOWLEDGED = Buffer.from('start: ok\nprepare: ok\ncommit: ok\n');
const PART_MAX = 80;
/** A transaction takes milliseconds, and git itself has waited 5 s for the lock by then. */
const STALE_MS = 4000;

/** Reads and moves the refs of the hub. Updates go through one long-lived `update-ref`, each call one transaction. */
export class Refs {
  readonly #git: Git;
  readonly #place: Place;
  readonly #talk: Talk;
  readonly #now: () => number;

  constructor(git: Git, place: Place, now: () => number) {
    this.#now = now;
    this.#git = git;
    this.#place = place;
    this.#talk = new Talk(() => git.start(place, ['update-ref', '--stdin']));
  }

  /** All or nothing. `to: null` deletes. */
  async update(updates: readonly RefUpdate[]): Promise<Result<void, GitFailure>> {
    if (updates.length === 0) return ok(undefined);
    const lines = updates.map(({ ref, to }) => (to === null ? `delete ${ref}\n` : `update ${ref} ${to}\n`)).join('');
    const done = await transact(this.#talk, lines);
    if (done === true) return ok(undefined);
    // The helper ends at the first refusal without saying why; asked again, alone, git explains itself.
    const args = ['update-ref', '--stdin'];
    let ran = await this.#git.run(this.#place, args, { stdin: lines });
    if (ran.code !== 0 && (await this.#removeStaleLock(ran.stderr))) {
      ran = await this.#git.run(this.#place, args, { stdin: lines });
    }
    return ran.code === 0 ? ok(undefined) : err(failure(args, ran));
  }

  /** A git of ours that was killed with its whole group leaves its lock; in the hub nobody else takes any. */
  async #removeStaleLock(stderr: string): Promise<boolean> {
    const path = /Unable to create '(.*\.lock)': File exists/.exec(stderr)?.[1];
    const stat = path?.startsWith(this.#place.cwd) ? await lstat(path).catch(() => null) : null;
    if (path === undefined || stat === null || this.#now() - stat.mtimeMs < STALE_MS) return false;
    await rm(path, { force: true });
    return true;
  }

  list(prefix: RefName): Promise<readonly Ref[]> {
    return listRefs(this.#git, this.#place, prefix);
  }

  close(): Promise<void> {
    return this.#talk.close();
  }
}

/** Every ref below `prefix`, which ends with a slash or is a whole name. */
export async function listRefs(git: Git, place: Place, prefix: RefName): Promise<readonly Ref[]> {
  const ran = await git.run(place, ['for-each-ref', '--format=%(objectname) %(refname)', prefix]);
  const lines = ran.stdout.toString('utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const space = line.indexOf(' ');
    return { oid: line.slice(0, space), ref: line.slice(space + 1) };
  });
}

/** Any text as one part of a ref name: what git or a file system could trip over is spelled in hex, long parts are hashed. */
export function refPart(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  let part = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    part += /[A-Za-z0-9_-]/.test(char) ? char : `%${byte.toString(16).padStart(2, '0')}`;
  }
  if (part.length <= PART_MAX) return part === '' ? '%' : part;
  return `${part.slice(0, PART_MAX - 13)}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`;
}

export const attemptPath = ({ run, task, attempt }: AttemptKey): string =>
  `${refPart(run)}/${refPart(task)}/${attempt}`;
