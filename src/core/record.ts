import { accountKey } from './accounts.ts';
import type { Remedy, TaskEvent } from './event.ts';
import { initialState, isTerminal } from './evolve.ts';
import type { Failure } from './failure.ts';
import type { Task, TaskId } from './plan.ts';
import type { Question } from './question.ts';
import { costsAttempt, RETRY, signatureOf } from './retry.ts';
import { NOTHING_SPENT, plusSpent, type Spending } from './spent.ts';
import type { TaskState, TaskStateName } from './task.ts';
import type { Instant } from './time.ts';

/** What the journal says of one task. Only `RunView` writes it; everybody may read. */
export type TaskRecord = Readonly<MutableRecord>;

/** One failed attempt, for the next brief and for `explain`. */
export type PastAttempt = {
  readonly attempt: number;
  readonly agent: string | null;
  readonly because: Failure;
  readonly rescue: string | null;
  readonly log: string | null;
};
/** What a person said to a task: an answer, or a note. */
export type Said = {
  /** What was asked; null: a note. */
  readonly question: string | null;
  /** The id of the question that it answers; null: a note. */
  readonly to: string | null;
  readonly text: string;
  readonly by: string;
};

/** A session that an agent can be asked to go on with, and the attempt whose worktree it knows. */
export type KnownSession = {
  readonly id: string;
  readonly agent: string;
  readonly attempt: number;
  readonly worktree: string | null;
};

/** How many failures and words a record keeps: a brief names the last few, the journal has them all. */
const KEPT = 8;

export type MutableRecord = {
  readonly id: TaskId;
  task: Task;
  /** Place in the plan's order; after all others when the plan was amended without it. */
  position: number;
  rank: number;
  state: TaskState;
  since: Instant;
  /** Number of the last attempt, 0 before the first. */
  attempt: number;
  /** From its first start until it has landed or ended, nobody may write what it may write. */
  held: boolean;
  /** Tasks before it that have not landed. */
  missing: number;
  used: number;
  conflicts: number;
  signature: string | null;
  streak: number;
  failures: readonly PastAttempt[];
  said: readonly Said[];
  /** How many words were ever said to it, and how many of them have reached the session. */
  saidCount: number;
  delivered: number;
  question: (Question & { readonly since: Instant }) | null;
  session: KnownSession | null;
  model: string | null;
  /** By all attempts, and by this one. */
  spent: Spending;
  attemptSpent: Spending;
  because: Failure | null;
  agent: string | null;
  account: string | null;
  startedAt: Instant | null;
  slot: number | null;
  worktree: string | null;
  base: string | null;
  process: { readonly pid: number; readonly startTime: string; readonly host: string } | null;
  log: string | null;
  progress: { readonly done: number; readonly of: number; readonly text: string } | null;
  commit: string | null;
  files: number | null;
  claim: string | null;
  landed: string | null;
  rescued: readonly string[];
  /** Commit whose work the next attempt starts with: it conflicted or made the tree red. */
  carried: string | null;
};

export function newRecord(task: Task, position: number, at: Instant): MutableRecord {
  return {
    id: task.id,
    task,
    position,
    rank: position,
    state: initialState,
    since: at,
    attempt: 0,
    held: false,
    missing: 0,
    used: 0,
    conflicts: 0,
    signature: null,
    streak: 0,
    failures: [],
    said: [],
    saidCount: 0,
    delivered: 0,
    question: null,
    session: null,
    spent: NOTHING_SPENT,
    because: null,
    ...NOTHING_OF_AN_ATTEMPT,
    commit: null,
    landed: null,
    rescued: [],
    carried: null,
  };
}

/** What belongs to one attempt and is unknown again when the next begins. */
const NOTHING_OF_AN_ATTEMPT = {
  agent: null,
  account: null,
  startedAt: null,
  slot: null,
  worktree: null,
  base: null,
  process: null,
  log: null,
  progress: null,
  files: null,
  claim: null,
  model: null,
  attemptSpent: NOTHING_SPENT,
} as const;

/** A task that an amendment dropped and that has ended belongs to the journal, not to the run any more. */
export const isListed = ({ position, state }: TaskRecord): boolean => Number.isFinite(position) || !isTerminal(state);

/** An attempt that holds a place: its agent runs, or is being ended. */
export const isActive = (is: TaskStateName): boolean => is === 'working' || is === 'stopping';

/** Writes an accepted event and the state it led to into the record. */
export function record(
  into: MutableRecord,
  event: TaskEvent,
  next: { readonly state: TaskState; readonly at: Instant },
): void {
  const { state, at } = next;
  if (state.is !== into.state.is) into.since = at;
  if (state.is !== 'waiting') into.attempt = state.attempt;
  into.state = state;
  note(into, event, at);
  if (isActive(state.is) || state.is === 'reported') into.held = true;
  if (isTerminal(state)) into.held = false;
  const isOpen = state.is === 'asking' || (state.is === 'working' && state.question !== null);
  if (!isOpen) into.question = null;
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
