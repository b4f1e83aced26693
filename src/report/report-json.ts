import type { BudgetEvent } from '../core/budget-marks.ts';
import type { Entry } from '../core/event.ts';
import { isTaskEvent } from '../core/event.ts';
import type { Cap, TaskId } from '../core/plan.ts';
import type { Spending } from '../core/spent.ts';
import type { Status } from '../core/status.ts';
import type { TaskStateName } from '../core/task.ts';
import type { Instant } from '../core/time.ts';
import { countTask, type TaskTally, tallyOf } from './tally.ts';

/** What a run did, for people and programs. Every number was counted from the run's entries. Instants are ISO 8601. */
export type RunReport = {
  readonly schemaVersion: 1;
  readonly run: string;
  readonly plan: string;
  readonly state: Status['state'];
  readonly repository: string;
  readonly base: string;
  readonly target: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly took_ms: number;
  readonly counts: ReportCounts;
  readonly spent: Spending;
  readonly budget: Cap;
  readonly tasks: readonly ReportTask[];
  readonly finalChecks: readonly ReportCheck[];
  readonly limits: readonly {
    readonly account: string;
    readonly at: string;
    readonly until: string;
    readonly message: string;
  }[];
  readonly targetMoves: readonly { readonly at: string; readonly from: string; readonly to: string }[];
  readonly amendments: readonly { readonly at: string; readonly by: string }[];
  readonly budgets: readonly ReportBudget[];
};

/** A budget that was used up (`reached`), or of which a warning was given. */
export type ReportBudget = Omit<BudgetEvent, 'type' | 'until'> & {
  readonly at: string;
  readonly reached: boolean;
};

export type ReportCounts = {
  readonly tasks: number;
  readonly byState: Readonly<Partial<Record<TaskStateName, number>>>;
  readonly attempts: number;
  readonly failedAttempts: number;
  readonly checks: number;
  readonly failedChecks: number;
  readonly questions: number;
  readonly rescued: number;
  readonly events: number;
};

export type ReportTask = {
  readonly id: TaskId;
  readonly title: string;
  readonly state: TaskStateName;
  readonly landed: string | null;
  readonly files: number | null;
  readonly spent: Spending;
} & TaskTally;

export type ReportCheck = {
  readonly command: string;
  readonly code: number | null;
  readonly took_ms: number;
  readonly log: string;
  readonly at: string;
};

const iso = (at: Instant): string => new Date(at).toISOString();

/** `status` says how things stand, `entries` (all of the run, in order) how they came to it. */
export function reportOf(status: Status, entries: readonly Entry[]): RunReport {
  const tallies = new Map(status.tasks.map(({ id }) => [id, tallyOf()]));
  for (const entry of entries) {
    const { event } = entry;
    const tally = isTaskEvent(event) ? tallies.get(event.task) : undefined;
    if (tally !== undefined && isTaskEvent(event)) countTask(tally, event, entry.at);
  }
  const tasks = status.tasks.map(({ id, title, state, landed, files, spent }): ReportTask => {
    const { open: _, ...tally } = tallies.get(id) ?? tallyOf();
    return { id, title, state, landed, files, spent, ...tally };
  });
  const last = entries.at(-1)?.at ?? status.createdAt;
  return {
    schemaVersion: 1,
    run: status.run,
    plan: status.plan,
    state: status.state,
    repository: status.repository,
    base: status.base,
    target: status.target,
    startedAt: iso(status.createdAt),
    endedAt: status.endedAt === null ? null : iso(status.endedAt),
    took_ms: Math.max(0, (status.endedAt ?? last) - status.createdAt),
    ...runLevel(entries),
    counts: countsOf(status, tasks, entries.length),
    spent: status.spent,
    budget: status.budget,
    tasks,
  };
}

type RunLevel = Pick<RunReport, 'finalChecks' | 'limits' | 'targetMoves' | 'amendments' | 'budgets'>;

function runLevel(entries: readonly Entry[]): RunLevel {
  return {
    finalChecks: entries.flatMap(({ at, event }) =>
      event.type === 'final-check-finished'
        ? [{ command: event.command, code: event.code, took_ms: event.took_ms, log: event.log, at: iso(at) }]
        : [],
    ),
    limits: entries.flatMap(({ at, event }) =>
      event.type === 'account-limited'
        ? [{ account: event.account, at: iso(at), until: iso(event.until), message: event.message }]
        : [],
    ),
    targetMoves: entries.flatMap(({ at, event }) =>
      event.type === 'target-moved' ? [{ at: iso(at), from: event.from, to: event.to }] : [],
    ),
    amendments: entries.flatMap(({ at, event }) =>
      event.type === 'plan-amended' ? [{ at: iso(at), by: event.by }] : [],
    ),
    budgets: entries.flatMap(budgetsOf),
  };
}

function budgetsOf({ at, event }: Entry): readonly ReportBudget[] {
  if (event.type !== 'budget-warning' && event.type !== 'budget-reached') return [];
  const { type, until: _, ...share } = event;
  return [{ at: iso(at), reached: type === 'budget-reached', ...share }];
}

function countsOf({ counts }: Status, tasks: readonly ReportTask[], events: number): ReportCounts {
  const sum = (of: (task: ReportTask) => number) => tasks.reduce((total, task) => total + of(task), 0);
  const byState = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  return {
    tasks: tasks.length,
    byState,
    attempts: sum(({ attempts }) => attempts.length),
    failedAttempts: sum(({ attempts }) => attempts.filter(({ because }) => because !== null).length),
    checks: sum(({ checks }) => checks.length),
    failedChecks: sum(({ checks }) => checks.filter(({ code }) => code !== 0).length),
    questions: sum(({ questions }) => questions.length),
    rescued: sum(({ rescued }) => rescued.length),
    events,
  };
}
