import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, open, opendir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileKind, fileName, NUMBER_MAX, parseName } from './names.ts';

/** More than any question needs; a longer file is not read at all. */
export const BYTES_MAX = 65_536;
/** So many names of a folder are looked at. */
export const NAMES_MAX = 4_096;

/** What stands in a file, or why that is not to be had. */
export type Read =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'nothing' }
  | { readonly is: 'unfit'; readonly why: string };

/** Reads a regular file that is no link, whole, as UTF-8. Nothing that may lie in its place can hold us. */
export async function readText(path: string): Promise<Read> {
  // Without O_NONBLOCK a planted pipe would hold us for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    await using file = await open(path, flags);
    if (!(await file.stat()).isFile()) return { is: 'unfit', why: 'is no file' };
    // One byte more than is allowed: a file may grow while it is read.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTES_MAX + 1), 0, BYTES_MAX + 1, 0);
    if (bytesRead > BYTES_MAX) return { is: 'unfit', why: `is longer than ${BYTES_MAX} bytes` };
    return decoded(buffer.subarray(0, bytesRead));
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' ? { is: 'nothing' } : { is: 'unfit', why: code === 'ELOOP' ? 'is a link' : code };
  }
}

function decoded(bytes: Buffer): Read {
  // A zero byte is valid UTF-8, and no text that anybody wrote holds one.
  if (bytes.includes(0)) return { is: 'unfit', why: 'is no text' };
  try {
    return { is: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return { is: 'unfit', why: 'is no text' };
    throw error;
  }
}

/** What a name means at this moment, for telling whether it has changed. null: nothing. */
export async function lookAt(
  path: string,
): Promise<{ readonly isFile: boolean; readonly isEmpty: boolean; readonly stamp: string } | null> {
  try {
    const stat = await lstat(path, { bigint: true });
    const stamp = `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
    return { isFile: stat.isFile(), isEmpty: stat.size === 0n, stamp };
  } catch (error) {
    codeOf(error);
    return null;
  }
}

/** False for a link to a folder as well: it may lead anywhere. */
export const isFolder = async (path: string): Promise<boolean> => (await lstat(path)).isDirectory();

/** Names in a folder, at most `NAMES_MAX` of them; none when the folder is gone or something else lies in its place. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    if (!(await isFolder(folder))) return names;
    for await (const { name } of await opendir(folder, { bufferSize: 512 })) {
      names.push(name);
      if (names.length === NAMES_MAX) break;
    }
  } catch (error) {
    codeOf(error);
  }
  return names;
}

/**
 * Lays a new file with the next number into a folder: whole, durable, and under a number that no other writer of this
 * kind of file gets. Numbers of all kinds are passed over, so that one number rarely means two things.
 */
export async function layNext(folder: string, kind: FileKind, text: string): Promise<number> {
  const used = (await namesIn(folder)).flatMap((name) => parseName(name)?.number ?? []);
  const unfinished = await written(folder, text);
  try {
    for (let number = Math.max(0, ...used) + 1; number <= NUMBER_MAX; number++) {
      if (await linked(unfinished, join(folder, fileName(number, kind)))) return await durably(folder, number);
    }
  } finally {
    await rm(unfinished, { force: true });
  }
  throw new DeskFull();
}

/** Lays a file under a name that must be free. False: it was not. */
export async function lay(folder: string, name: string, text: string): Promise<boolean> {
  const unfinished = await written(folder, text);
  try {
    return (await linked(unfinished, join(folder, name))) && (await durably(folder, true));
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Lays a file over whatever has that name. */
export async function layOver(folder: string, name: string, text: string): Promise<void> {
  const unfinished = await written(folder, text);
  try {
    await rename(unfinished, join(folder, name));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Every number is taken. */
export class DeskFull extends Error {
  readonly code = 'EDESKFULL';
}

async function written(folder: string, text: string): Promise<string> {
  const path = join(folder, `.${randomUUID()}.tmp`);
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
  return path;
}

/** A link is made or not made: there is no moment at which half of the file could be seen under its name. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** A name is on the disk when its folder is. */
async function durably<T>(folder: string, value: T): Promise<T> {
  await using file = await open(folder, constants.O_RDONLY);
  await file.sync();
  return value;
}

/** The system's word for what went wrong; anything else that is thrown is a bug and goes on. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  throw error;
}
