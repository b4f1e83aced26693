import { branchName } from '../core/branch-name.ts';
import { type Continuation, continuationOf } from '../core/continuation.ts';
import type { Failure } from '../core/failure.ts';
import type { Slot } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Claim } from './attempt.ts';
import { openingText, writeBrief } from './brief-file.ts';
import { type Context, planOf, taskOf } from './context.ts';
import { runSetup } from './setup.ts';
import { setupKeyOf } from './setup-key.ts';
import { soundTip } from './tip.ts';

/** Everything that an agent needs before it starts. */
export type Prepared = {
  readonly slot: Slot;
  readonly folder: string;
  readonly brief: string;
  /** What a session that goes on is told in place of the brief. */
  readonly opening: string;
  /** Folder by which the agent may ask and tell. */
  readonly desk: string;
  readonly continuation: Continuation;
  /** How many words of people are in the brief or the opening. */
  readonly told: number;
};

/** Worktree (as it was left, or at the target's tip with earlier work merged in), set-up, brief. */
export async function prepare(context: Context, { key, signal }: Claim): Promise<Result<Prepared, Failure>> {
  const { parts, journal } = context;
  const startedAt = parts.clock.monotonic_ms();
  const task = taskOf(context, key.task);
  const found = (await takenOver(context, key)) ?? (await leased(context, key));
  if (!found.ok) return found;
  const { slot, continuation } = found.value;
  const folder = await parts.files.folder(key);
  const set = await runSetup(context, { slot, folder, key, task, signal });
  if (!set.ok) return giveBack(slot, set.error);
  const told = journal.view.recordOf(key.task).saidCount;
  const brief = await writeBrief(context, { key, base: slot.base, folder, continuation });
  if (!brief.ok) return giveBack(slot, brief.error);
  const took_ms = Math.round(parts.clock.monotonic_ms() - startedAt);
  const { number, dir: path, base } = slot;
  await journal.append([
    { type: 'worktree-ready', task: key.task, attempt: key.attempt, slot: number, path, base, took_ms },
  ]);
  const opening = openingText(context, key, continuation);
  return ok({ slot, folder, brief: brief.value, opening, desk: `${folder}/desk`, continuation, told });
}

type Place = { readonly slot: Slot; readonly continuation: Continuation };

/** The worktree as an earlier attempt left it; null: the attempt begins anew, or that worktree is gone. */
async function takenOver(context: Context, key: Claim['key']): Promise<Result<Place, Failure> | null> {
  const record = context.journal.view.recordOf(key.task);
  const continuation = continuationOf(record);
  if (continuation.is === 'fresh') return null;
  const { slots } = context.parts.repository;
  // It may have been taken over already, by this very attempt before a crash.
  const slot = (await slots.goOn({ ...key, attempt: continuation.from }, key)) ?? (await slots.goOn(key, key));
  if (slot === null) return null;
  const isKnown = continuation.is === 'worktree' || record.session?.worktree === slot.dir;
  // A conversation is not gone on with in a worktree that it has never seen.
  return ok({ slot, continuation: isKnown ? continuation : { ...continuation, is: 'worktree' } });
}

async function leased(context: Context, key: Claim['key']): Promise<Result<Place, Failure>> {
  const plan = planOf(context);
  const tip = await soundTip(context);
  if (!tip.ok) return tip;
  const base = tip.value;
  const slot = await context.parts.repository.slots.lease({
    key,
    base,
    branch: branchName(plan, taskOf(context, key.task), key),
    merge: context.journal.view.carriedOver(key.task),
    keep: plan.keep,
    setupKey: await setupKeyOf(context, { commit: base, task: taskOf(context, key.task) }),
  });
  return slot.ok ? ok({ slot: slot.value, continuation: { is: 'fresh' } }) : slot;
}

async function giveBack(slot: Slot, failure: Failure): Promise<Result<never, Failure>> {
  await slot.release();
  return err(failure);
}
