import type { Remedy } from './event.ts';
import { GIVE_UP } from './evolve.ts';
import type { Failure } from './failure.ts';
import type { AttemptLimits } from './plan.ts';
import type { AttemptKey } from './ports/store.ts';
import type { Question } from './question.ts';
import { unreachable } from './result.ts';
import type { Instant } from './time.ts';

/** What is known of a task's earlier attempts when one more has failed. Counts are without the failure at hand. */
export type FailureHistory = {
  /** Attempts that counted. */
  readonly used: number;
  /** Conflicts with the target, which have a count of their own. */
  readonly conflicts: number;
  /** `signatureOf` the last failure; null when there is none, or a person spoke since. */
  readonly signature: string | null;
  /** How many failures of that signature stand in a row. */
  readonly streak: number;
};

export type RemedyContext = {
  readonly key: AttemptKey;
  readonly history: FailureHistory;
  readonly limits: AttemptLimits;
  readonly now: Instant;
  /** Chance in [0, 1), so that tasks which failed together do not come back together. */
  readonly jitter: number;
  /** What the plan says about work outside its scope; `ask`: a person decides. */
  readonly outOfScope?: 'reject' | 'quarantine' | 'ask';
  /** Somebody takes over from an agent that is not there, or does not know its model. */
  readonly standIn?: boolean;
};

/** The answer that tries a task again. */
export const RETRY = 'retry';

/** Longest rest between attempts. */
const REST_MS_MAX = 15 * 60_000;
/** A vendor that names no end of its limit is asked again after this long, then twice as long, to an hour. */
const LIMIT_REST_MS = 60_000;
const LIMIT_REST_MS_MAX = 60 * 60_000;
/** So many free failures of one kind in a row are no accident. */
const FREE_STREAK_MAX = 3;

type Treatment = 'attempt' | 'conflict' | 'free' | 'limit' | 'now' | 'person' | 'block';

/** How each failure is treated. The only place that knows. */
function treatmentOf(failure: Failure): Treatment {
  switch (failure.reason) {
    case 'exited':
    case 'signalled':
    case 'no-first-event':
    case 'silent':
    case 'hung-after-result':
    case 'over-time':
    case 'agent-error':
    case 'no-change':
    case 'work-elsewhere':
    case 'out-of-scope':
    case 'check-failed':
    case 'missing-artifacts':
    case 'setup-failed':
    case 'no-progress':
    case 'going-in-circles':
      return 'attempt';
    case 'conflict':
      return 'conflict';
    // A spent quota is not the task's fault, so it costs the task nothing.
    case 'limited':
      return 'limit';
    // A new attempt is a new conversation, which is what a full one needs; a workspace may be there in a moment.
    case 'context-full':
    case 'workspace':
      return 'free';
    // Only the conversation is gone, not the worktree: a fresh one goes on from there.
    case 'session-lost':
    case 'answered-late':
      return 'now';
    // Nothing was wrong with the work: it goes on as soon as somebody drives the run again.
    case 'engine-stopped':
    case 'past-deadline':
      return 'now';
    // The same brief would only repeat these. A person has to look, and may then say "retry".
    case 'nested-repository':
    case 'tampered-checks':
      return 'person';
    // More of the same would cost more of the same: whoever pays decides. What the run or the day has used up is no fault
    // of the task, and nothing starts on it before there is more.
    case 'over-budget':
      return failure.level === 'attempt' || failure.level === 'task' ? 'person' : 'now';
    // Nothing can be answered: a program, a file or a login is missing until a person brings it.
    case 'agent-missing':
    case 'brief-missing':
    case 'login':
    case 'unknown-model':
      return 'block';
    default:
      return unreachable(failure);
  }
}

/** Whether a failure uses up one of a task's attempts. */
export const costsAttempt = (failure: Failure): boolean => treatmentOf(failure) === 'attempt';

