import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Oid } from '../core/ports/git.ts';
import type { Hub } from './hub.ts';
import { fromText, isPlainlyBelow } from './safe-fs.ts';
import type { Included, SlotFolder } from './slot-record.ts';

const FILE = '.worktreeinclude';
const BYTES_MAX = 64 << 20;
const FILES_MAX = 2000;

/**
 * Copies the ignored files that the repository's `.worktreeinclude` names (patterns as in `.gitignore`) from the user's
 * checkout into a slot. Only regular files that lie in the checkout without a link on the way, and only where the slot
 * has nothing yet.
 */
export async function copyIncluded(hub: Hub, folder: SlotFolder, tree: Oid): Promise<readonly Included[]> {
  if ((await hub.objects.entry(tree, FILE)) === null) return [];
  const wanted = await includedPaths(hub, join(folder.work, FILE));
  const copied: Included[] = [];
  let bytes = 0;
  for (const path of wanted.slice(0, FILES_MAX)) {
    const file = await copyOne(hub.user.root, folder.work, { path, bytes_max: BYTES_MAX - bytes });
    if (file === null) continue;
    bytes += file.size;
    copied.push(file);
  }
  return copied;
}

/** Untracked, ignored, and named by the file: both are asked of git in the user's checkout, as an observer. */
async function includedPaths(hub: Hub, patterns: string): Promise<readonly string[]> {
  const place = { ...hub.user.place, gitDir: hub.user.gitDir, workTree: hub.user.root, cwd: hub.user.root };
  const named = await hub.git.run(place, ['ls-files', '-z', '-o', '-i', `--exclude-from=${patterns}`]);
  if (named.code !== 0 || named.stdout.length === 0) return [];
  const ignored = await hub.git.run(place, ['check-ignore', '-z', '--stdin'], { stdin: named.stdout });
  return ignored.stdout.toString('utf8').split('\0').filter(Boolean);
}

async function copyOne(
  from: string,
  to: string,
  { path, bytes_max }: { readonly path: string; readonly bytes_max: number },
): Promise<Included | null> {
  const stat = await lstat(join(from, path)).catch(() => null);
  if (stat === null || !stat.isFile() || stat.size > bytes_max) return null;
  const isPlain = (await isPlainlyBelow(from, fromText(path))) && (await isPlainlyBelow(to, fromText(path)));
  if (!isPlain || path.split('/').includes('.git')) return null;
  const target = join(to, path);
  await mkdir(dirname(target), { recursive: true });
  const isCopied = await copyFile(join(from, path), target, constants.COPYFILE_EXCL).then(
    () => true,
    () => false,
  );
  if (!isCopied) return null;
  await utimes(target, stat.atime, stat.mtime);
  const { size, mtimeMs } = await lstat(target);
  return { path, size, mtime_ms: mtimeMs };
}
