import type { TaskEvent } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Question } from '../core/question.ts';
import type { Instant } from '../core/time.ts';

/** What the entries of one task add up to. */
export type TaskTally = {
  readonly attempts: readonly AttemptTally[];
  readonly checks: readonly CheckTally[];
  readonly questions: readonly QuestionTally[];
  readonly rescued: readonly string[];
  /** What its agent took for granted because nobody was to be asked, from what it last reported. */
  readonly assumptions: readonly string[];
};
export type AttemptTally = {
  readonly attempt: number;
  readonly agent: string;
  readonly account: string | null;
  readonly startedAt: string;
  /** When the agent's part was over, with a report or a failure; null while it is at work. */
  readonly endedAt: string | null;
  readonly took_ms: number | null;
  readonly reported: boolean;
  readonly because: Failure | null;
  readonly log: string | null;
};
export type CheckTally = {
  readonly attempt: number;
  readonly command: string;
  readonly code: number | null;
  readonly took_ms: number;
  readonly log: string;
  readonly at: string;
};
export type QuestionTally = {
  readonly id: string;
  readonly text: string;
  readonly askedAt: string;
  readonly answer: string | null;
  readonly by: string | null;
  readonly waited_ms: number | null;
};

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A tally while it is being counted. `open` remembers instants until their other end comes. */
export type OpenTally = {
  readonly attempts: Mutable<AttemptTally>[];
  readonly checks: CheckTally[];
  readonly questions: Mutable<QuestionTally>[];
  readonly rescued: string[];
  readonly assumptions: string[];
  readonly open: Map<string, Instant>;
};

export const tallyOf = (): OpenTally => ({
  attempts: [],
  checks: [],
  questions: [],
  rescued: [],
  assumptions: [],
  open: new Map(),
});

/** Counts one event of the task; events come in order. */
export function countTask(tally: OpenTally, event: TaskEvent, at: Instant): void {
  switch (event.type) {
    case 'task-started':
      begin(tally, event, at);
      return;
    case 'agent-started':
      onAttempt(tally, event.attempt, (attempt) => {
        attempt.log = event.log;
      });
      return;
    case 'task-reported':
      tally.assumptions.splice(0, Number.POSITIVE_INFINITY, ...assumptionsIn(event.claim));
      finish(tally, event.attempt, at, null);
      return;
    case 'task-taken-over':
      finish(tally, event.attempt, at, null);
      return;
    case 'attempt-failed':
      if (event.rescue !== null) keep(tally, event.rescue);
      if (event.then.do === 'ask') ask(tally, event.then.question, at);
      finish(tally, event.attempt, at, event.because);
      return;
    case 'check-finished': {
      const { attempt, command, code, took_ms, log } = event;
      tally.checks.push({ attempt, command, code, took_ms, log, at: new Date(at).toISOString() });
      return;
    }
    case 'task-asked':
      ask(tally, event.question, at);
      return;
    case 'question-answered':
      answer(tally, event, at);
      return;
    case 'worktree-rescued':
      keep(tally, event.ref);
      return;
    default:
      return;
  }
}

function begin(tally: OpenTally, event: Extract<TaskEvent, { readonly type: 'task-started' }>, at: Instant): void {
  const { attempt, agent, account } = event;
  tally.open.set(`attempt ${attempt}`, at);
  tally.attempts.push({
    attempt,
    agent,
    account,
    startedAt: new Date(at).toISOString(),
    endedAt: null,
    took_ms: null,
    reported: false,
    because: null,
    log: null,
  });
}

/** A report ends the agent's part; a failure after it (a red check, a conflict) is added without changing that time. */
function finish(tally: OpenTally, number: number, at: Instant, because: Failure | null): void {
  onAttempt(tally, number, (attempt) => {
    attempt.because = because;
    if (because === null) attempt.reported = true;
    if (attempt.endedAt !== null) return;
    attempt.endedAt = new Date(at).toISOString();
    attempt.took_ms = Math.max(0, at - (tally.open.get(`attempt ${number}`) ?? at));
  });
}

/** An attempt can be started several times (after a wait, after an answer); the newest start is meant. */
function onAttempt({ attempts }: OpenTally, number: number, change: (attempt: Mutable<AttemptTally>) => void): void {
  const found = attempts.findLast(({ attempt }) => attempt === number);
  if (found !== undefined) change(found);
}

function ask(tally: OpenTally, { id, text }: Question, at: Instant): void {
  tally.open.set(`question ${id}`, at);
  tally.questions.push({ id, text, askedAt: new Date(at).toISOString(), answer: null, by: null, waited_ms: null });
}

function answer(
  tally: OpenTally,
  event: Extract<TaskEvent, { readonly type: 'question-answered' }>,
  at: Instant,
): void {
  const found = tally.questions.findLast(({ id }) => id === event.question);
  if (found === undefined) return;
  found.answer = event.answer;
  found.by = event.by;
  found.waited_ms = Math.max(0, at - (tally.open.get(`question ${event.question}`) ?? at));
}

function keep({ rescued }: OpenTally, ref: string): void {
  if (!rescued.includes(ref)) rescued.push(ref);
}

/** As agents are asked to write them: each on a line of its own. */
const assumptionsIn = (claim: string): readonly string[] =>
  claim.split('\n').flatMap((line) => /^\s*(?:[-*]\s+)?Assumption:\s*(\S.*)$/i.exec(line)?.[1]?.trim() ?? []);
