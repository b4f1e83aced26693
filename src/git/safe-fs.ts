import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Longest path that is handed to the system as a whole; deeper folders are moved up first. */
const PATH_MAX = 2000;

/**
 * A path below a slot, as bytes: what agents name their files need not be UTF-8. Kept as a latin1 string, one
 * character per byte, so that it can be compared and joined.
 */
export type BytePath = string;

export const toBytes = (path: BytePath): Buffer => Buffer.from(path, 'latin1');
export const fromText = (path: string): BytePath => Buffer.from(path, 'utf8').toString('latin1');
export const toText = (path: BytePath): string => Buffer.from(path, 'latin1').toString('utf8');
export const below = (dir: BytePath, path: BytePath): BytePath => `${dir}/${path}`;

/** Removes a file or a whole folder: never through a link, whatever the modes inside, however deep it is. */
export async function removeTree(path: string): Promise<void> {
  await removeBelow(fromText(path), fromText(dirname(path)));
}

async function removeBelow(path: BytePath, top: BytePath): Promise<void> {
  const stat = await lstat(toBytes(path)).catch(absent);
  if (stat === null) return;
  if (!stat.isDirectory()) return unlink(toBytes(path));
  if (path.length > PATH_MAX) return removeMovedUp(path, top);
  await chmod(toBytes(path), 0o700);
  for (const name of await readdir(toBytes(path), { encoding: 'latin1' })) await removeBelow(below(path, name), top);
  await rmdir(toBytes(path));
}

async function removeMovedUp(path: BytePath, top: BytePath): Promise<void> {
  await chmod(toBytes(path), 0o700);
  const nearer = below(top, `.deep-${randomBytes(8).toString('hex')}`);
  await rename(toBytes(path), toBytes(nearer));
  await removeBelow(nearer, top);
}

/** Moves a path that may lie in, or be, a folder without write permission. The name itself is moved, never its target. */
export async function moveTree(from: BytePath, to: BytePath): Promise<void> {
  await mkdir(toBytes(parent(to)), { recursive: true });
  try {
    await rename(toBytes(from), toBytes(to));
  } catch (error) {
    if (!isDenied(error)) throw error;
    await makeWritable(parent(from));
    await makeWritable(from);
    await rename(toBytes(from), toBytes(to));
  }
}

async function makeWritable(path: BytePath): Promise<void> {
  const stat = await lstat(toBytes(path));
  if (stat.isDirectory()) await chmod(toBytes(path), (stat.mode & 0o7777) | 0o700);
}

/** Whether every folder from `top` down to the one that holds `path` is a real folder and no link. */
export async function isPlainlyBelow(top: string, path: BytePath): Promise<boolean> {
  let at = fromText(top);
  for (const part of path.split('/').slice(0, -1)) {
    if (part === '' || part === '.' || part === '..') return false;
    at = below(at, part);
    const stat = await lstat(toBytes(at)).catch(absent);
    if (stat === null) return true;
    if (!stat.isDirectory()) return false;
  }
  return true;
}

/** The first `max` bytes of a regular file; null when it is anything else, is longer, or cannot be read. */
export async function readBounded(path: string | Buffer, max: number): Promise<Buffer | null> {
  // Without O_NONBLOCK a planted pipe would hold us for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    const stat = await file.stat();
    return stat.isFile() && stat.size <= max ? await file.readFile() : null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

const parent = (path: BytePath): BytePath => path.slice(0, Math.max(path.lastIndexOf('/'), 1));

function absent(error: unknown): null {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
  throw error;
}

const isDenied = (error: unknown): boolean => codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM';
const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
