import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid } from '../core/ports/git.ts';
import { readBounded } from './safe-fs.ts';

/** What an agent's `.git` says about commits. Only names and ids: nothing here was verified. */
export type SlotGit = {
  readonly head: Oid | null;
  /** Every id that any ref, reflog or special ref names, with where it was found. */
  readonly tips: ReadonlyMap<Oid, string>;
  /** false: something could not be read or was too big, so that there may be more. */
  readonly complete: boolean;
};

const REF_MAX = 4 << 10;
const PACKED_MAX = 64 << 20;
const LOG_MAX = 16 << 20;
const FILES_MAX = 20_000;
const DEPTH_MAX = 16;
const SPECIAL = ['ORIG_HEAD', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD', 'FETCH_HEAD'];
const OID = /\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g;

/** Reads the files of `.git` itself, because git would obey its settings. null: there is no `.git` folder to read. */
export async function readSlotGit(dotGit: string): Promise<SlotGit | null> {
  const stat = await lstat(dotGit).catch(() => null);
  if (stat === null || !stat.isDirectory()) return null;
  const reader = new Reader(dotGit);
  const packed = await reader.text('packed-refs', PACKED_MAX);
  for (const line of packed.split('\n')) {
    const [oid = '', ref = ''] = line.split(' ');
    if (ref.startsWith('refs/')) reader.add(oid, ref.slice('refs/'.length));
  }
  await reader.folder('refs', '', 0);
  await reader.folder('logs', 'reflog/', 0);
  await reader.folder('worktrees', 'worktrees/', 0);
  for (const name of SPECIAL) reader.addAll(await reader.text(name, LOG_MAX), name);
  const head = await reader.resolve('HEAD', packed, 0);
  if (head !== null) reader.add(head, 'HEAD');
  return { head, tips: reader.tips, complete: reader.complete };
}

class Reader {
  readonly tips = new Map<Oid, string>();
  complete = true;
  readonly #dir: string;
  #files = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  add(oid: string, from: string): void {
    const isOid = /^(?:[0-9a-f]{64}|[0-9a-f]{40})$/.test(oid) && !/^0+$/.test(oid);
    if (isOid && !this.tips.has(oid)) this.tips.set(oid, from);
  }

  addAll(text: string, from: string): void {
    for (const [oid] of text.matchAll(OID)) this.add(oid, from);
  }

  /** '' when there is no such file. */
  async text(path: string, max: number): Promise<string> {
    const full = join(this.#dir, path);
    if ((await lstat(full).catch(() => null)) === null) return '';
    const bytes = await readBounded(full, max);
    if (bytes === null) this.complete = false;
    return bytes?.toString('latin1') ?? '';
  }

  /** Every id in every file below, links not followed. */
  async folder(path: string, label: string, depth: number): Promise<void> {
    const entries = await readdir(join(this.#dir, path), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      this.#files += 1;
      if (this.#files > FILES_MAX || depth > DEPTH_MAX) {
        this.complete = false;
        return;
      }
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory()) await this.folder(below, label, depth + 1);
      else if (entry.name !== 'index')
        this.addAll(await this.text(below, LOG_MAX), label + below.replace(/^\w+\//, ''));
    }
  }

  /** Follows symbolic refs by reading files; a ref name that leaves `.git` is not followed. */
  async resolve(name: string, packed: string, depth: number): Promise<Oid | null> {
    const text = (await this.text(name, REF_MAX)).trim();
    if (/^(?:[0-9a-f]{64}|[0-9a-f]{40})$/.test(text)) return text;
    const target = /^ref: (refs\/\S+)$/.exec(text)?.[1];
    if (target !== undefined && depth < 5 && !target.split('/').includes('..')) {
      return this.resolve(target, packed, depth + 1);
    }
    return packedOid(packed, name);
  }
}

function packedOid(packed: string, name: string): Oid | null {
  const line = packed.split('\n').find((candidate) => candidate.endsWith(` ${name}`));
  return line === undefined ? null : (line.split(' ')[0] ?? null);
}
