import type { AttemptKey } from '../core/ports/store.ts';
import { type Context, planOf } from './context.ts';

/**
 * When a run has ended, the slots that its tasks still hold are given back; what is in them is rescued first. A failed
 * task keeps its worktree for a person to look into, unless the plan wants it cleaned up.
 */
export async function giveBackSlots(context: Context): Promise<void> {
  const { slots } = context.parts.repository;
  for (const { key, state } of await slots.list()) {
    if (key === null || state === 'free' || !isGivenBack(context, key)) continue;
    const slot = await slots.held(key);
    // A slot that cannot be saved now stays held, and `gc` tries again: no reason to call a run that ended anything else.
    await Promise.allSettled([slot?.release()]);
  }
}

function isGivenBack(context: Context, key: AttemptKey): boolean {
  const { journal, facts } = context;
  if (key.run !== facts.run) return false;
  const { auto, failed } = planOf(context).cleanup;
  const hasFailed = journal.view.has(key.task) && journal.view.stateOf(key.task).is === 'failed';
  return hasFailed ? failed : auto;
}
