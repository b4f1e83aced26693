import type { TaskStatus } from '../core/status.ts';
import type { TaskStateName } from '../core/task.ts';
import type { Instant } from '../core/time.ts';
import { duration } from './duration.ts';
import { explainFailure } from './explain-failure.ts';
import type { Style } from './paint.ts';
import { branchName, listed, short } from './phrase.ts';

/** How a state looks on every screen: one sign of one column, one style, and its place in the order of a list. */
export const LOOKS: Readonly<Record<TaskStateName, Look>> = {
  asking: { sign: '?', style: 'magenta', order: 0 },
  blocked: { sign: '!', style: 'magenta', order: 1 },
  failed: { sign: 'x', style: 'red', order: 2 },
  working: { sign: '>', style: 'cyan', order: 3 },
  stopping: { sign: '>', style: 'yellow', order: 4 },
  landing: { sign: '^', style: 'green', order: 5 },
  verified: { sign: '^', style: 'green', order: 6 },
  verifying: { sign: '^', style: 'cyan', order: 7 },
  reported: { sign: '^', style: 'cyan', order: 8 },
  resting: { sign: '~', style: 'yellow', order: 9 },
  ready: { sign: '.', style: null, order: 10 },
  waiting: { sign: '.', style: 'dim', order: 11 },
  landed: { sign: '+', style: 'green', order: 12 },
  skipped: { sign: '-', style: 'dim', order: 13 },
  cancelled: { sign: '-', style: 'dim', order: 14 },
};
export type Look = { readonly sign: string; readonly style: Style | null; readonly order: number };

export const isOver = (state: TaskStateName): boolean =>
  state === 'landed' || state === 'failed' || state === 'skipped' || state === 'cancelled';

/** What one should know about a task beside its state, shortest first; may be empty and may hold anybody's text. */
export function aboutTask(task: TaskStatus, now: Instant): string {
  const { state, progress, waitingFor, because, until, landed } = task;
  if (state === 'landed') return landed === null ? 'nothing to change' : short(landed);
  if (state === 'working' && progress !== null) return `${progress.done}/${progress.of} ${progress.text}`;
  if (state === 'resting') return `${until === null ? '' : `${duration(until - now)} left, `}${reasonOf(task)}`;
  if (because !== null && (state === 'failed' || state === 'blocked' || state === 'stopping')) return reasonOf(task);
  return waitingFor.length > 0 ? `waits for ${listed(waitingFor, 3)}` : '';
}

const reasonOf = ({ id, because }: TaskStatus): string => {
  if (because === null) return '';
  const { why } = explainFailure(id, because);
  return `${because.reason}: ${why}`;
};

/** The branch that the work really lands on, for a heading. */
export const landsOn = (target: string): string => `lands on ${branchName(target)}`;
