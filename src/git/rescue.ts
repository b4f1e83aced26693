import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid, RefName } from '../core/ports/git.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import type { Hub } from './hub.ts';
import { bringCommits, bringForeign } from './import.ts';
import { GITLINK } from './index-file.ts';
import { attemptPath, RESCUE_REFS, type RefUpdate, refPart } from './refs.ts';
import { type BytePath, removeTree, toBytes, toText } from './safe-fs.ts';
import type { SlotFolder, SlotRecord } from './slot-record.ts';
import { copyIndex, gitlinksOf, literally, slotPlace, stageAll } from './stage.ts';
import { writeCommit } from './write-commit.ts';

/** Ignored files are saved up to this size together; the rest is kept in the trash when the slot is cleaned. */
const IGNORED_BYTES_MAX = 64 << 20;
const IGNORED_FILES_MAX = 5000;
/** Folders that can be made again from what is tracked. */
const REPRODUCIBLE = new Set(['node_modules', '.venv', 'venv', '__pycache__', 'target', '.gradle', '.tox', '.cache']);
const NESTED_MAX = 32;

export type Rescue = {
  /** Refs made by this rescue; what had a ref of this attempt already is not given another. */
  readonly refs: readonly RefName[];
  /** Tree of everything that was saved; null when that failed. */
  readonly tree: Oid | null;
  /**
   * false: some file could not be looked at, so the work tree itself must be kept. (What could not be read of `.git`
   * is kept anyway: a `.git` with anything of its own in it goes to the trash.)
   */
  readonly complete: boolean;
};

export type RescueSpec = { readonly key: AttemptKey; readonly record: SlotRecord; readonly why: string };

/**
 * Saves everything in a slot under refs, whatever state it is in: files (tracked, untracked, small ignored ones),
 * commits on any branch, in the stash and in reflogs, and repositories inside the repository.
 */
export async function rescueSlot(hub: Hub, folder: SlotFolder, spec: RescueSpec): Promise<Rescue> {
  const prefix = `${RESCUE_REFS}${attemptPath(spec.key)}/${refPart(hub.ids())}`;
  const commits = await bringCommits(hub, join(folder.work, '.git'), spec.record.base);
  const files = await saveFiles(hub, folder, { ...spec, prefix });
  const updates: RefUpdate[] = [...elsewhereRefs(prefix, commits.elsewhere), ...files.updates];
  const tip = await resultTip(hub, spec, { head: commits.head, tree: files.tree });
  if (tip !== null) updates.push({ ref: `${prefix}/${tip.name}`, to: tip.oid });
  const missing = await notYetKept(hub, spec.key, updates);
  const kept = await hub.refs.update(missing);
  return {
    refs: kept.ok ? missing.map(({ ref }) => ref) : [],
    tree: kept.ok ? files.tree : null,
    complete: kept.ok && files.complete,
  };
}

/** What stands for the files: a commit on the agent's own, that commit itself, or nothing when both are saved. */
async function resultTip(
  hub: Hub,
  { record, why }: RescueSpec,
  { head, tree }: { readonly head: Oid; readonly tree: Oid | null },
): Promise<{ readonly name: string; readonly oid: Oid } | null> {
  const saved = [record.startTree, record.savedTree, record.harvested ? record.indexTree : null];
  if (tree !== null && !saved.includes(tree) && tree !== (await hub.objects.treeOf(head))) {
    return { name: 'work', oid: await writeCommit(hub, { tree, parents: [head], message: `Rescued: ${why}` }) };
  }
  return head === record.base || record.harvested ? null : { name: 'head', oid: head };
}

async function notYetKept(hub: Hub, key: AttemptKey, updates: readonly RefUpdate[]): Promise<readonly RefUpdate[]> {
  if (updates.length === 0) return [];
  const refs = await hub.refs.list(`${RESCUE_REFS}${attemptPath(key)}/`);
  const kept = new Set<Oid | null>(refs.map(({ oid }) => oid));
  return updates.filter(({ to }) => !kept.has(to));
}

export const elsewhereRefs = (
  prefix: string,
  tips: readonly { readonly oid: Oid; readonly from: string }[],
): readonly RefUpdate[] => tips.map(({ oid, from }, at) => ({ ref: `${prefix}/${at}-${refPart(from)}`, to: oid }));

type Saved = { readonly tree: Oid | null; readonly updates: readonly RefUpdate[]; readonly complete: boolean };

async function saveFiles(hub: Hub, folder: SlotFolder, spec: RescueSpec & { readonly prefix: string }): Promise<Saved> {
  const index = await copyIndex(folder, 'rescue-index');
  try {
    const staged = await stageAll(hub, folder, { index, given: spec.record.givenIndex });
    if (!staged.ok) return { tree: null, updates: [], complete: false };
    const nested = await nestedPaths(hub, { index, record: spec.record, unborn: staged.value.unborn });
    const updates: RefUpdate[] = [];
    let complete = nested.length <= NESTED_MAX;
    for (const path of nested.slice(0, NESTED_MAX)) {
      const saved = await saveNested(hub, folder, { path, index, prefix: spec.prefix });
      updates.push(...saved.updates);
      complete &&= saved.complete;
    }
    await addIgnored(hub, folder, { index, record: spec.record });
    const written = await hub.git.output(slotPlace(hub, folder, index), ['write-tree']);
    return {
      tree: written.ok ? written.value.toString('latin1').trim() : null,
      updates,
      complete: complete && written.ok,
    };
  } finally {
    await removeTree(index);
  }
}

