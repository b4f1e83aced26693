import type { AttemptKey } from '../core/ports/store.ts';
import type { Merged } from '../core/task.ts';
import { type Context, isCurrent } from './context.ts';
import { currentTip } from './tip.ts';
import { pinOf } from './verify.ts';

/**
 * Moves the target to the verified commit by compare-and-swap. Safe to call again after a crash: a commit that is
 * already on the target has landed, whoever moved it there.
 */
export async function land(context: Context, key: AttemptKey, merged: Merged): Promise<void> {
  const { repository } = context.parts;
  const { target, base } = context.facts;
  const before = await repository.tip(target);
  if (await repository.isAncestor(merged.commit, before ?? base)) return landed(context, key, merged);
  const moved = await repository.land({
    target,
    commit: merged.commit,
    expected: before === null ? null : merged.onto,
  });
  if (moved.ok) return landed(context, key, merged);
  if (moved.error.reason === 'moved') return lost(context, key);
  if (moved.error.reason === 'not-a-descendant') return lost(context, key);
  const message =
    moved.error.reason === 'checked-out'
      ? `${target} is checked out in ${moved.error.paths.join(', ')}`
      : moved.error.stderr;
  if (!isCurrent(context, key)) return;
  // The work is verified and pinned; what stands in the way is outside, so a person has to clear it.
  await context.journal.append([
    {
      type: 'attempt-failed',
      task: key.task,
      attempt: key.attempt,
      because: { reason: 'workspace', message },
      then: { do: 'block' },
      rescue: pinOf(key),
    },
  ]);
  context.notify();
}

async function landed(context: Context, key: AttemptKey, { commit }: Merged): Promise<void> {
  if (isCurrent(context, key)) {
    await context.journal.append([{ type: 'task-landed', task: key.task, attempt: key.attempt, commit }]);
  }
  // The next one need not wait until the pin is gone.
  context.notify();
  await context.parts.repository.unpin(pinOf(key));
}

/** Somebody else moved the target: what was verified on the old tip is verified again, at no cost. */
async function lost(context: Context, key: AttemptKey): Promise<void> {
  const tip = await currentTip(context);
  if (isCurrent(context, key)) {
    await context.journal.append([{ type: 'landing-lost', task: key.task, attempt: key.attempt, tip }]);
  }
  context.notify();
}