/** What happens after an attempt gave nothing to land. */
export function remedyFor(failure: Failure, context: RemedyContext): Remedy {
  const { history, limits, now } = context;
  const streak = streakWith(failure, history);
  const asks = failure.reason === 'out-of-scope' && context.outOfScope === 'ask';
  const treatment = asks ? 'person' : context.standIn === true ? 'now' : treatmentOf(failure);
  switch (treatment) {
    case 'now':
      return { do: 'rest', until: now, counts: false };
    case 'limit':
      return restForLimit(failure, streak, context);
    case 'person':
      return ask(failure, context);
    case 'block':
      return { do: 'block' };
    case 'conflict':
      if (history.conflicts + 1 >= limits.conflict) return ask(failure, context);
      return { do: 'rest', until: now, counts: false };
    case 'free':
      if (streak >= FREE_STREAK_MAX) return ask(failure, context);
      return { do: 'rest', until: now + backoff(streak, context), counts: false };
    case 'attempt':
      if (history.used + 1 >= limits.max) return { do: 'give-up' };
      // What failed twice in the same way will fail a third time, at the same price.
      if (streak >= 2) return ask(failure, context);
      return { do: 'rest', until: now + backoff(history.used + 1, context), counts: true };
    default:
      return unreachable(treatment);
  }
}

/** How many failures of this kind stand in a row, this one included. */
function streakWith(failure: Failure, { signature, streak }: Pick<FailureHistory, 'signature' | 'streak'>): number {
  return signature === signatureOf(failure) ? streak + 1 : 1;
}

/** Two failures with the same signature are the same to a person. Numbers are left out: times and ids always differ. */
export function signatureOf(failure: Failure): string {
  switch (failure.reason) {
    case 'exited':
      return `exited ${failure.code} ${gist(failure.tail)}`;
    case 'signalled':
      return `signalled ${failure.signal} ${gist(failure.tail)}`;
    case 'agent-error':
    case 'going-in-circles':
      return `${failure.reason} ${gist(failure.message)}`;
    case 'check-failed':
    case 'setup-failed':
      return `${failure.reason} ${failure.command} ${failure.code} ${gist(failure.tail)}`;
    case 'out-of-scope':
    case 'missing-artifacts':
    case 'conflict':
      return `${failure.reason} ${[...failure.paths].sort().join(' ')}`;
    default:
      return failure.reason;
  }
}

/** The end of a text with everything that differs from one run to the next taken out. */
function gist(text: string): string {
  return text
    .replace(/0x[0-9a-f]+|[0-9a-f]{7,}|\d+/gi, '#')
    .replace(/\s+/g, ' ')
    .slice(-300);
}

function restForLimit(failure: Failure, streak: number, { now, jitter }: RemedyContext): Remedy {
  const named = failure.reason === 'limited' ? failure.until : null;
  const rest = Math.min(LIMIT_REST_MS * 2 ** Math.min(streak - 1, 10), LIMIT_REST_MS_MAX) * (1 + jitter / 4);
  // An end that has already passed would make us ask without a pause.
  const until = named === null ? now + rest : Math.max(named, now + 1_000) + jitter * 1_000;
  return { do: 'rest', until: Math.round(until), counts: false };
}

/** Twice as long with each failure, to a cap; somewhere between half of it and all of it. */
function backoff(failures: number, { limits, jitter }: RemedyContext): number {
  const whole = Math.min(limits.backoff_ms * 2 ** Math.min(failures - 1, 20), REST_MS_MAX);
  return Math.round(whole * (0.5 + jitter / 2));
}

function ask(failure: Failure, { key }: RemedyContext): Remedy {
  const question: Question = {
    id: `${key.task}.${key.attempt}`,
    kind: 'choice',
    text: questionText(failure),
    options: [RETRY, GIVE_UP],
    deadline: null,
    default: null,
  };
  return { do: 'ask', question };
}

function questionText(failure: Failure): string {
  switch (failure.reason) {
    case 'conflict':
      return `The work conflicts with the target again (${failure.paths.slice(0, 3).join(', ')}). Try once more, or give up?`;
    case 'out-of-scope':
      return `The work changes paths outside its scope (${failure.paths.slice(0, 3).join(', ')}). Widen the scope with amend and retry, or give up?`;
    case 'nested-repository':
      return `The work contains a repository of its own (${failure.paths.slice(0, 3).join(', ')}), which is not landed. Try again, or give up?`;
    case 'tampered-checks':
      return `The work changes what checks it (${failure.paths.slice(0, 3).join(', ')}). Look at it, then try again or give up.`;
    case 'over-budget':
      return `The budget of this ${failure.level} is used up (${failure.spent} of ${failure.cap} ${failure.unit}). Raise it with amend and retry, or give up?`;
    default:
      return `The same failure (${failure.reason}) came back. Try again, or give up?`;
  }
}
