import { branchName } from '../core/branch-name.ts';
import type { Failure } from '../core/failure.ts';
import type { Slot } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Claim } from './attempt.ts';
import { writeBrief } from './brief-file.ts';
import { type Context, planOf, taskOf } from './context.ts';
import { runSetup } from './setup.ts';
import { setupKeyOf } from './setup-key.ts';
import { soundTip } from './tip.ts';

/** Everything that an agent needs before it starts. */
export type Prepared = { readonly slot: Slot; readonly folder: string; readonly brief: string };

/** Worktree at the target's tip (with earlier work merged in after a conflict or a red tree), set-up, brief. */
export async function prepare(context: Context, { key, signal }: Claim): Promise<Result<Prepared, Failure>> {
  const { parts, journal } = context;
  const startedAt = parts.clock.monotonic_ms();
  const plan = planOf(context);
  const task = taskOf(context, key.task);
  const tip = await soundTip(context);
  if (!tip.ok) return tip;
  const base = tip.value;
  const leased = await parts.repository.slots.lease({
    key,
    base,
    branch: branchName(plan, key),
    merge: journal.view.carriedOver(key.task),
    keep: plan.keep,
    setupKey: await setupKeyOf(context, { commit: base, task }),
  });
  if (!leased.ok) return err(leased.error);
  const slot = leased.value;
  const folder = await parts.files.folder(key);
  const set = await runSetup(context, { slot, folder, key, task, signal });
  if (!set.ok) return giveBack(slot, set.error);
  const brief = await writeBrief(context, { key, base, folder });
  if (!brief.ok) return giveBack(slot, brief.error);
  const took_ms = Math.round(parts.clock.monotonic_ms() - startedAt);
  await journal.append([
    { type: 'worktree-ready', task: key.task, attempt: key.attempt, slot: slot.number, path: slot.dir, base, took_ms },
  ]);
  return ok({ slot, folder, brief: brief.value });
}

async function giveBack(slot: Slot, failure: Failure): Promise<Result<never, Failure>> {
  await slot.release();
  return err(failure);
}
