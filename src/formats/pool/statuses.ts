import type { DraftTask, Origin } from '../draft.ts';
import type { Findings } from '../findings.ts';

/** Words for how far a task is, in `tasks.json` and in the progress file, and what each of them tells. */
const MEANINGS = {
  pending: 'begun',
  in_progress: 'begun',
  qa_approved: 'begun',
  done: 'done',
  skipped: 'dropped',
  qa_rejected: 'undone',
  failed: 'undone',
  pending_retry: 'undone',
  pending_fix: 'undone',
  stuck: 'undone',
  rolled_back: 'undone',
} as const;

export type Status = keyof typeof MEANINGS;
export const STATUSES: readonly Status[] = Object.keys(MEANINGS) as Status[];

/** What one file says of how far a task is. */
export type Record = { readonly task: string; readonly status: Status; readonly at: Origin };

/**
 * What several records come to. Records are written one after the other and none is ever taken back, so the later state
 * counts: a task is over once one says so, unless another says that it came undone.
 */
export function stateOf(records: readonly Record[], found: Findings): DraftTask['state'] {
  const meant = (meaning: (typeof MEANINGS)[Status]) => records.find(({ status }) => MEANINGS[status] === meaning);
  const [done, dropped, undone] = [meant('done'), meant('dropped'), meant('undone')];
  const over = done ?? dropped;
  // That one file has not heard yet of what another one tells is how records are written, and no contradiction.
  const other = records.find(
    ({ status }) => over !== undefined && MEANINGS[status] !== MEANINGS[over.status] && MEANINGS[status] !== 'begun',
  );
  if (over !== undefined && other !== undefined) contradiction(over, other, { isOver: undone === undefined, found });
  if (over === undefined || undone !== undefined) return 'open';
  return done === undefined ? 'dropped' : 'done';
}

type Verdict = { readonly isOver: boolean; readonly found: Findings };

function contradiction(over: Record, other: Record, { isOver, found }: Verdict): void {
  found.warn(other.at, 'two-states', {
    what: `${over.task.slice(0, 60)} is "${other.status}" here`,
    why: `It is "${over.status}" at ${over.at.file}:${over.at.line}`,
    next: isOver ? 'It is taken to be over; see whether it is' : 'It is planned again; see whether that is needed',
  });
}
