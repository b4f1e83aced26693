import type { Remedy, TaskEvent } from './event.ts';
import { err, ok, type Result, unreachable } from './result.ts';
import type { TaskState, TaskStateName } from './task.ts';
import type { Instant } from './time.ts';

/** Why an event cannot happen to a task now: its attempt was replaced, or the state has no such arrow. */
export type Refusal = {
  readonly reason: 'stale-attempt' | 'wrong-state';
  readonly state: TaskStateName;
  readonly event: TaskEvent['type'];
};

/** Every task begins here. */
export const initialState: TaskState = { is: 'waiting' };

/** The answer that ends a task which failed and asked what to do. */
export const GIVE_UP = 'give up';

/** The fence of a state: the number of the last attempt, 0 before the first. */
export const attemptOf = (state: TaskState): number => (state.is === 'waiting' ? 0 : state.attempt);

/** Nothing happens to such a task any more, unless a person tries it again. */
export const isTerminal = ({ is }: TaskState): boolean =>
  is === 'landed' || is === 'failed' || is === 'skipped' || is === 'cancelled';

/**
 * The only place where a task changes state. Pure: the same state, event and instant give the same answer. Events that
 * begin an attempt (`task-ready`, `task-taken-over`) name its number, one above the last; every other event names the
 * attempt that it is about.
 */
export function evolve(state: TaskState, event: TaskEvent, at: Instant): Result<TaskState, Refusal> {
  // A rescue is a fact about bytes that are already safe; refusing it would lose the only trace of them.
  if (event.type === 'worktree-rescued') return ok(state);
  // So is money: it is gone, whoever may speak for the task by now.
  if (event.type === 'agent-spent' && event.attempt <= attemptOf(state)) return ok(state);
  const refuse = (reason: Refusal['reason']) => err({ reason, state: state.is, event: event.type });
  // The attempt number is a fence. A process that we gave up on may still be talking; nothing that it says can touch
  // the attempt that replaced it.
  if (event.attempt !== expectedAttempt(state, event)) return refuse('stale-attempt');
  const next = follow(state, event, at);
  return next === null ? refuse('wrong-state') : ok(next);
}

function expectedAttempt(state: TaskState, event: TaskEvent): number {
  const begins = event.type === 'task-ready' || event.type === 'task-taken-over';
  // No attempt of a waiting task exists, so there is none to be mistaken about.
  if (state.is === 'waiting' && !begins) return event.attempt;
  // An attempt that is ready already is not a new one: only `task-ready` from `waiting` begins one.
  if (event.type === 'task-ready' && state.is !== 'waiting') return attemptOf(state);
  return attemptOf(state) + (begins ? 1 : 0);
}

/** The state diagram. null: the event does not belong to the state. */
function follow(state: TaskState, event: TaskEvent, at: Instant): TaskState | null {
  const { attempt } = event;
  switch (event.type) {
    case 'task-ready':
      return state.is === 'waiting' ? { is: 'ready', attempt } : null;
    case 'task-started':
      return state.is === 'ready' ? { is: 'working', attempt, since: at, question: null } : null;
    case 'worktree-ready':
    case 'agent-started':
    case 'agent-progress':
    case 'agent-session':
      return state.is === 'working' || state.is === 'stopping' ? state : null;
    case 'agent-ended':
    case 'agent-spent':
    case 'worktree-rescued':
      return state.is === 'waiting' ? null : state;
    case 'check-finished':
      return state.is === 'verifying' ? state : null;
    case 'task-stopping':
      return state.is === 'working' ? { is: 'stopping', attempt, because: event.because } : null;
    case 'task-reported':
      return state.is === 'working' ? { is: 'reported', attempt, commit: event.commit } : null;
    case 'question-raised':
      return state.is === 'working' && state.question === null ? { ...state, question: event.question.id } : null;
    case 'task-asked':
      // Also while it is being stopped: an agent that asked and then waited is stopped, and its question is asked.
      return state.is === 'working' || state.is === 'stopping'
        ? { is: 'asking', attempt, question: event.question.id, since: at, because: null }
        : null;
    default:
      return followOn(state, event, at);
  }
}

