import { copyFile, lstat, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid } from '../core/ports/git.ts';
import { type Hub, userExcludes } from './hub.ts';
import { USER_REFS } from './refs.ts';
import { fromText, removeTree } from './safe-fs.ts';
import { slotConfig } from './settings.ts';
import type { SlotFolder } from './slot-record.ts';
import type { TrashBag } from './trash.ts';

/** What every slot of a repository finds in its `.git`, made once and again after each mirroring of the user's refs. */
export type CloneFace = {
  readonly config: string;
  readonly refs: string;
  readonly originHead: string | null;
  readonly exclude: string;
};

/** `origin` as a clone of the user's repository would see it: its own remote branches, else its branches; and its tags. */
export async function cloneFace(hub: Hub): Promise<CloneFace> {
  const mirrored = await hub.refs.list(USER_REFS);
  const origin = new Map<string, Oid>();
  const tags: string[] = [];
  for (const { ref, oid } of mirrored) {
    const name = ref.slice(USER_REFS.length);
    if (name.startsWith('tags/')) tags.push(`${oid} refs/${name}`);
    else if (name.startsWith('remotes/origin/')) origin.set(name.slice('remotes/origin/'.length), oid);
    else if (name.startsWith('heads/') && !origin.has(name.slice('heads/'.length)))
      origin.set(name.slice('heads/'.length), oid);
  }
  origin.delete('HEAD');
  const remotes = [...origin].map(([name, oid]) => `${oid} refs/remotes/origin/${name}`);
  const main = ['main', 'master'].find((name) => origin.has(name)) ?? null;
  return {
    config: slotConfig(hub.user.format, hub.user.settings),
    refs: [...remotes, ...tags].map((line) => `${line}\n`).join(''),
    originHead: main,
    exclude: await userExcludes(hub.user),
  };
}

export type DotGitSpec = { readonly base: Oid; readonly branch: string | null; readonly face: CloneFace };

/** Replaces `.git` by a new one, written as files: no process. The old one is kept in the trash if it holds anything. */
export async function rebuildDotGit(hub: Hub, folder: SlotFolder, spec: DotGitSpec): Promise<void> {
  const fresh = join(folder.dir, 'git.new');
  await removeTree(fresh);
  for (const dir of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info']) {
    await mkdir(join(fresh, dir), { recursive: true });
  }
  const { face, branch, base } = spec;
  const head = branch === null ? `${base}\n` : `ref: refs/heads/${branch}\n`;
  const own = branch === null ? '' : `${base} refs/heads/${branch}\n`;
  await writeFile(join(fresh, 'HEAD'), head);
  await writeFile(join(fresh, 'config'), face.config);
  await writeFile(join(fresh, 'packed-refs'), own + face.refs);
  await writeFile(join(fresh, 'info', 'exclude'), face.exclude);
  await writeFile(join(fresh, 'objects', 'info', 'alternates'), `${join(hub.dir, 'objects')}\n`);
  if (face.originHead !== null) {
    await mkdir(join(fresh, 'refs', 'remotes', 'origin'), { recursive: true });
    const link = `ref: refs/remotes/origin/${face.originHead}\n`;
    await writeFile(join(fresh, 'refs', 'remotes', 'origin', 'HEAD'), link);
  }
  await copyFile(folder.index, join(fresh, 'index'));
  await rename(fresh, join(folder.work, '.git'));
}

/** Takes the old `.git` away, whatever it is: a folder with objects of its own is kept in the trash. */
export async function removeDotGit(folder: SlotFolder, trash: TrashBag): Promise<void> {
  const dotGit = join(folder.work, '.git');
  const stat = await lstat(dotGit).catch(() => null);
  if (stat === null) return;
  if (stat.isDirectory() && (await isAsWeMadeIt(dotGit))) return removeTree(dotGit);
  await trash.take(folder.work, fromText('.git'));
}

const OURS = new Set(['HEAD', 'config', 'packed-refs', 'info', 'objects', 'refs', 'index', 'logs', 'COMMIT_EDITMSG']);

/** Nothing but files that every repository has, and no object. A `logs` folder needs commits, which are objects. */
async function isAsWeMadeIt(dotGit: string): Promise<boolean> {
  const names = await readdir(dotGit);
  if (names.some((name) => !OURS.has(name))) return false;
  const objects = await readdir(join(dotGit, 'objects')).catch(() => ['unreadable']);
  if (objects.some((name) => name !== 'info' && name !== 'pack')) return false;
  const packs = await readdir(join(dotGit, 'objects', 'pack')).catch(() => []);
  return packs.length === 0;
}
