import type { Failure } from './failure.ts';
import type { BudgetLevel, Plan, TaskId } from './plan.ts';
import type { Question } from './question.ts';
import type { Spent } from './spent.ts';
import type { Merged } from './task.ts';
import type { Instant } from './time.ts';

/**
 * Everything that can happen in a run. Intents (`task-started`, `task-verifying`, `task-landing`, `task-stopping`) are
 * durable before the effect, outcomes after it. The journal, `--json`, screens and reports read this one union.
 */
export type RunEvent = RunLevelEvent | TaskEvent;

export type RunLevelEvent =
  | {
      readonly type: 'run-created';
      readonly plan: Plan;
      /** sha256 of the plan file's bytes: what a person approved. */
      readonly planHash: string;
      readonly repository: string;
      readonly base: string;
      /** Full ref name that the work really lands on, e.g. `refs/heads/main` or `refs/heads/branchline/<plan>`. */
      readonly target: string;
    }
  | { readonly type: 'engine-started'; readonly pid: number; readonly host: string }
  | { readonly type: 'engine-stopped'; readonly why: 'ended' | 'waiting' | 'paused' | 'interrupted' }
  | { readonly type: 'run-paused'; readonly by: string }
  | { readonly type: 'run-resumed'; readonly by: string }
  | { readonly type: 'plan-amended'; readonly plan: Plan; readonly planHash: string; readonly by: string }
  /** The target moved by someone else's hand; what was verified on the old tip must be verified again. */
  | { readonly type: 'target-moved'; readonly from: string; readonly to: string }
  | { readonly type: 'account-limited'; readonly account: string; readonly until: Instant; readonly message: string }
  /** An agent of the account is being held back by its vendor and tries again by itself: fewer of them may work at once. */
  | { readonly type: 'account-pressed'; readonly account: string; readonly message: string }
  /** Four fifths of a budget are used up, or its money cannot be counted in full. */
  | ({ readonly type: 'budget-warning' } & Budgeted)
  /** Nothing more starts on it. */
  | ({ readonly type: 'budget-reached' } & Budgeted)
  | {
      readonly type: 'final-check-finished';
      readonly command: string;
      readonly code: number | null;
      readonly log: string;
      readonly took_ms: number;
    }
  | { readonly type: 'run-ended' };

type Budgeted = {
  readonly level: BudgetLevel;
  /** The task, at the levels of attempt and task; null: run and day. */
  readonly of: TaskId | null;
  readonly unit: 'tokens' | 'usd';
  readonly spent: number;
  readonly cap: number;
  /** Tokens whose money nobody knows, so that a cap of money does not count them; 0 for a cap of tokens. */
  readonly unpriced: number;
  /** When a day's budget begins anew; null: it lasts for as long as the plan says so. */
  readonly until: Instant | null;
};

/** Every event of a task names the attempt that it belongs to: the fence. */
export type TaskEvent = { readonly task: TaskId; readonly attempt: number } & (
  | { readonly type: 'task-ready' }
  | { readonly type: 'task-started'; readonly agent: string; readonly account: string | null }
  | {
      readonly type: 'worktree-ready';
      readonly slot: number;
      readonly path: string;
      readonly base: string;
      readonly took_ms: number;
    }
  | {
      readonly type: 'agent-started';
      readonly pid: number;
      readonly startTime: string;
      readonly host: string;
      readonly log: string;
    }
  /** The agent's own name of its session, with which it can be gone on. */
  | {
      readonly type: 'agent-session';
      readonly session: string;
      readonly model: string | null;
      readonly version: string | null;
    }
  | { readonly type: 'agent-spent'; readonly spent: Spent }
  | { readonly type: 'agent-progress'; readonly done: number; readonly of: number; readonly text: string }
  | {
      readonly type: 'agent-ended';
      readonly code: number | null;
      readonly signal: string | null;
      readonly took_ms: number;
    }
  | { readonly type: 'task-stopping'; readonly because: Failure }
  | {
      readonly type: 'task-reported';
      readonly commit: string;
      readonly base: string;
      readonly files: number;
      readonly claim: string;
    }
  | { readonly type: 'task-verifying'; readonly onto: string }
  | {
      readonly type: 'check-finished';
      readonly command: string;
      readonly code: number | null;
      readonly log: string;
      readonly took_ms: number;
    }
  | { readonly type: 'task-verified'; readonly merged: Merged }
  | { readonly type: 'task-landing' }
  | { readonly type: 'task-landed'; readonly commit: string }
  /** The target moved between verifying and landing: verify again, at no cost. */
  | { readonly type: 'landing-lost'; readonly tip: string }
  /** `then` is what `remedyFor` decided: rest until an instant, ask or block for a person, or give up. */
  | {
      readonly type: 'attempt-failed';
      readonly because: Failure;
      readonly then: Remedy;
      readonly rescue: string | null;
    }
  | { readonly type: 'task-woken' }
  /** The agent asks and waits for the answer: it still works. */
  | { readonly type: 'question-raised'; readonly question: Question }
  /** The agent has ended or was ended to wait for the answer: its place is free. Also for a question that was raised before. */
  | { readonly type: 'task-asked'; readonly question: Question }
  | { readonly type: 'question-answered'; readonly question: string; readonly answer: string; readonly by: string }
  /** What somebody wants the agent to know; it goes into the turn under way where that can be, else into the next. */
  | { readonly type: 'note-left'; readonly text: string; readonly by: string }
  /** The first `count` words said to the task (answers and notes, in the order of the journal) have reached its session. */
  | { readonly type: 'words-delivered'; readonly count: number }
  | { readonly type: 'task-retried'; readonly by: string; readonly note: string | null }
  | {
      readonly type: 'task-taken-over';
      readonly commit: string;
      readonly base: string;
      readonly files: number;
      readonly by: string;
    }
  | { readonly type: 'task-skipped'; readonly because: string }
  | { readonly type: 'task-cancelled'; readonly by: string }
  | { readonly type: 'worktree-rescued'; readonly ref: string; readonly why: string }
);

export type Remedy =
  | { readonly do: 'rest'; readonly until: Instant; readonly counts: boolean }
  | { readonly do: 'ask'; readonly question: Question }
  | { readonly do: 'block' }
  | { readonly do: 'give-up' };

/** An event as it stands in the journal: numbered without gaps per run. */
export type Entry = { readonly run: string; readonly seq: number; readonly at: Instant; readonly event: RunEvent };

export const isTaskEvent = (event: RunEvent): event is TaskEvent => 'task' in event;
