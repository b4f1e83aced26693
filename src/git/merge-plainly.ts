import { join } from 'node:path';
import type { Oid } from '../core/ports/git.ts';
import type { Hub } from './hub.ts';
import { writeObject } from './loose.ts';

/** An entry of a tree; its name byte for byte (latin1), since git's names need not be text. */
type Entry = { readonly mode: string; readonly name: string; readonly oid: Oid };
type Three = { readonly base: Oid | null; readonly ours: Oid; readonly theirs: Oid };

const TREE = '40000';
const CHAIN_MAX = 32;
const TREES_MAX = 512;

/**
 * The merge of two commits where nothing needs to be merged: every path was changed by one side alone. That is what
 * tasks with scopes of their own come to, and it needs no process. null: let git do it.
 */
export async function mergePlainly(hub: Hub, ours: Oid, theirs: Oid): Promise<Oid | null> {
  const base = await forkOf(hub, ours, theirs);
  if (base === null) return null;
  const [before, left, right] = await Promise.all([base, ours, theirs].map((oid) => hub.objects.treeOf(oid)));
  if (before == null || left == null || right == null) return null;
  return new PlainMerge(hub).trees({ base: before, ours: left, theirs: right });
}

/** Where a straight line of commits left the history of `ours`: then it is the only merge base that there is. */
async function forkOf({ objects }: Hub, ours: Oid, theirs: Oid): Promise<Oid | null> {
  const line = [theirs];
  for (let oid = theirs; line.length < CHAIN_MAX; ) {
    const commit = await objects.commit(oid);
    const [parent, second] = commit?.parents ?? [];
    if (parent === undefined || second !== undefined) break;
    line.push(parent);
    oid = parent;
  }
  const wanted = new Set(line);
  const seen = new Set<Oid>();
  const queue = [ours];
  let nearest = Number.POSITIVE_INFINITY;
  // The whole neighbourhood is looked through: the first commit of the line that is met need not be the nearest.
  for (let oid = queue.shift(); oid !== undefined; oid = queue.shift()) {
    if (seen.has(oid)) continue;
    if (seen.size >= WALK_MAX) return null;
    seen.add(oid);
    if (wanted.has(oid)) nearest = Math.min(nearest, line.indexOf(oid));
    else queue.push(...((await objects.commit(oid))?.parents ?? []));
  }
  return nearest === 0 ? null : (line[nearest] ?? null);
}

/** Two commits a landing: a run of a hundred tasks from one base fits. */
const WALK_MAX = 512;

class PlainMerge {
  readonly #hub: Hub;
  #trees = 0;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  async trees({ base, ours, theirs }: Three): Promise<Oid | null> {
    this.#trees += 1;
    if (this.#trees > TREES_MAX) return null;
    const [before, left, right] = [await this.#read(base), await this.#read(ours), await this.#read(theirs)];
    if (before === null || left === null || right === null) return null;
    const merged: Entry[] = [];
    for (const name of new Set([...before.keys(), ...left.keys(), ...right.keys()])) {
      const chosen = await this.#choose({ b: before.get(name), o: left.get(name), t: right.get(name) });
      if (chosen === null) return null;
      if (chosen !== undefined) merged.push(chosen);
    }
    return this.#write(merged);
  }

  /** undefined: no such path any more. null: both sides had a hand in it, also where they did the same (a rename, say). */
  async #choose({ b, o, t }: Readonly<Record<'b' | 'o' | 't', Entry | undefined>>): Promise<Entry | undefined | null> {
    if (isSame(b, o)) return t;
    if (isSame(b, t)) return o;
    if (o?.mode !== TREE || t?.mode !== TREE || (b !== undefined && b.mode !== TREE) || o.oid === t.oid) return null;
    const oid = await this.trees({ base: b?.oid ?? null, ours: o.oid, theirs: t.oid });
    return oid === null ? null : { ...o, oid };
  }

  async #read(tree: Oid | null): Promise<ReadonlyMap<string, Entry> | null> {
    if (tree === null) return new Map();
    const read = await this.#hub.objects.contents(tree);
    return read?.found.type === 'tree' ? entriesOf(read.bytes, tree.length / 2) : null;
  }

  /** An empty folder is none: whoever emptied it took it away, and git must say what that means. */
  async #write(entries: readonly Entry[]): Promise<Oid | null> {
    if (entries.length === 0) return null;
    const sorted = [...entries].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    const body = Buffer.concat(
      sorted.flatMap(({ mode, name, oid }) => [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(oid, 'hex')]),
    );
    return writeObject(join(this.#hub.dir, 'objects'), this.#hub.user.format, { type: 'tree', body });
  }
}

const isSame = (a: Entry | undefined, b: Entry | undefined): boolean => a?.mode === b?.mode && a?.oid === b?.oid;

/** Git sorts a folder as if its name ended in a slash. */
const sortKey = ({ name, mode }: Entry): string => (mode === TREE ? `${name}/` : name);

function entriesOf(bytes: Buffer, hashLength: number): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const nul = bytes.indexOf(0, space);
    const end = nul + 1 + hashLength;
    const name = bytes.toString('latin1', space + 1, nul);
    entries.set(name, { mode: bytes.toString('latin1', at, space), name, oid: bytes.toString('hex', nul + 1, end) });
    at = end;
  }
  return entries;
}
