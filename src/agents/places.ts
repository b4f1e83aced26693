import { realpathSync } from 'node:fs';
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
export const placesOf = (grounds: Grounds, paths: readonly string[], access: 'read' | 'write'): readonly Place[] => {
  const root = whereItLeads(grounds.worktree);
  const granted = access === 'read' ? [...grounds.read, ...grounds.write] : grounds.write;
  return paths.map((path): Place => {
    const real = whereItLeads(resolve(grounds.worktree, path));
    if (isBelow(root, real)) return { is: 'inside', path: relative(root, real).split(sep).join('/') };
    return granted.some((one) => isBelow(whereItLeads(one), real)) ? { is: 'granted' } : { is: 'outside', path: real };
  });
};

const isBelow = (root: string, path: string): boolean => path === root || path.startsWith(root + sep);

/** The path with its links followed, as far as it exists: a link inside may well lead outside. */
const whereItLeads = (path: string): string => {
  for (let known = path; known !== dirname(known); known = dirname(known)) {
    const real = realPath(known);
    if (real !== null) return join(real, relative(known, path));
  }
  return path;
};

/** At once, not by way of another thread: waking one takes ten times as long as looking at a path that was just used. */
const realPath = (path: string): string | null => {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
};
