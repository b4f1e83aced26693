import type { Failure } from './failure.ts';
import type { Cap, TaskId } from './plan.ts';
import type { Question } from './question.ts';
import type { Spending } from './spent.ts';
import type { TaskStateName } from './task.ts';
import type { Instant } from './time.ts';

/**
 * A run as every screen shows it: `status --json`, the live view, the report. Counted from events, nothing estimated
 * but what says so (`estimate`). The published shape is `schema/status.schema.json`.
 */
export type Status = {
  readonly schemaVersion: 1;
  readonly run: string;
  readonly plan: string;
  readonly state: RunState;
  /** Why the run is in that state, in one sentence, when it is not simply running or ended. */
  readonly why: string | null;
  readonly repository: string;
  readonly base: string;
  readonly target: string;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
  readonly at: Instant;
  readonly seq: number;
  readonly places: { readonly used: number; readonly max: number | null };
  readonly counts: Readonly<Record<TaskStateName, number>>;
  readonly tasks: readonly TaskStatus[];
  readonly questions: readonly (Question & { readonly task: TaskId; readonly since: Instant })[];
  /** Checks of the target after everything has landed; `failed` counts those that did not succeed on it as it stands. */
  readonly finalChecks: { readonly run: number; readonly failed: number };
  readonly engine: { readonly pid: number; readonly host: string } | null;
  /** By all agents so far, and how much the run may spend in all. */
  readonly spent: Spending;
  readonly budget: Cap;
  /** Longest chain of tasks not yet landed, in minutes of their estimates (an estimate) and as ids. */
  readonly criticalPath: { readonly minutes: number; readonly tasks: readonly TaskId[] };
};

/** `waiting`: only a person can move it on. `interrupted`: no engine drives it, work is left. */
export type RunState = 'running' | 'paused' | 'waiting' | 'deadlocked' | 'interrupted' | 'ended';

export type TaskStatus = {
  readonly id: TaskId;
  readonly title: string;
  readonly state: TaskStateName;
  /** When it entered that state. */
  readonly since: Instant;
  readonly attempt: number;
  /** Attempts that counted, and how many it has in all. */
  readonly attempts: { readonly used: number; readonly max: number };
  readonly agent: string;
  readonly worktree: string | null;
  readonly base: string | null;
  readonly progress: { readonly done: number; readonly of: number; readonly text: string } | null;
  readonly steps: readonly string[];
  /** Why it is not working yet: needs, exclusions, places, a person. Each a short phrase, most important first. */
  readonly waitingFor: readonly string[];
  readonly because: Failure | null;
  readonly until: Instant | null;
  readonly commit: string | null;
  readonly landed: string | null;
  readonly files: number | null;
  readonly rescued: readonly string[];
  readonly log: string | null;
  /** By all its attempts. */
  readonly spent: Spending;
};
