import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { RefName } from '../core/ports/git.ts';
import type { Git } from './git.ts';
import type { UserSide } from './hub.ts';

type Checkout = { readonly path: string; readonly gitDir: string };

/** Folders of the user's repository in which `ref` is checked out, or is what a rebase or bisect there goes back to. */
export async function checkoutsOf(user: UserSide, ref: RefName): Promise<readonly Checkout[]> {
  const linked = await linkedCheckouts(user.commonDir);
  const main = { path: await mainPath(user), gitDir: user.commonDir };
  const used = await Promise.all([main, ...linked].map(async (at) => ((await uses(at.gitDir, ref)) ? [at] : [])));
  return used.flat();
}

/** Read from the files and not by `git worktree list`, which fails while somebody adds a worktree. */
async function linkedCheckouts(commonDir: string): Promise<readonly Checkout[]> {
  const names = await readdir(join(commonDir, 'worktrees')).catch(() => []);
  const found = names.map(async (name) => {
    const gitDir = join(commonDir, 'worktrees', name);
    const file = (await readFile(join(gitDir, 'gitdir'), 'utf8').catch(() => '')).trim();
    const path = dirname(isAbsolute(file) ? file : join(gitDir, file));
    return { path: file === '' ? gitDir : path, gitDir };
  });
  return Promise.all(found);
}

async function mainPath({ commonDir, root }: UserSide): Promise<string> {
  const isPlain = commonDir.endsWith('/.git');
  return isPlain ? dirname(commonDir) : root;
}

async function uses(gitDir: string, ref: RefName): Promise<boolean> {
  const line = async (file: string): Promise<string> =>
    (await readFile(join(gitDir, file), 'utf8').catch(() => '')).trim();
  if ((await line('HEAD')) === `ref: ${ref}`) return true;
  const short = ref.replace(/^refs\/heads\//, '');
  const held = await Promise.all(['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].map(line));
  return held.includes(ref) || held[2] === short;
}

/**
 * Whether a checkout has no change of its own. Looks without taking a lock. Files that git does not know, such as a plan
 * that was just written, do not count: a fast-forward leaves them alone and refuses to overwrite one.
 */
export async function isClean(git: Git, user: UserSide, at: Checkout): Promise<boolean> {
  const place = { ...user.place, cwd: at.path, gitDir: at.gitDir, workTree: at.path };
  const ran = await git
    .run(place, ['status', '--porcelain', '-z', '--untracked-files=no', '--ignore-submodules=dirty'])
    .catch(() => null);
  return ran !== null && ran.code === 0 && ran.stdout.length === 0;
}
