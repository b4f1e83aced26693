import { constants } from 'node:fs';
import { copyFile, lstat, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitFailure, Oid } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import { failure, type Place, type Ran } from './git.ts';
import type { Hub } from './hub.ts';
import { GITLINK, type IndexEntry, readIndex } from './index-file.ts';
import { type BytePath, readBounded, removeTree, toBytes } from './safe-fs.ts';
import type { SlotFolder } from './slot-record.ts';

const AGENT_INDEX_MAX = 256 << 20;

/** Our git looking at a slot's files: our git dir, our index, no discovery, none of the slot's settings. */
export function slotPlace(hub: Hub, folder: SlotFolder, index = folder.index): Place {
  return {
    profile: 'sealed',
    cwd: folder.work,
    gitDir: hub.dir,
    workTree: folder.work,
    env: { GIT_INDEX_FILE: index },
  };
}

/** Paths that are given mean themselves, whatever characters are in them. */
export const literally = (place: Place): Place => ({
  ...place,
  env: { ...place.env, GIT_LITERAL_PATHSPECS: '1' },
});

/** Which index to write to, and the checksum of the one the agent was given ('': unknown). */
export type Staging = { readonly index: string; readonly given: string };

/** The checksum that ends an index file; '' when there is no such regular file. */
export async function indexChecksum(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, Math.max(0, size - 20));
    return `${size}-${buffer.toString('hex', 0, bytesRead)}`;
  } catch {
    return '';
  } finally {
    await file.close();
  }
}

export type Staged = {
  readonly tree: Oid;
  /** Untracked repositories that cannot even be named in a tree, for want of a commit. */
  readonly unborn: readonly BytePath[];
};

/**
 * Writes the work tree as a tree into the hub: tracked, untracked, and what the agent itself added although it is
 * ignored. What git cannot store (sockets, pipes) is left out.
 */
export async function stageAll(
  hub: Hub,
  folder: SlotFolder,
  { index, given }: Staging,
): Promise<Result<Staged, GitFailure>> {
  const place = slotPlace(hub, folder, index);
  const added = await hub.git.run(place, ['add', '-A', '--ignore-errors']);
  const refused = refusedPaths(added);
  if (added.code !== 0 && (added.code !== 1 || refused === null)) return err(failure(['add', '-A'], added));
  const forced = await addForced(hub, folder, { index, given });
  if (!forced.ok) return forced;
  if (refused !== null && refused.odd.length > 0) {
    const stdin = Buffer.concat(refused.odd.flatMap((path) => [toBytes(path), Buffer.from([0])]));
    const args = ['update-index', '--force-remove', '-z', '--stdin'];
    const removed = await hub.git.output(place, args, { stdin });
    if (!removed.ok) return removed;
  }
  const written = await hub.git.output(place, ['write-tree']);
  if (!written.ok) return written;
  return ok({ tree: written.value.toString('latin1').trim(), unborn: refused?.unborn ?? [] });
}

/** Paths that git would not add for a reason that we know; null: there is an error among them that we do not know. */
function refusedPaths(ran: Ran): { readonly odd: readonly BytePath[]; readonly unborn: readonly BytePath[] } | null {
  const odd: BytePath[] = [];
  const unborn: BytePath[] = [];
  for (const line of Buffer.from(ran.stderr, 'utf8').toString('latin1').split('\n')) {
    const special = /^error: (.*): can only add regular files, symbolic links or git-directories$/.exec(line);
    const empty = /^error: '(.*)\/' does not have a commit checked out$/.exec(line);
    if (special?.[1] !== undefined) odd.push(special[1]);
    else if (empty?.[1] !== undefined) unborn.push(empty[1]);
    else if (/^(error|fatal): /.test(line)) return null;
  }
  return { odd, unborn };
}

