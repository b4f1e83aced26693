import type { Plan } from '../core/plan.ts';
import type { Oid, RefName, Repository } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import { slugOf } from '../core/slug.ts';
import { faultOfBranch } from '../plans/names.ts';
import type { Refusal } from '../report/explanation.ts';

/** Where a run starts and where it really lands. `wanted` differs from `target` when the wanted branch is checked out. */
export type Target = {
  readonly baseName: string;
  readonly base: Oid;
  readonly target: RefName;
  readonly wanted: RefName;
  /** Folder in which the wanted branch is checked out; null when the target is the wanted branch itself. */
  readonly checkout: string | null;
};

type Wish = {
  readonly plan: Plan;
  readonly repository: Repository;
  readonly target: string | null;
  readonly run: string;
};

/**
 * A branch that is checked out anywhere in the user's repository is never moved: the next commit there would revert the
 * work. Such a run lands on `branchline/<plan>` instead, and every screen names it.
 */
export async function chooseTarget({ plan, repository, target, run }: Wish): Promise<Result<Target, Refusal>> {
  const baseName = plan.base ?? repository.head;
  if (baseName === null) return err(noBase(repository.root));
  const base = await repository.tip(branchRef(baseName));
  if (base === null) return err(noSuchBranch(baseName));
  const fault = target === null ? null : faultOfBranch(target);
  if (fault !== null) return err(noName(target ?? '', fault));
  const wanted = branchRef(target ?? plan.target ?? baseName);
  const [checkout] = await repository.checkouts(wanted);
  if (checkout === undefined) return ok({ baseName, base, target: wanted, wanted, checkout: null });
  const free = await freeTarget(repository, { plan: plan.name, run, base });
  return ok({ baseName, base, target: free, wanted, checkout: checkout.path });
}

export const branchRef = (name: string): RefName => `refs/heads/${name}`;
export const branchName = (ref: RefName): string => ref.replace(/^refs\/heads\//, '');

/** An earlier run's branch is taken again only when all of it is in the base already: nothing of it can be buried. */
async function freeTarget(repository: Repository, run: { plan: string; run: string; base: Oid }): Promise<RefName> {
  const plain = branchRef(`branchline/${slug(run.plan)}`);
  const tip = await repository.tip(plain);
  const checkedOut = (await repository.checkouts(plain)).length > 0;
  const reusable = tip === null || (await repository.isAncestor(tip, run.base));
  return reusable && !checkedOut ? plain : branchRef(`branchline/${slug(run.plan)}-${run.run}`);
}

const slug = (name: string): string => slugOf(name, { max: 60, otherwise: 'plan' });

/** What a person must know before anything starts. */
export function targetNotices({ target, wanted, checkout }: Target, updateCheckout: boolean): readonly string[] {
  if (checkout === null) return [`The work lands on ${branchName(target)}.`];
  const moved = `${branchName(wanted)} is checked out in ${checkout}, and a checked-out branch is never moved. The work lands on ${branchName(target)}.`;
  return updateCheckout
    ? [`${moved} At the end the checkout is brought along if it is clean.`]
    : [`${moved} To bring it over afterwards: ${mergeLine(target)}`];
}

export const mergeLine = (target: RefName): string => `git merge --ff-only ${branchName(target)}`;

function noBase(root: string): Refusal {
  return {
    what: 'There is no branch to start from',
    why: `${root} has no branch checked out (detached HEAD), and the plan names no base`,
    next: 'Add `base: main` (or another branch) to the plan, or check a branch out',
  };
}

/** What a plan names was judged when it was read; what was typed is judged here. */
const noName = (name: string, fault: string): Refusal => ({
  what: `Nothing can land on a branch ${name}`,
  why: `The name ${fault}`,
  next: 'Name another one with --target, or leave it out',
});

function noSuchBranch(name: string): Refusal {
  return {
    what: `There is no branch ${name} with a commit`,
    why: 'The plan starts from it',
    next: 'Correct `base` in the plan, or make a first commit on that branch',
  };
}