/** New repositories, and submodule folders that are not as empty as we left them. */
async function nestedPaths(
  hub: Hub,
  of: { readonly index: string; readonly record: SlotRecord; readonly unborn: readonly BytePath[] },
): Promise<readonly BytePath[]> {
  const links = await gitlinksOf(hub, of.index);
  return [...new Set([...links.map(({ path }) => path), ...of.unborn])];
}

/** A repository inside: its commits under refs of their own, its files in place of the link in the rescued tree. */
async function saveNested(
  hub: Hub,
  folder: SlotFolder,
  at: { readonly path: BytePath; readonly index: string; readonly prefix: string },
): Promise<{ readonly updates: readonly RefUpdate[]; readonly complete: boolean }> {
  const work = join(folder.work, toText(at.path));
  const stat = await lstat(work).catch(() => null);
  if (stat === null || !stat.isDirectory()) return { updates: [], complete: stat === null };
  const inner: SlotFolder = { ...folder, work, index: `${at.index}-nested` };
  await removeTree(inner.index);
  const commits = await bringForeign(hub, join(work, '.git'));
  const updates = elsewhereRefs(`${at.prefix}/nested-${refPart(toText(at.path))}`, commits.elsewhere);
  const staged = await stageAll(hub, inner, { index: inner.index, given: '' });
  await removeTree(inner.index);
  if (!staged.ok) return { updates, complete: false };
  const place = slotPlace(hub, folder, at.index);
  const stdin = Buffer.concat([toBytes(at.path), Buffer.from([0])]);
  await hub.git.run(place, ['update-index', '--force-remove', '-z', '--stdin'], { stdin });
  const read = await hub.git.run(place, ['read-tree', `--prefix=${toText(at.path)}/`, staged.value.tree]);
  return { updates, complete: read.code === 0 && staged.value.unborn.length === 0 };
}

async function addIgnored(hub: Hub, folder: SlotFolder, of: { readonly index: string; readonly record: SlotRecord }) {
  const place = slotPlace(hub, folder, of.index);
  const args = ['ls-files', '-z', '-o', '-i', '--exclude-standard', '--directory'];
  const ran = await hub.git.run(place, args);
  const paths = ran.stdout.toString('latin1').split('\0').filter(Boolean);
  const files = await smallFiles(folder, paths, of.record);
  if (files.length === 0) return;
  const stdin = Buffer.concat(files.flatMap((path) => [toBytes(path), Buffer.from([0])]));
  const add = ['add', '-f', '--ignore-errors', '--pathspec-from-file=-', '--pathspec-file-nul'];
  await hub.git.run(literally(place), add, { stdin });
}

/** Regular files and links below `paths`, without what can be made again and what we copied there ourselves. */
async function smallFiles(folder: SlotFolder, paths: readonly BytePath[], record: SlotRecord): Promise<BytePath[]> {
  const found: BytePath[] = [];
  let bytes = 0;
  const queue = [...paths];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const bare = path.replace(/\/$/, '');
    if (REPRODUCIBLE.has(bare.slice(bare.lastIndexOf('/') + 1))) continue;
    const full = Buffer.concat([Buffer.from(`${folder.work}/`), toBytes(bare)]);
    const stat = await lstat(full).catch(() => null);
    if (stat?.isDirectory()) queue.push(...(await namesIn(full)).map((name) => `${bare}/${name}`));
    else if (stat?.isFile() || stat?.isSymbolicLink()) {
      if (isIncluded(record, toText(bare), stat)) continue;
      bytes += stat.size;
      if (bytes > IGNORED_BYTES_MAX || found.length >= IGNORED_FILES_MAX) return found;
      found.push(bare);
    }
  }
  return found;
}

export const isIncluded = (record: SlotRecord, path: string, stat: { size: number; mtimeMs: number }): boolean =>
  record.included.some((file) => file.path === path && file.size === stat.size && file.mtime_ms === stat.mtimeMs);

async function namesIn(dir: Buffer): Promise<BytePath[]> {
  const names: BytePath[] = [];
  const open = await opendir(dir, { encoding: 'latin1' as BufferEncoding }).catch(() => null);
  if (open === null) return names;
  for await (const entry of open) {
    if (entry.name !== '.git') names.push(entry.name);
    if (names.length > IGNORED_FILES_MAX) break;
  }
  return names;
}

/** Entries of a tree that are links to other repositories. */
export const isGitlinkMode = (mode: string): boolean => Number.parseInt(mode, 8) === GITLINK;
