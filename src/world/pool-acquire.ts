import { type Acquired, NO_POOL } from '../cli/pool-port.ts';
import type { Oid } from '../core/ports/git.ts';
import type { PoolPlace } from '../core/ports/pool.ts';
import { err, ok, type Result } from '../core/result.ts';
import { faultOfId } from '../plans/names.ts';
import type { Refusal } from '../report/explanation.ts';
import type { Opened } from './opened.ts';
import { giveBackStrays } from './pool-release.ts';
import { branchOf, idOf, keyOf } from './pool-words.ts';

/**
 * Takes a place for a task in one transaction, then a slot for it. Ends this process in between, the place counts as
 * idle again; nobody was told of the slot by then.
 */
export async function acquireSlot(
  opened: Opened,
  task: string,
  base: string | null,
): Promise<Result<Acquired | 'exhausted', Refusal>> {
  const fault = faultOfId(task);
  if (fault !== null) return err(noTaskId(task, fault));
  // A pool that is not there is said before a base that is not there.
  if ((await opened.pool.read()) === null) return err(NO_POOL);
  const from = await commitOf(opened, base);
  if (!from.ok) return from;
  const claim = await opened.pool.claim(task);
  switch (claim.is) {
    case 'no-pool':
      return err(NO_POOL);
    case 'exhausted':
      return ok('exhausted');
    case 'taken':
      return err(hasOne(task, idOf(claim)));
    case 'claimed':
      if (claim.wasLeft) await giveBackStrays(opened);
      return prepare(opened, { pool: claim.pool, at: claim.at, task, base: from.value });
  }
}

type Wanted = { readonly pool: string; readonly at: PoolPlace; readonly task: string; readonly base: Oid };

async function prepare(opened: Opened, { pool, at, task, base }: Wanted): Promise<Result<Acquired, Refusal>> {
  const branch = branchOf(task);
  const key = keyOf(pool, { task, attempt: at.attempt });
  const leased = await opened.repository.slots.lease({ key, base, branch, merge: null, keep: [], setupKey: '' });
  if (!leased.ok) {
    await opened.pool.free(at);
    return err(noSlot(leased.error.reason === 'workspace' ? leased.error.message : leased.error.reason));
  }
  // It stays with its task, in nobody's hands; the lease of a process would end with this one.
  await leased.value.abandon();
  await opened.pool.settle(at, { dir: leased.value.dir, base });
  return ok({ id: idOf(at), path: leased.value.dir, branch, base });
}

/** What a person may start from: a branch of theirs, one of a remote, a tag, or a commit by its whole id. */
async function commitOf({ repository }: Opened, base: string | null): Promise<Result<Oid, Refusal>> {
  const name = base ?? repository.head;
  if (name === null) return err(noBase());
  for (const prefix of ['refs/heads/', 'refs/remotes/', 'refs/tags/']) {
    const tip = await repository.tip(prefix + name);
    if (tip !== null) return ok(tip);
  }
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name) ? ok(name) : err(noSuchBase(name));
}

const noTaskId = (task: string, fault: string): Refusal => ({
  what: `${task} cannot be the name of a task`,
  why: `It ${fault}`,
  next: 'Name it with letters, digits, ".", "_" and "-"',
});
const hasOne = (task: string, id: string): Refusal => ({
  what: `${task} has the slot ${id} already`,
  why: 'Two that work on one branch would overwrite each other',
  next: `Go on in it (branchline pool status --json says where), or give it back: branchline pool release ${id}`,
  exit: 1,
});
const noSlot = (why: string): Refusal => ({
  what: 'No slot could be prepared',
  why,
  next: 'Look for what this machine lacks: branchline doctor',
  exit: 1,
});
const noBase = (): Refusal => ({
  what: 'There is no branch to start from',
  why: 'No branch is checked out here, and none was named',
  next: 'Name one: branchline pool acquire TASK BASE',
  exit: 1,
});
const noSuchBase = (name: string): Refusal => ({
  what: `There is no branch, tag or commit ${name}`,
  why: 'A slot starts from one',
  next: 'Correct the name, or leave it out to start from the branch that is checked out',
  exit: 1,
});
