import type { Context } from './context.ts';
import { planOf } from './context.ts';

/**
 * When a run has ended, the slots that its tasks still hold are given back; what is in them is rescued first. A failed
 * task keeps its worktree for a person to look into, unless the plan wants it cleaned up.
 */
export async function giveBackSlots(context: Context): Promise<void> {
  const { slots } = context.parts.repository;
  const { failed } = planOf(context).cleanup;
  for (const { key, state } of await slots.list()) {
    if (key === null || key.run !== context.facts.run || state === 'free') continue;
    if (!failed && context.journal.view.has(key.task) && context.journal.view.stateOf(key.task).is === 'failed')
      continue;
    const slot = await slots.held(key);
    await slot?.release();
  }
}
