import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BytePath, below, fromText, moveTree, removeTree } from './safe-fs.ts';

export type TrashWorld = { readonly stateDir: string; readonly ids: () => string; readonly now: () => number };
export type TrashEntry = { readonly name: string; readonly dir: string; readonly at: number; readonly why: string };

/** A place for what nobody proved to be worthless. Things are moved here by rename, and only `gc` removes them. */
const trashDir = (stateDir: string): string => join(stateDir, 'trash');

/** One occasion of throwing things away; its folder is made with the first of them. */
export class TrashBag {
  readonly #world: TrashWorld;
  readonly #why: string;
  #dir: string | null = null;

  constructor(world: TrashWorld, why: string) {
    this.#world = world;
    this.#why = why;
  }

  /** Moves `top/path` into the bag, under the same path. */
  async take(top: string, path: BytePath): Promise<void> {
    const dir = await this.#folder();
    await moveTree(below(fromText(top), path), below(fromText(join(dir, 'kept')), path));
  }

  async #folder(): Promise<string> {
    if (this.#dir !== null) return this.#dir;
    const { stateDir, ids, now } = this.#world;
    const at = now();
    const dir = join(trashDir(stateDir), `${at}-${ids()}`);
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'why.json'), `${JSON.stringify({ at, why: this.#why })}\n`);
    this.#dir = dir;
    return dir;
  }
}

/** Oldest first. A folder without a readable note counts as thrown away at 0. */
export async function listTrash(stateDir: string): Promise<readonly TrashEntry[]> {
  const names = await readdir(trashDir(stateDir)).catch(() => []);
  const entries = names.map(async (name) => {
    const dir = join(trashDir(stateDir), name);
    const note = await readFile(join(dir, 'why.json'), 'utf8').catch(() => '');
    const why = /"why":"((?:[^"\\]|\\.)*)"/.exec(note)?.[1] ?? 'unknown';
    return { name, dir, at: Number(/^\d+/.exec(name)?.[0] ?? 0), why };
  });
  return (await Promise.all(entries)).sort((a, b) => a.at - b.at);
}

export const emptyTrash = (entry: TrashEntry): Promise<void> => removeTree(entry.dir);
