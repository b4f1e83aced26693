import type { Entry, RunEvent, TaskEvent } from '../../src/core/event.ts';
import { isTaskEvent } from '../../src/core/event.ts';
import { evolve, initialState } from '../../src/core/evolve.ts';
import type { Failure } from '../../src/core/failure.ts';
import type { Cap, Plan, Task, TaskId } from '../../src/core/plan.ts';
import type { TaskState, TaskStateName } from '../../src/core/task.ts';
import type { Instant } from '../../src/core/time.ts';

/** What is true of one task, told from the journal alone and without the code under test where that is possible. */
export type TaskTruth = {
  state: TaskState;
  /** Number of the attempt that the run listens to. */
  fence: number;
  held: boolean;
  takenOver: boolean;
  costly: number;
  persons: number;
  lastFailure: { readonly because: Failure; readonly at: Instant } | null;
  restsUntil: Instant | null;
  account: string;
  readonly spent: Sum;
};

/** Tokens of every kind, and the money that is known. */
export type Sum = { tokens: number; usd: number };

const isSpentUp = (cap: Cap, { tokens, usd }: Sum): boolean =>
  (cap.tokens !== null && tokens >= cap.tokens) || (cap.usd !== null && usd >= cap.usd - 1e-6);

/** A second, slow opinion on a run: kept from the events that were accepted, never from `RunView`. */
export class Truth {
  readonly tasks = new Map<TaskId, TaskTruth>();
  readonly journal: Entry[] = [];
  plan: Plan;
  tip = 'base';
  paused = false;
  ended = false;
  /** Account limits that no vendor's answer has lifted yet. */
  readonly limits = new Map<string, { until: Instant; probe: TaskId | null }>();
  /** Stages whose first attempts began since the run was last resumed. */
  readonly begunSinceResume = new Set<TaskId>();
  finalChecks = 0;
  readonly spent: Sum = { tokens: 0, usd: 0 };
  /** The run was said to have used up its budget, and nobody has raised it since. */
  runReached = false;
  /** The same of the day, with its end, the cap and what had been spent. */
  readonly daysReached: { unit: 'tokens' | 'usd'; spent: number; until: Instant }[] = [];
  /** An amendment moves tasks between batches: those that began by the old plan stay where they are. */
  amended = false;

  constructor(plan: Plan) {
    this.plan = plan;
    this.amend(plan);
  }

  amend(plan: Plan): void {
    this.plan = plan;
    for (const { id } of plan.tasks) if (!this.tasks.has(id)) this.tasks.set(id, newTruth());
  }

  task(id: TaskId): Task | undefined {
    return this.plan.tasks.find((each) => each.id === id);
  }

  of(id: TaskId): TaskTruth {
    const found = this.tasks.get(id);
    if (found === undefined) throw new Error(`No ${id}`);
    return found;
  }

  /** Whether nothing may start on any budget that counts for the task. */
  isSpentUp(id: TaskId, now: Instant): boolean {
    const cap = this.task(id)?.budget.task ?? this.plan.budget.task;
    return (
      this.runReached ||
      isSpentUp(this.plan.budget.run, this.spent) ||
      isSpentUp(cap, this.of(id).spent) ||
      this.daysReached.some(({ until }) => until > now)
    );
  }

  /** Attempts that counted, those under way and those that have not failed too. */
  get attempts(): number {
    const begun: readonly TaskStateName[] = [
      ...(['working', 'stopping', 'reported', 'verifying', 'verified', 'landing', 'landed'] as const),
    ];
    return [...this.tasks.values()].reduce(
      (sum, { costly, state }) => sum + costly + (begun.includes(state.is) ? 1 : 0),
      0,
    );
  }

  /** Whether nothing at all may start: it is too late, or the run has had its attempts. */
  isOver(now: Instant): boolean {
    const { deadline, attemptsInAll } = this.plan;
    return (deadline != null && now >= deadline) || (attemptsInAll != null && this.attempts >= attemptsInAll);
  }

  in(...states: readonly TaskStateName[]): readonly TaskId[] {
    return [...this.tasks].filter(([, { state }]) => states.includes(state.is)).map(([id]) => id);
  }

  /** Whether the journal takes the event; what a store does inside its transaction. */
  accepts(event: RunEvent, at: Instant): TaskState | 'not a task' | null {
    if (!isTaskEvent(event)) return 'not a task';
    const known = this.tasks.get(event.task);
    if (known === undefined) return null;
    const next = evolve(known.state, event, at);
    return next.ok ? next.value : null;
  }

  /** Takes in an accepted event. */
  take(entry: Entry, next: TaskState | 'not a task'): void {
    this.journal.push(entry);
    const { event, at } = entry;
    if (isTaskEvent(event)) {
      if (next !== 'not a task') this.#takeTask(event, next, at);
    } else this.#takeRun(event);
  }

