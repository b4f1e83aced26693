import { unreachable } from '../../core/result.ts';
import type { TaskStateName } from '../../core/task.ts';
import { counted } from '../duration.ts';

/** The places of a task board; every state of a task belongs to exactly one. */
export type Place = 'unblocked' | 'needs' | 'person' | 'retry' | 'inProgress' | 'completed' | 'failed' | 'skipped';

const PLACES: Readonly<Record<TaskStateName, Place>> = {
  waiting: 'needs',
  ready: 'unblocked',
  working: 'inProgress',
  stopping: 'inProgress',
  asking: 'inProgress',
  resting: 'retry',
  reported: 'inProgress',
  verifying: 'inProgress',
  verified: 'inProgress',
  landing: 'inProgress',
  landed: 'completed',
  blocked: 'person',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'skipped',
};

export const placeOf = (state: TaskStateName): Place => PLACES[state];

export type Board = Readonly<Record<Place, number>> & {
  readonly total: number;
  /** Those that cannot start now. */
  readonly blocked: number;
  readonly pending: number;
};

/** Counts each task once; nothing here can be given from outside. */
export function boardOf(states: readonly TaskStateName[]): Board {
  const at: Record<Place, number> = {
    unblocked: 0,
    needs: 0,
    person: 0,
    retry: 0,
    inProgress: 0,
    completed: 0,
    failed: 0,
    skipped: 0,
  };
  for (const state of states) at[placeOf(state)] += 1;
  const blocked = at.needs + at.person + at.retry;
  return { ...at, total: states.length, blocked, pending: at.unblocked + blocked };
}

/** Why nothing more is dispatched. Only the counts of a board decide it. */
export type ExitReason =
  | { readonly is: 'no-tasks' }
  /** Not over: these are next. */
  | { readonly is: 'unblocked'; readonly count: number }
  | { readonly is: 'waiting'; readonly for: 'needs' | 'person' | 'retry' }
  /** Nothing is pending, and yet it is not over. */
  | { readonly is: 'in-progress'; readonly count: number }
  | { readonly is: 'none-left'; readonly board: Board }
  | { readonly is: 'all-completed' };

/** The conditions exclude each other and leave nothing out: the first that holds is the one. */
export function exitOf(board: Board): ExitReason {
  if (board.total === 0) return { is: 'no-tasks' };
  if (board.unblocked > 0) return { is: 'unblocked', count: board.unblocked };
  if (board.needs > 0) return { is: 'waiting', for: 'needs' };
  if (board.person > 0) return { is: 'waiting', for: 'person' };
  if (board.retry > 0) return { is: 'waiting', for: 'retry' };
  if (board.inProgress > 0) return { is: 'in-progress', count: board.inProgress };
  return board.completed === board.total ? { is: 'all-completed' } : { is: 'none-left', board };
}

/** The reason in one sentence. Those that the system itself has are in its own words. */
export function exitText(reason: ExitReason): string {
  switch (reason.is) {
    case 'no-tasks':
      return 'No tasks on board';
    case 'unblocked':
      return `None - ${counted(reason.count, 'unblocked task')} left to dispatch`;
    case 'waiting':
      return `No unblocked tasks - waiting ${{ needs: 'on dependencies', person: 'for a person', retry: 'for a retry' }[reason.for]}`;
    case 'in-progress':
      return `No pending tasks - ${counted(reason.count, 'task')} in progress`;
    case 'none-left': {
      const { completed, failed, skipped } = reason.board;
      return `No tasks left - ${completed} completed, ${failed} failed, ${skipped} skipped`;
    }
    case 'all-completed':
      return 'All tasks completed';
    default:
      return unreachable(reason);
  }
}
