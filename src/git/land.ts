import type { GitFailure, LandRefusal, Oid, RefName } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import { isNear, isWithin } from './ancestry.ts';
import { checkoutsOf } from './checkouts.ts';
import { deliver } from './deliver.ts';
import { failure } from './git.ts';
import type { Hub } from './hub.ts';
import { USER_REFS } from './refs.ts';

export type Move = { readonly target: RefName; readonly commit: Oid; readonly expected: Oid | null };

/** Brings a commit into the user's repository and moves one branch there, if nobody else did and nobody stands on it. */
export async function landCommit(hub: Hub, move: Move): Promise<Result<void, LandRefusal>> {
  const refused = await refusal(hub, move);
  if (refused !== null) return err(refused);
  const brought = await bring(hub, move);
  if (!brought.ok) return brought;
  const moved = await compareAndSwap(hub, move);
  if (!moved.ok) return moved;
  // It has landed, whatever becomes of the mirror: the next `sync` would set it right.
  await hub.refs.update([{ ref: USER_REFS + move.target.slice('refs/'.length), to: move.commit }]);
  return ok(undefined);
}

async function refusal(hub: Hub, { target, commit, expected }: Move): Promise<LandRefusal | null> {
  const used = await checkoutsOf(hub.user, target);
  if (used.length > 0) return { reason: 'checked-out', paths: used.map(({ path }) => path) };
  const tip = await userTip(hub, target);
  if (tip !== expected) return { reason: 'moved', tip };
  if (expected === null || (await isAncestor(hub, expected, commit))) return null;
  return { reason: 'not-a-descendant' };
}

/** The commit that a ref of the user's repository points at, asked of git anew each time. */
export async function userTip(hub: Hub, ref: RefName): Promise<Oid | null> {
  if (!/^refs\/[^\s~^:?*[\\]+$/.test(ref)) return null;
  return (await hub.userObjects.find(`${ref}^{commit}`))?.oid ?? null;
}

/** Not by `fetch`, which fails beside a `git worktree add` in the user's repository; every object is hashed again. */
async function bring(hub: Hub, { commit, expected }: Move): Promise<Result<void, GitFailure>> {
  if ((await hub.userObjects.find(commit)) !== null || (await deliver(hub, commit))) return ok(undefined);
  const known = expected === null ? await mirroredTips(hub) : [expected];
  return hub.git.pipe(
    [hub.place, ['pack-objects', '--revs', '--stdout', '-q', '--window=0']],
    [hub.user.place, ['unpack-objects', '--strict', '-q']],
    `${[commit, ...known.map((oid) => `^${oid}`)].join('\n')}\n`,
  );
}

async function mirroredTips(hub: Hub): Promise<readonly Oid[]> {
  const refs = await hub.refs.list(`${USER_REFS}heads/`);
  const present = await Promise.all(refs.map(async ({ oid }) => ((await hub.userObjects.find(oid)) ? [oid] : [])));
  return present.flat();
}

async function compareAndSwap(hub: Hub, { target, commit, expected }: Move): Promise<Result<void, LandRefusal>> {
  const before = expected ?? '0'.repeat(commit.length);
  if (await hub.userRefs.swap(target, { to: commit, before })) return ok(undefined);
  // The long-lived git ends at a refusal without saying why; asked again, alone, git explains itself.
  const args = ['update-ref', '-m', 'branchline: landed', '--create-reflog', target, commit, before];
  const ran = await hub.git.run(hub.user.place, args);
  if (ran.code === 0) return ok(undefined);
  const tip = await userTip(hub, target);
  return err(tip === expected ? failure(args, ran) : { reason: 'moved', tip });
}

/** Asked of the hub, where nothing but our own code writes refs. */
export async function isAncestor(hub: Hub, ancestor: Oid, descendant: Oid): Promise<boolean> {
  if (ancestor === descendant || (await isNear(hub.objects, ancestor, descendant))) return true;
  const told = await isWithin(hub.objects, ancestor, descendant);
  if (told !== null) return told;
  const ran = await hub.git.run(hub.place, ['merge-base', '--is-ancestor', ancestor, descendant]);
  return ran.code === 0;
}