  #takeRun(event: RunEvent): void {
    if (event.type === 'run-paused') this.paused = true;
    if (event.type === 'run-resumed') {
      this.paused = false;
      this.begunSinceResume.clear();
    }
    if (event.type === 'target-moved') this.tip = event.to;
    if (event.type === 'run-ended') this.ended = true;
    if (event.type === 'plan-amended') {
      this.ended = false;
      this.amended = true;
      this.amend(event.plan);
      this.runReached &&= isSpentUp(event.plan.budget.run, this.spent);
      const { day } = event.plan.budget;
      const kept = this.daysReached.filter(({ unit, spent }) => spent >= (day[unit] ?? Number.POSITIVE_INFINITY));
      this.daysReached.splice(0, Number.POSITIVE_INFINITY, ...kept);
    }
    if (event.type === 'budget-reached' && event.level === 'run') this.runReached = true;
    if (event.type === 'budget-reached' && event.level === 'day')
      this.daysReached.push({ unit: event.unit, spent: event.spent, until: event.until ?? 0 });
    if (event.type === 'final-check-finished') this.finalChecks += 1;
  }

  #takeTask(event: TaskEvent, next: TaskState, at: Instant): void {
    const into = this.of(event.task);
    if (event.type === 'agent-spent') {
      const { fresh, cacheRead, cacheWrite, output, usd } = event.spent;
      for (const sum of [this.spent, into.spent]) {
        sum.tokens += fresh + cacheRead + cacheWrite + output;
        sum.usd += usd ?? 0;
      }
    }
    into.state = next;
    this.#fence(into, event);
    this.#hold(into, event);
    if (event.type === 'task-landed') this.tip = event.commit;
    if (event.type === 'task-started') into.account = event.account ?? event.agent;
    if (event.type === 'attempt-failed') fail(into, event, at);
    if (event.type === 'question-answered' || event.type === 'task-retried') {
      into.persons += 1;
      into.lastFailure = null;
      this.ended = false;
    }
    this.#account(into, event);
  }

  #fence(into: TaskTruth, event: TaskEvent): void {
    if (event.type === 'task-ready') into.fence = 1;
    if (event.type === 'task-woken' || event.type === 'task-retried' || event.type === 'task-taken-over')
      into.fence += 1;
    if (event.type === 'question-answered' && into.state.is === 'ready') into.fence += 1;
  }

  #hold(into: TaskTruth, event: TaskEvent): void {
    if (event.type === 'task-started') {
      into.held = true;
      if (event.attempt === 1 && into.persons === 0) this.begunSinceResume.add(event.task);
    }
    if (event.type === 'task-taken-over') {
      into.held = true;
      into.takenOver = true;
      this.ended = false;
    }
    if (['landed', 'failed', 'skipped', 'cancelled'].includes(into.state.is)) into.held = false;
  }

  #account({ account, state, fence }: TaskTruth, event: TaskEvent): void {
    const limit = this.limits.get(account);
    if (event.type === 'attempt-failed' && event.because.reason === 'limited' && event.then.do === 'rest') {
      this.limits.set(account, { until: Math.max(event.then.until, limit?.until ?? 0), probe: null });
      return;
    }
    if (limit === undefined) return;
    if (event.type === 'task-started') limit.probe = event.task;
    const spent = event.type === 'agent-spent' && event.attempt === fence;
    const served = event.type === 'task-reported' || event.type === 'agent-progress' || spent;
    if (served && limit.probe === event.task) this.limits.delete(account);
    else if (limit.probe === event.task && state.is !== 'working' && state.is !== 'stopping') limit.probe = null;
  }
}

/** Failures that are not the task's fault, as the design has them. */
export const FREE: ReadonlySet<Failure['reason']> = new Set([
  'limited',
  'login',
  'context-full',
  'engine-stopped',
  'workspace',
  'conflict',
  'agent-missing',
  'brief-missing',
  'nested-repository',
  'tampered-checks',
  'over-budget',
  'past-deadline',
]);

function fail(into: TaskTruth, event: Extract<TaskEvent, { type: 'attempt-failed' }>, at: Instant): void {
  if (!FREE.has(event.because.reason)) into.costly += 1;
  into.lastFailure = { because: event.because, at };
  into.restsUntil = event.then.do === 'rest' ? event.then.until : null;
}

const newTruth = (): TaskTruth => ({
  state: initialState,
  fence: 0,
  held: false,
  takenOver: false,
  costly: 0,
  persons: 0,
  lastFailure: null,
  restsUntil: null,
  account: '',
  spent: { tokens: 0, usd: 0 },
});
