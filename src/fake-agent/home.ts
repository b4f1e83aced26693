import { lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, sep } from 'node:path';

/**
 * Removes everything in HOME, but only where that is the private one of a slot: a real folder beside the worktree, which
 * neither is nor holds the user's own home or the worktree. False, and nothing touched, anywhere else.
 */
export const wipeHome = (env: Readonly<Record<string, string | undefined>>): boolean => {
  const { HOME: home, BRANCHLINE_WORKTREE: worktree } = env;
  if (home === undefined || worktree === undefined || !isPrivate(home, worktree)) return false;
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true, force: true });
  return true;
};

const isPrivate = (home: string, worktree: string): boolean => {
  try {
    const [real, tree, own] = [home, worktree, userInfo().homedir].map((path) => realpathSync(path));
    if (real === undefined || tree === undefined || own === undefined || lstatSync(home).isSymbolicLink()) return false;
    const slot = dirname(tree);
    const isBesideTree = slot !== sep && real.startsWith(slot + sep);
    const holds = (path: string): boolean => path === real || path.startsWith(real + sep);
    return isBesideTree && !holds(tree) && !holds(own);
  } catch {
    // Something of it does not exist: then it is no slot.
    return false;
  }
};
