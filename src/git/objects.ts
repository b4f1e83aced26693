import type { Oid } from '../core/ports/git.ts';
import type { Git, Place } from './git.ts';
import { Talk } from './talk.ts';

export type Found = { readonly oid: Oid; readonly type: string; readonly size: number };
export type Commit = { readonly tree: Oid; readonly parents: readonly Oid[] };
export type TreeEntry = { readonly mode: string; readonly name: string; readonly oid: Oid };

const CACHE_MAX = 4096;

/** Reads objects of one repository through one long-lived `cat-file`. Names are full ref names or object ids. */
export class Objects {
  readonly #git: Git;
  readonly #place: Place;
  readonly #talk: Talk;
  readonly #commits = new Map<Oid, Commit>();

  constructor(git: Git, place: Place) {
    this.#git = git;
    this.#place = place;
    this.#talk = new Talk(() => git.start(place, ['cat-file', '--batch-command']));
  }

  /** What `name` is; null when there is no such object. */
  async find(name: string): Promise<Found | null> {
    return this.#ask(`info ${name}\n`, readFound);
  }

  /** The whole content; null when there is no such object. */
  async contents(name: string): Promise<{ readonly found: Found; readonly bytes: Buffer } | null> {
    return this.#ask(`contents ${name}\n`, readContents);
  }

  async commit(oid: Oid): Promise<Commit | null> {
    const cached = this.#commits.get(oid);
    if (cached !== undefined) return cached;
    const read = await this.contents(oid);
    if (read === null || read.found.type !== 'commit') return null;
    const commit = parseCommit(read.bytes);
    if (this.#commits.size >= CACHE_MAX) this.#commits.clear();
    this.#commits.set(oid, commit);
    return commit;
  }

  /** The tree of a commit, or a tree's own id; null when it is neither. */
  async treeOf(oid: Oid): Promise<Oid | null> {
    return (await this.find(`${oid}^{tree}`))?.oid ?? null;
  }

  async tree(oid: Oid): Promise<readonly TreeEntry[]> {
    const read = await this.contents(oid);
    return read === null || read.found.type !== 'tree' ? [] : parseTree(read.bytes, oid.length / 2);
  }

  /** The entry at `path` below a tree, found part by part so that no path is ever spelled into a command. */
  async entry(tree: Oid, path: string): Promise<TreeEntry | null> {
    let entry: TreeEntry | null = { mode: '40000', name: '', oid: tree };
    for (const part of path.split('/').filter((name) => name !== '' && name !== '.')) {
      if (entry === null || entry.mode !== '40000') return null;
      entry = (await this.tree(entry.oid)).find(({ name }) => name === part) ?? null;
    }
    return entry;
  }

  close(): Promise<void> {
    return this.#talk.close();
  }

  async #ask<T>(request: string, read: (seen: Buffer) => { value: T | null; length: number } | null) {
    const boxed = (seen: Buffer) => {
      const answer = read(seen);
      return answer === null ? null : { value: { answer: answer.value }, length: answer.length };
    };
    const told = await this.#talk.ask(request, boxed);
    if (told !== null) return told.answer;
    const ran = await this.#git.run(this.#place, ['cat-file', '--batch-command'], { stdin: request });
    return read(ran.stdout)?.value ?? null;
  }
}

function readFound(seen: Buffer): { value: Found | null; length: number } | null {
  const end = seen.indexOf(10);
  if (end < 0) return null;
  const [oid = '', type = '', size = ''] = seen.toString('latin1', 0, end).split(' ');
  const isFound = /^[0-9a-f]{40,64}$/.test(oid) && /^\d+$/.test(size);
  return { value: isFound ? { oid, type, size: Number(size) } : null, length: end + 1 };
}

function readContents(seen: Buffer) {
  const header = readFound(seen);
  if (header === null) return null;
  if (header.value === null) return { value: null, length: header.length };
  const end = header.length + header.value.size;
  if (seen.length < end + 1) return null;
  return { value: { found: header.value, bytes: Buffer.from(seen.subarray(header.length, end)) }, length: end + 1 };
}

function parseCommit(bytes: Buffer): Commit {
  const end = bytes.indexOf('\n\n');
  const lines = bytes.toString('latin1', 0, end < 0 ? bytes.length : end).split('\n');
  const field = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return { tree: field('tree')[0] ?? '', parents: field('parent') };
}

/** Entries of a tree object: `mode name NUL hash`, again and again. */
function parseTree(bytes: Buffer, hashLength: number): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const nul = bytes.indexOf(0, space);
    if (space < 0 || nul < 0) break;
    const end = nul + 1 + hashLength;
    const mode = bytes.toString('latin1', at, space);
    entries.push({ mode, name: bytes.toString('utf8', space + 1, nul), oid: bytes.toString('hex', nul + 1, end) });
    at = end;
  }
  return entries;
}