/** Ignored paths are not looked for, but one that the agent added or committed on purpose is part of its work. */
async function addForced(hub: Hub, folder: SlotFolder, { index, given }: Staging): Promise<Result<void, GitFailure>> {
  const path = join(folder.work, '.git', 'index');
  if (given !== '' && (await indexChecksum(path)) === given) return ok(undefined);
  const theirs = await readBounded(path, AGENT_INDEX_MAX);
  const ours = await readFile(index).catch(() => null);
  if (theirs === null || ours === null || theirs.equals(ours)) return ok(undefined);
  const hashLength = hashLengthOf(hub);
  const known = new Set((readIndex(ours, hashLength) ?? []).map(({ path }) => path));
  const extra = (readIndex(theirs, hashLength) ?? []).filter(({ path, mode }) => mode !== GITLINK && !known.has(path));
  const present: Buffer[] = [];
  for (const { path } of extra) {
    const stat = await lstat(Buffer.concat([Buffer.from(`${folder.work}/`), toBytes(path)])).catch(() => null);
    if (stat?.isFile() || stat?.isSymbolicLink()) present.push(toBytes(path), Buffer.from([0]));
  }
  if (present.length === 0) return ok(undefined);
  const args = ['add', '-f', '--ignore-errors', '--pathspec-from-file=-', '--pathspec-file-nul'];
  const ran = await hub.git.run(literally(slotPlace(hub, folder, index)), args, { stdin: Buffer.concat(present) });
  return ran.code === 0 || ran.code === 1 ? ok(undefined) : err(failure(args, ran));
}

const hashLengthOf = (hub: Hub): number => (hub.user.format === 'sha256' ? 32 : 20);

const GITLINK_BYTES = Buffer.from([0, 0, 0xe0, 0]);

/** Submodule entries of an index; [] when it cannot be read. */
export async function gitlinksOf(hub: Hub, index: string): Promise<readonly IndexEntry[]> {
  const bytes = await readFile(index).catch(() => null);
  // Looking for the bytes of the mode is a hundred times quicker than reading ten thousands of entries.
  if (bytes === null || !bytes.includes(GITLINK_BYTES)) return [];
  return readIndex(bytes, hashLengthOf(hub), (mode) => mode === GITLINK) ?? [];
}

/**
 * Tells our git never to look inside the submodules of this index: asking one for its state would start a git that
 * obeys the settings an agent put there.
 */
export async function shieldGitlinks(hub: Hub, folder: SlotFolder, links: readonly IndexEntry[]): Promise<void> {
  if (links.length === 0) return;
  const stdin = Buffer.concat(links.flatMap(({ path }) => [toBytes(path), Buffer.from([0])]));
  await hub.git.run(slotPlace(hub, folder), ['update-index', '--skip-worktree', '-z', '--stdin'], { stdin });
}

/** Submodules whose folder is gone or has something in it: they are for a person to look at. */
export async function touchedGitlinks(folder: SlotFolder, paths: readonly string[]): Promise<readonly string[]> {
  const touched: string[] = [];
  for (const path of paths) {
    const names = await readdir(join(folder.work, path)).catch(() => ['gone']);
    const link = await lstat(join(folder.work, path)).catch(() => null);
    if (names.length > 0 || link?.isSymbolicLink()) touched.push(path);
  }
  return touched;
}

export type Inspection = {
  /** A tracked file differs from our index. */
  readonly changed: boolean;
  /** Untracked and ignored paths; whole folders end with a slash. */
  readonly untracked: readonly BytePath[];
};

/** How a slot differs from our index, in one pass. null: it cannot be told, which counts as different. */
export async function inspect(hub: Hub, folder: SlotFolder): Promise<Inspection | null> {
  const args = ['ls-files', '-z', '-t', '-m', '-d', '-o', '--directory'];
  const ran = await hub.git.run(slotPlace(hub, folder), args).catch(() => null);
  if (ran === null || ran.code !== 0 || /^(error|fatal|warning): /m.test(ran.stderr)) return null;
  const lines = ran.stdout.toString('latin1').split('\0').filter(Boolean);
  return {
    changed: lines.some((line) => !line.startsWith('? ')),
    untracked: lines.filter((line) => line.startsWith('? ')).map((line) => line.slice(2)),
  };
}

/** A second index that starts as the first, for looking without changing what we know. */
export async function copyIndex(folder: SlotFolder, name: string): Promise<string> {
  const copy = join(folder.dir, name);
  await removeTree(`${copy}.lock`);
  await copyFile(folder.index, copy).catch(() => undefined);
  return copy;
}