type EarlyEvent =
  | 'task-ready'
  | 'task-started'
  | 'worktree-ready'
  | 'agent-started'
  | 'agent-progress'
  | 'agent-session'
  | 'agent-spent'
  | 'question-raised'
  | 'agent-ended'
  | 'worktree-rescued'
  | 'check-finished'
  | 'task-stopping'
  | 'task-reported'
  | 'task-asked';
type LaterEvent = Exclude<TaskEvent, { readonly type: EarlyEvent }>;

/** The second half of the diagram: landing, failing, and what people do. */
function followOn(state: TaskState, event: LaterEvent, at: Instant): TaskState | null {
  const { attempt } = event;
  switch (event.type) {
    case 'task-verifying':
      return state.is === 'reported' || state.is === 'verified'
        ? { is: 'verifying', attempt, commit: state.commit }
        : null;
    case 'task-verified':
      return state.is === 'verifying' ? { ...state, is: 'verified', merged: event.merged } : null;
    case 'task-landing':
      return state.is === 'verified' ? { ...state, is: 'landing' } : null;
    case 'task-landed':
      return state.is === 'landing' ? { is: 'landed', attempt, commit: event.commit } : null;
    case 'landing-lost':
      return state.is === 'landing' ? { is: 'reported', attempt, commit: state.commit } : null;
    case 'attempt-failed':
      return IN_FLIGHT.has(state.is) ? afterFailure(event, at) : null;
    case 'task-woken':
      return state.is === 'resting' ? { is: 'ready', attempt: attempt + 1 } : null;
    case 'question-answered':
      if (state.is === 'working') return state.question === event.question ? { ...state, question: null } : null;
      return state.is === 'asking' && state.question === event.question ? afterAnswer(state, event.answer) : null;
    case 'note-left':
      return isTerminal(state) && state.is !== 'failed' ? null : state;
    case 'words-delivered':
      return state.is === 'working' || state.is === 'stopping' ? state : null;
    case 'task-retried':
      return RETRIABLE.has(state.is) ? { is: 'ready', attempt: attempt + 1 } : null;
    case 'task-taken-over':
      return TAKEABLE.has(state.is) ? { is: 'reported', attempt, commit: event.commit } : null;
    case 'task-skipped':
      return state.is === 'waiting' || state.is === 'ready'
        ? { is: 'skipped', attempt: attemptOf(state), because: event.because }
        : null;
    case 'task-cancelled':
      // A task that is landing may be on the target already: whether it is, only the landing itself finds out.
      return isTerminal(state) || state.is === 'landing' ? null : { is: 'cancelled', attempt: attemptOf(state) };
    default:
      return unreachable(event);
  }
}

const IN_FLIGHT: ReadonlySet<TaskStateName> = new Set([
  'working',
  'stopping',
  'reported',
  'verifying',
  'verified',
  'landing',
]);
const RETRIABLE: ReadonlySet<TaskStateName> = new Set([
  'failed',
  'blocked',
  'resting',
  'asking',
  'cancelled',
  'skipped',
]);
const TAKEABLE: ReadonlySet<TaskStateName> = new Set(['ready', 'resting', 'asking', 'blocked', 'failed']);

type FailedEvent = Extract<TaskEvent, { readonly type: 'attempt-failed' }>;

function afterFailure({ attempt, because, then }: FailedEvent, at: Instant): TaskState {
  return afterRemedy(then, { attempt, because, at });
}

type FailedAttempt = {
  readonly attempt: number;
  readonly because: FailedEvent['because'];
  readonly at: Instant;
};

function afterRemedy(then: Remedy, { attempt, because, at }: FailedAttempt): TaskState {
  switch (then.do) {
    case 'rest':
      return { is: 'resting', attempt, until: then.until, because };
    case 'ask':
      return { is: 'asking', attempt, question: then.question.id, since: at, because };
    case 'block':
      return { is: 'blocked', attempt, because };
    case 'give-up':
      return { is: 'failed', attempt, because };
    default:
      return unreachable(then);
  }
}

/** Only our own question after a failure offers to give up; to an agent's question the same words are just an answer. */
function afterAnswer(state: Extract<TaskState, { is: 'asking' }>, answer: string): TaskState {
  const { attempt, because } = state;
  if (because !== null && answer === GIVE_UP) return { is: 'failed', attempt, because };
  return { is: 'ready', attempt: attempt + 1 };
}
