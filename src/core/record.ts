import { initialState, isTerminal } from './evolve.ts';
import type { Failure } from './failure.ts';
import type { Task, TaskId } from './plan.ts';
import type { Question } from './question.ts';
import { NOTHING_SPENT, type Spending } from './spent.ts';
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
  /** How the last attempt ended without a report: it asked by itself, or failed; null: it has not, or its work was taken. */
  lastEnd: 'asked' | Failure | null;
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
    lastEnd: null,
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
export const NOTHING_OF_AN_ATTEMPT = {
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

const PAST_WORK: ReadonlySet<TaskStateName> = new Set(['reported', 'verifying', 'verified', 'landing', 'landed']);

/** Attempts that counted: one that has begun and has not failed is one of those that the task may have. */
export const attemptsOf = ({ used, state: { is } }: TaskRecord): number =>
  used + (isActive(is) || PAST_WORK.has(is) ? 1 : 0);
