import { join } from 'node:path';
import type { Oid } from '../core/ports/git.ts';
import type { Hub } from './hub.ts';
import { writeObject } from './loose.ts';

const COMMITS_MAX = 32;
const OBJECTS_MAX = 256;
const BYTES_MAX = 4 << 20;
const TREE = '40000';
const GITLINK = '160000';

/** Raised when there is too much to deliver one by one. */
class TooMuch extends Error {}

/**
 * Writes what a few commits add to what the user's repository has into it, object by object and each hashed again: the
 * usual landing, without a process. False: nothing was moved, and it must be done another way.
 */
export async function deliver(hub: Hub, commit: Oid): Promise<boolean> {
  // Files that a group shares need modes that only git knows how to give.
  if (hub.user.settings.isShared) return false;
  const wanted = new Wanted(hub);
  try {
    const commits = await wanted.commits(commit);
    if (commits === null) return false;
    // What commits point at comes first, so that no commit ever points at what is not there.
    await Promise.all((await wanted.below(commits)).map((oid) => copy(hub, oid)));
    for (const oid of commits) await copy(hub, oid);
    return true;
  } catch (error) {
    if (error instanceof TooMuch) return false;
    throw error;
  }
}

class Wanted {
  readonly #hub: Hub;
  readonly #seen = new Set<Oid>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** Commits that the user does not have, parents first; null: one of them is not here either. */
  async commits(tip: Oid): Promise<readonly Oid[] | null> {
    const found: Oid[] = [];
    const queue = [tip];
    for (let oid = queue.shift(); oid !== undefined; oid = queue.shift()) {
      if (found.includes(oid) || (await this.#hub.userObjects.find(oid)) !== null) continue;
      const commit = await this.#hub.objects.commit(oid);
      if (commit === null || found.length >= COMMITS_MAX) return null;
      found.push(oid);
      queue.push(...commit.parents);
    }
    return found.reverse();
  }

  /** Trees and files that the commits add to their first parents, inner ones first. */
  async below(commits: readonly Oid[]): Promise<readonly Oid[]> {
    const { objects } = this.#hub;
    for (const oid of commits) {
      const commit = await objects.commit(oid);
      const parent = commit?.parents[0] === undefined ? null : await objects.commit(commit.parents[0]);
      if (commit !== null) await this.#tree(commit.tree, parent?.tree ?? null);
    }
    return [...this.#seen];
  }

  async #tree(tree: Oid, before: Oid | null): Promise<void> {
    if (tree === before || this.#seen.has(tree)) return;
    const { objects } = this.#hub;
    const known = new Map((before === null ? [] : await objects.tree(before)).map(({ name, oid }) => [name, oid]));
    for (const { mode, name, oid } of await objects.tree(tree)) {
      if (mode === GITLINK || known.get(name) === oid) continue;
      if (mode === TREE) await this.#tree(oid, known.get(name) ?? null);
      else this.#seen.add(oid);
      if (this.#seen.size > OBJECTS_MAX) throw new TooMuch();
    }
    this.#seen.add(tree);
  }
}

async function copy({ objects, user }: Hub, oid: Oid): Promise<void> {
  const found = await objects.find(oid);
  if (found === null || found.size > BYTES_MAX) throw new TooMuch();
  const read = await objects.contents(oid);
  if (read === null) throw new TooMuch();
  const type = read.found.type as 'blob' | 'tree' | 'commit';
  const written = await writeObject(join(user.commonDir, 'objects'), user.format, { type, body: read.bytes });
  if (written !== oid) throw new Error(`The hub's object ${oid} does not hold what its name says`);
}
