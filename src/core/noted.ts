import { accountKey } from './accounts.ts';
import type { Remedy, TaskEvent } from './event.ts';
import { isTerminal } from './evolve.ts';
import type { Failure } from './failure.ts';
import { attemptsOf, isActive, type MutableRecord, NOTHING_OF_AN_ATTEMPT, type Said } from './record.ts';
import { costsAttempt, RETRY, signatureOf } from './retry.ts';
import { plusSpent } from './spent.ts';
import type { TaskState } from './task.ts';
import type { Instant } from './time.ts';

/** How many failures and words a record keeps: a brief names the last few, the journal has them all. */
const KEPT = 8;

/** Writes an accepted event and the state it led to into the record; how many more of its attempts count since then. */
export function record(
  into: MutableRecord,
  event: TaskEvent,
  next: { readonly state: TaskState; readonly at: Instant },
): number {
  const { state, at } = next;
  const before = attemptsOf(into);
  if (state.is !== into.state.is) into.since = at;
  if (state.is !== 'waiting') into.attempt = state.attempt;
  into.state = state;
  note(into, event, at);
  if (isActive(state.is) || state.is === 'reported') into.held = true;
  if (isTerminal(state)) into.held = false;
  const isOpen = state.is === 'asking' || (state.is === 'working' && state.question !== null);
  if (!isOpen) into.question = null;
  return attemptsOf(into) - before;
}

/** The facts that an event carries beyond the state. */
function note(into: MutableRecord, event: TaskEvent, at: Instant): void {
  switch (event.type) {
    case 'task-started':
      Object.assign(into, NOTHING_OF_AN_ATTEMPT);
      into.because = null;
      into.agent = event.agent;
      into.account = accountKey(event.agent, event.account);
      into.startedAt = at;
      break;
    case 'worktree-ready':
      into.slot = event.slot;
      into.worktree = event.path;
      into.base = event.base;
      break;
    case 'agent-started':
      into.process = { pid: event.pid, startTime: event.startTime, host: event.host };
      into.log = event.log;
      break;
    case 'agent-session':
      into.session = {
        id: event.session,
        agent: into.agent ?? '',
        attempt: event.attempt,
        worktree: into.worktree,
      };
      into.model = event.model ?? into.model;
      break;
    case 'agent-spent':
      into.spent = plusSpent(into.spent, event.spent);
      if (event.attempt === into.attempt) into.attemptSpent = plusSpent(into.attemptSpent, event.spent);
      break;
    case 'agent-progress':
      into.progress = { done: event.done, of: event.of, text: event.text };
      break;
    case 'agent-ended':
      into.process = null;
      break;
    case 'task-reported':
    case 'task-taken-over':
      into.commit = event.commit;
      into.base = event.base;
      into.files = event.files;
      into.lastEnd = null;
      into.claim = event.type === 'task-reported' ? event.claim : `Taken over by ${event.by}`;
      into.because = null;
      break;
    case 'task-landed':
      into.landed = event.commit;
      break;
    case 'worktree-rescued':
      into.rescued = [...into.rescued, event.ref];
      break;
    case 'attempt-failed':
      fail(into, event, at);
      break;
    default:
      noteWords(into, event, at);
  }
}

function noteWords(into: MutableRecord, event: TaskEvent, at: Instant): void {
  switch (event.type) {
    case 'task-stopping':
      into.because = event.because;
      break;
    case 'question-raised':
      into.question = { ...event.question, since: at };
      break;
    case 'task-asked':
      // Parked after it was raised: it has been open since then.
      into.question = { ...event.question, since: into.question?.since ?? at };
      into.lastEnd = 'asked';
      break;
    case 'question-answered':
      heard(into, {
        question: into.question?.text ?? null,
        to: event.question,
        text: event.answer,
        by: event.by,
      });
      break;
    case 'task-retried':
      heard(into, { question: null, to: null, text: event.note ?? RETRY, by: event.by });
      break;
    case 'note-left':
      say(into, { question: null, to: null, text: event.text, by: event.by });
      break;
    case 'words-delivered':
      into.delivered = Math.max(into.delivered, event.count);
      break;
    default:
  }
}

/** A person looked: what failed before is no longer "the same again", and what they said goes into the next brief. */
function heard(into: MutableRecord, said: Said): void {
  into.signature = null;
  into.streak = 0;
  if (said.text !== RETRY) say(into, said);
}

function say(into: MutableRecord, said: Said): void {
  into.saidCount += 1;
  into.said = [...into.said, said].slice(-KEPT);
}

type FailedEvent = Extract<TaskEvent, { readonly type: 'attempt-failed' }>;

function fail(into: MutableRecord, { attempt, because, then, rescue }: FailedEvent, at: Instant): void {
  const signature = signatureOf(because);
  into.streak = into.signature === signature ? into.streak + 1 : 1;
  into.signature = signature;
  into.because = because;
  into.lastEnd = because;
  if (counts(because, then)) into.used += 1;
  if (because.reason === 'conflict') into.conflicts += 1;
  if (isCarriedAfter(because, into)) into.carried = into.commit ?? into.carried;
  if (rescue !== null) into.rescued = [...into.rescued, rescue];
  into.failures = [...into.failures, { attempt, agent: into.agent, because, rescue, log: into.log }].slice(-KEPT);
  into.process = null;
  if (then.do === 'ask') into.question = { ...then.question, since: at };
}

/** Work that was reported and could not be landed as it is goes into the next attempt. So does work that nothing was wrong with. */
const isCarriedAfter = ({ reason }: Failure, { files }: MutableRecord): boolean =>
  reason === 'conflict' || reason === 'check-failed' || (reason === 'workspace' && files !== null);

const counts = (because: Failure, then: Remedy): boolean => (then.do === 'rest' ? then.counts : costsAttempt(because));
