import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import { removeDotGit } from './dot-git.ts';
import type { Hub } from './hub.ts';
import { matchesBytes, type PathMatcher, pathMatcher } from './patterns.ts';
import { isIncluded } from './rescue.ts';
import { type BytePath, fromText, isPlainlyBelow, removeTree, toBytes, toText } from './safe-fs.ts';
import type { SlotFolder, SlotRecord } from './slot-record.ts';
import { gitlinksOf, type Inspection, inspect, shieldGitlinks, slotPlace, touchedGitlinks } from './stage.ts';
import { TrashBag } from './trash.ts';

export type PrepareSpec = {
  readonly tree: Oid;
  /** Patterns of ignored paths that stay. */
  readonly keep: readonly string[];
  /** The slot as it was; null: nothing is known, and everything in it goes to the trash. */
  readonly record: SlotRecord | null;
  /** How it differs from the record; null: it could not be told. */
  readonly found: Inspection | null;
};

export type Prepared = {
  readonly gitlinks: readonly { readonly path: string; readonly oid: Oid }[];
  /** Untracked paths that were taken away. */
  readonly removed: readonly string[];
};

/** Brings the files of a slot to a tree. What was worth a ref has one by now; everything else goes to the trash. */
export async function prepareFiles(hub: Hub, folder: SlotFolder, spec: PrepareSpec): Promise<Result<Prepared, string>> {
  const trash = new TrashBag(hub, `slot ${folder.number} was cleaned`);
  await removeTree(`${folder.index}.lock`);
  const isKnown = spec.record !== null && spec.found !== null && (await isFolder(folder.work));
  if (!isKnown) await startOver(folder, trash);
  try {
    return await bring(hub, folder, { ...spec, found: isKnown ? spec.found : null, trash });
  } catch (error) {
    // Whatever an agent did to this folder, a fresh one is not affected by it.
    await startOver(folder, trash);
    const again = await bring(hub, folder, { ...spec, found: null, trash }).catch((reason: unknown) =>
      err(String(reason)),
    );
    return again.ok ? again : err(`${again.error} (after: ${String(error)})`);
  }
}

type Bringing = PrepareSpec & { readonly trash: TrashBag };

async function bring(hub: Hub, folder: SlotFolder, spec: Bringing): Promise<Result<Prepared, string>> {
  const { record, found, trash } = spec;
  await removeDotGit(folder, trash);
  const links = record === null || found === null ? [] : await touchedGitlinks(folder, linkPaths(record));
  const keep = pathMatcher(spec.keep);
  const swept = await sweep(folder, [...(found?.untracked ?? []), ...links.map(fromText)], { keep, trash, record });
  const isAsRecorded = found !== null && !found.changed && links.length === 0 && swept.kept.length === 0;
  if (!isAsRecorded || record?.state !== 'free' || record.indexTree !== spec.tree) {
    const way = isAsRecorded && record?.state !== 'preparing' ? '-m' : '--reset';
    const ran = await hub.git.run(slotPlace(hub, folder), ['read-tree', way, '-u', spec.tree]);
    if (ran.code !== 0) throw new Error(`git read-tree: ${ran.stderr.trim()}`);
  }
  const removed = [...swept.removed];
  if (swept.kept.length > 0)
    removed.push(...(await sweepUnignored(hub, folder, { keep: pathMatcher([]), trash, record })));
  const gitlinks = await gitlinksOf(hub, folder.index);
  // git leaves the folders of shielded submodules alone, so an emptied one must be made by us.
  for (const { path } of gitlinks) {
    if (await isPlainlyBelow(folder.work, path)) await mkdir(fullPath(folder, path), { recursive: true });
  }
  return ok({ gitlinks: gitlinks.map(({ path, oid }) => ({ path: toText(path), oid })), removed });
}

/** After the agent's own copy of the index was taken: hides submodules from our later calls. */
export async function shieldSlot(hub: Hub, folder: SlotFolder): Promise<void> {
  await shieldGitlinks(hub, folder, await gitlinksOf(hub, folder.index));
}

const linkPaths = (record: SlotRecord): readonly string[] => record.gitlinks.map(({ path }) => path);

/** The whole folder is moved aside by one rename and an empty one takes its place. */
async function startOver(folder: SlotFolder, trash: TrashBag): Promise<void> {
  if ((await lstat(folder.work).catch(() => null)) !== null) await trash.take(folder.dir, 'work');
  await removeTree(folder.index);
  await mkdir(folder.work, { recursive: true });
}

type Sweeping = { readonly keep: PathMatcher; readonly trash: TrashBag; readonly record: SlotRecord | null };

/** Moves untracked paths to the trash, except those to keep; looks into a folder only when something in it may stay. */
async function sweep(folder: SlotFolder, paths: readonly BytePath[], of: Sweeping) {
  const kept: BytePath[] = [];
  const removed: string[] = [];
  const queue = paths.map((path) => path.replace(/\/$/, ''));
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const stat = await lstat(fullPath(folder, path)).catch(() => null);
    if (stat === null) continue;
    if (matchesBytes(of.keep, path)) {
      kept.push(path);
    } else if (stat.isDirectory() && of.keep.mayMatchBelow(toText(path))) {
      const names = await readdir(fullPath(folder, path), { encoding: 'latin1' });
      queue.push(...names.map((name) => `${path}/${name}`));
    } else {
      await takeAway(folder, path, { ...of, stat });
      removed.push(toText(path));
    }
  }
  return { kept, removed };
}

const fullPath = (folder: SlotFolder, path: BytePath): Buffer =>
  Buffer.concat([Buffer.from(`${folder.work}/`), toBytes(path)]);

async function takeAway(
  folder: SlotFolder,
  path: BytePath,
  of: Sweeping & { readonly stat: { size: number; mtimeMs: number } },
): Promise<void> {
  if (!(await isPlainlyBelow(folder.work, path))) throw new Error(`a link leads to ${toText(path)}`);
  const isOurs = of.record !== null && isIncluded(of.record, toText(path), of.stat);
  if (isOurs) await removeTree(join(folder.work, toText(path)));
  else await of.trash.take(folder.work, path);
}

/** Only ignored paths may stay: anything else would look like the next attempt's work. */
async function sweepUnignored(hub: Hub, folder: SlotFolder, of: Sweeping): Promise<readonly string[]> {
  const args = ['ls-files', '-z', '-o', '--exclude-standard', '--directory'];
  const ran = await hub.git.run(slotPlace(hub, folder), args);
  const paths = ran.stdout.toString('latin1').split('\0').filter(Boolean);
  return (await sweep(folder, paths, of)).removed;
}

const isFolder = (path: string): Promise<boolean> =>
  lstat(path).then(
    (stat) => stat.isDirectory(),
    () => false,
  );

/** What must be known about a used slot before anything in it may change. */
export async function inspectSlot(hub: Hub, folder: SlotFolder): Promise<Inspection | null> {
  return (await isFolder(folder.work)) ? inspect(hub, folder) : null;
}

/** Whether each of these untracked paths is ignored, so that nothing among them was written as work. */
export async function areIgnored(hub: Hub, folder: SlotFolder, paths: readonly BytePath[]): Promise<boolean> {
  const stdin = Buffer.concat(paths.flatMap((path) => [toBytes(path), Buffer.from([0])]));
  const ran = await hub.git.run(slotPlace(hub, folder), ['check-ignore', '-z', '--stdin'], { stdin });
  return ran.code === 0 && ran.stdout.toString('latin1').split('\0').filter(Boolean).length === paths.length;
}
