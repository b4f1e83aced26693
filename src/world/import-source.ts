import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text as wholeStream } from 'node:stream/consumers';
import { err, ok, type Result } from '../core/result.ts';
import type { Source, SourceFile } from '../formats/source.ts';
import type { Refusal } from '../report/explanation.ts';

/** A text file of more bytes is no plan that a person wrote. */
const BYTES_MAX = 8 * 1024 * 1024;
const FILES_MAX = 5_000;
/** What plans, boards and questions of other systems are written in. */
const TEXT_FILES = /\.(md|markdown|txt|json|jsonl|ya?ml|question|answer|done)$|(^|\/)\.done$/i;
const NEVER_READ = new Set(['.git', 'node_modules']);

/** The files of another system: one file, all text files of a folder, or `-` for standard input. Links are not followed. */
export async function importSource(cwd: string, path: string): Promise<Result<Source, Refusal>> {
  if (path === '-') return ok({ path: 'standard input', isFolder: false, files: [await standardInput()] });
  const found = await lstat(resolve(cwd, path)).catch(() => null);
  if (found === null) return err(notThere(path));
  const shown = path.replace(/\/+$/, '') || path;
  if (!found.isDirectory()) return oneFile(cwd, shown);
  const paths = await textFilesBelow(resolve(cwd, path), '');
  if (paths.length > FILES_MAX) return err(tooMany(path, paths.length));
  const files: SourceFile[] = [];
  for (const below of paths) {
    const read = await oneFile(cwd, join(shown, below));
    if (!read.ok) return read;
    files.push(...read.value.files);
  }
  return ok({ path: shown, isFolder: true, files });
}

async function oneFile(cwd: string, path: string): Promise<Result<Source, Refusal>> {
  const file = resolve(cwd, path);
  const found = await lstat(file).catch(() => null);
  if (found !== null && found.size > BYTES_MAX) return err(tooLarge(path, found.size));
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return err(notThere(path));
  return ok({ path, isFolder: false, files: [{ path, text: decoded(bytes) }] });
}

/** What is no UTF-8 comes out as a NUL, which no reader takes. */
function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '\0';
  }
}

const standardInput = async (): Promise<SourceFile> => ({
  path: 'standard input',
  text: await wholeStream(process.stdin),
});

/** In the order of their paths, so that the same folder is always read alike. */
async function textFilesBelow(root: string, folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile() && TEXT_FILES.test(path)) found.push(path);
    if (entry.isDirectory() && !NEVER_READ.has(entry.name)) found.push(...(await textFilesBelow(root, path)));
    if (found.length > FILES_MAX) break;
  }
  return found;
}

const notThere = (path: string): Refusal => ({
  what: `${path} cannot be read`,
  why: 'There is no such file or folder, or it may not be read',
  next: 'Check the path; - reads standard input',
});

const tooLarge = (path: string, size: number): Refusal => ({
  what: `${path} has ${size} bytes`,
  why: `At most ${BYTES_MAX / 1024 / 1024} MiB of a file are read: more is no plan that a person wrote`,
  next: 'Split it, or name the file that holds the tasks',
});

const tooMany = (path: string, count: number): Refusal => ({
  what: `${path} has ${count > FILES_MAX ? `more than ${FILES_MAX}` : count} text files below it`,
  why: 'That is no folder of one plan',
  next: 'Name the folder or the file that holds the tasks',
});
