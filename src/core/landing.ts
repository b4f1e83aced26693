import type { Action } from './action.ts';
import type { TaskRecord } from './record.ts';
import type { RunView } from './run.ts';

/**
 * The next step of the merge train, one candidate at a time: what is verified lands, what is reported is verified. A
 * task is only ever reported after all that it needs has landed, so that plan order is all that is left to decide.
 */
export function nextOnTrain(view: RunView): readonly Action[] {
  if (view.count('verifying', 'landing') > 0) return [];
  const verified = first(view.tasksIn('verified'));
  if (verified !== null) return [stepOf(verified, isStillTrue(verified, view) ? 'land' : 'verify')];
  const reported = first(view.tasksIn('reported'));
  return reported === null ? [] : [stepOf(reported, 'verify')];
}

/** What was verified on one tip says nothing about another. */
const isStillTrue = ({ state }: TaskRecord, { tip }: RunView): boolean =>
  state.is === 'verified' && state.merged.onto === tip;

const stepOf = ({ id, attempt }: TaskRecord, step: 'land' | 'verify'): Action => ({ do: step, task: id, attempt });

function first(records: readonly TaskRecord[]): TaskRecord | null {
  let best: TaskRecord | null = null;
  for (const each of records) if (best === null || each.position < best.position) best = each;
  return best;
}
