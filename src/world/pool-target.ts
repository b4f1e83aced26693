import type { Oid, RefName, Repository } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import { faultOfBranch } from '../plans/names.ts';
import type { Refusal } from '../report/explanation.ts';
import { branchName, branchRef } from './target.ts';

/** Where the work of the pool lands. `checkout` is the folder in which the wanted branch is checked out; null: it is moved itself. */
export type PoolTarget = { readonly target: RefName; readonly wanted: RefName; readonly checkout: string | null };

/** The commit to merge onto, and what the target holds until then (null: it does not exist yet). */
export type Start = { readonly tip: Oid; readonly expected: Oid | null };

/** A branch that is checked out is never moved; then the work lands beside it, always on the same branch. */
export async function poolTarget(repository: Repository, branch: string | null): Promise<Result<PoolTarget, Refusal>> {
  const name = branch ?? repository.head;
  if (name === null) return err(noBranch());
  const fault = faultOfBranch(name);
  if (fault !== null) return err(noSuchBranch(name, `The name ${fault}`));
  const wanted = branchRef(name);
  if ((await repository.tip(wanted)) === null) return err(noSuchBranch(name, 'Nothing can be merged into it'));
  const [checkout] = await repository.checkouts(wanted);
  if (checkout === undefined) return ok({ target: wanted, wanted, checkout: null });
  const beside = branchRef(`branchline/pool-merge/${name}`);
  const [used] = await repository.checkouts(beside);
  return used === undefined
    ? ok({ target: beside, wanted, checkout: checkout.path })
    : err(checkedOut(branchName(beside), used.path));
}

/** What was landed earlier and not yet brought over is built upon; what has been brought over is left behind. */
export async function startOf(repository: Repository, { target, wanted }: PoolTarget): Promise<Start | null> {
  const [there, theirs] = [await repository.tip(target), await repository.tip(wanted)];
  if (theirs === null) return null;
  if (there === null) return { tip: theirs, expected: null };
  const isOver = target !== wanted && (await repository.isAncestor(there, theirs));
  return { tip: isOver ? theirs : there, expected: there };
}

/** What to type to have it on the wanted branch; null when it is there. */
export async function nextLine(repository: Repository, { target, wanted }: PoolTarget): Promise<string | null> {
  const [there, theirs] = [await repository.tip(target), await repository.tip(wanted)];
  if (target === wanted || there === null || theirs === null || (await repository.isAncestor(there, theirs)))
    return null;
  const isAhead = await repository.isAncestor(theirs, there);
  return `git merge ${isAhead ? '--ff-only ' : ''}${branchName(target)}`;
}

const noBranch = (): Refusal => ({
  what: 'There is no branch to merge into',
  why: 'No branch is checked out here, and none was named',
  next: 'Name one: branchline pool merge BRANCH',
  exit: 1,
});
const noSuchBranch = (name: string, why: string): Refusal => ({
  what: `There is no branch ${name}`,
  why,
  next: 'Make it first, or name another one',
  exit: 1,
});
const checkedOut = (name: string, path: string): Refusal => ({
  what: `${name} is checked out in ${path}`,
  why: 'A branch that is checked out is never moved',
  next: 'Check out another branch there, or name another target: branchline pool merge BRANCH',
  exit: 1,
});
