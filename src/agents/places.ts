import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Where an agent may go besides its worktree: the files and folders that Branchline itself names to it. */
export type Grounds = {
  readonly worktree: string;
  readonly read: readonly string[];
  readonly write: readonly string[];
};

/** Where a path leads when its links are followed. `inside`: relative to the worktree, `/` between; empty: its root. */
export type Place =
  | { readonly is: 'inside'; readonly path: string }
  | { readonly is: 'granted' }
  | { readonly is: 'outside'; readonly path: string };

/** Where each path leads, for a call that reads or one that writes. */
export const placesOf = async (
  grounds: Grounds,
  paths: readonly string[],
  access: 'read' | 'write',
): Promise<readonly Place[]> => {
  const root = await whereItLeads(grounds.worktree);
  const granted = access === 'read' ? [...grounds.read, ...grounds.write] : grounds.write;
  const roots = await Promise.all(granted.map(whereItLeads));
  return Promise.all(
    paths.map(async (path): Promise<Place> => {
      const real = await whereItLeads(resolve(grounds.worktree, path));
      if (isBelow(root, real)) return { is: 'inside', path: relative(root, real).split(sep).join('/') };
      return roots.some((one) => isBelow(one, real)) ? { is: 'granted' } : { is: 'outside', path: real };
    }),
  );
};

const isBelow = (root: string, path: string): boolean => path === root || path.startsWith(root + sep);

/** The path with its links followed, as far as it exists: a link inside may well lead outside. */
const whereItLeads = async (path: string): Promise<string> => {
  for (let known = path; known !== dirname(known); known = dirname(known)) {
    const real = await realpath(known).catch(() => null);
    if (real !== null) return join(real, relative(known, path));
  }
  return path;
};
