import { budgetOf, usedUpAt } from './budget.ts';
import { type BudgetLevel, isReadOnly, type TaskId } from './plan.ts';
import type { TaskRecord } from './record.ts';
import type { Relation } from './relation.ts';
import type { RunView } from './run.ts';
import type { Instant } from './time.ts';

/** Why a task that is ready does not start now. */
export type Hindrance =
  | { readonly is: 'paused' }
  | { readonly is: 'needs' }
  /** `until`: when a day's budget begins anew; null: when somebody raises it. */
  | { readonly is: 'budget'; readonly level: BudgetLevel; readonly until: Instant | null }
  /** The run has had all the attempts that the plan gives it. */
  | { readonly is: 'attempts'; readonly all: number }
  | { readonly is: 'place' }
  | { readonly is: 'wave' }
  | { readonly is: 'stage' }
  | { readonly is: 'account'; readonly account: string; readonly until: Instant | null }
  | { readonly is: 'resource'; readonly resource: string }
  | { readonly is: 'excluded'; readonly by: TaskId; readonly relation: Relation };

/**
 * One round of handing out places: what is at work plus what this round has begun. Tasks come most urgent first, and
 * whoever cannot start does not hold up the next.
 */
export class Dispatch {
  readonly #view: RunView;
  readonly #now: Instant;
  readonly #begun: TaskId[] = [];
  readonly #accounts = new Map<string, number>();
  readonly #resources = new Set<string>();
  /** What of all tasks alike is used up: the run's budget or the day's. */
  readonly #spentUp: Hindrance | null;
  #writers = 0;
  #readers = 0;

  constructor(view: RunView, now: Instant) {
    this.#view = view;
    this.#now = now;
    this.#spentUp = spentUp(view, now);
  }

  /** Whether nobody at all could start, so that no task needs to be looked at. */
  get isFull(): boolean {
    return (
      this.#spentUp !== null || this.#attemptsUsedUp() !== null || (!this.#hasPlace(true) && !this.#hasPlace(false))
    );
  }

  /** Takes a place for the task, or says why not. */
  begin(task: TaskRecord): Hindrance | null {
    const hindrance = this.hindrance(task);
    if (hindrance !== null) return hindrance;
    this.#begun.push(task.id);
    const { key } = this.#view.accountOf(task);
    this.#accounts.set(key, (this.#accounts.get(key) ?? 0) + 1);
    for (const resource of task.task.resources) this.#resources.add(resource);
    if (isReadOnly(task.task)) this.#readers += 1;
    else this.#writers += 1;
    return null;
  }

  /** Cheapest question first. */
  hindrance(task: TaskRecord): Hindrance | null {
    const { index, pausedBy, open, stageGate } = this.#view;
    if (pausedBy !== null) return { is: 'paused' };
    // A retried task is ready, and what it needs may still be missing.
    if (task.missing > 0) return { is: 'needs' };
    const budget = this.#spentUp ?? this.#taskBudget(task) ?? this.#attemptsUsedUp();
    if (budget !== null) return budget;
    if (!this.#hasPlace(isReadOnly(task.task))) return { is: 'place' };
    if (index.isStrict && index.waveOf(task.id) > open.wave) return { is: 'wave' };
    if (index.isStaged && index.stageOf(task.id) > stageGate) return { is: 'stage' };
    return this.#accountHindrance(task) ?? this.#resourceHindrance(task) ?? this.#exclusion(task);
  }

  /** Read-only tasks have places of their own when the plan gives them any; else everybody shares. */
  #hasPlace(readOnly: boolean): boolean {
    const { places } = this.#view.index;
    const { usage } = this.#view;
    const readers = usage.readers + this.#readers;
    const writers = usage.writers + this.#writers;
    if (places.readers === null) return readers + writers < places.writers;
    return readOnly ? readers < places.readers : writers < places.writers;
  }

  #attemptsUsedUp(): Hindrance | null {
    const all = this.#view.plan.attemptsInAll ?? null;
    const used = this.#view.attemptsUsed + this.#begun.length;
    return all === null || used < all ? null : { is: 'attempts', all };
  }

  /** A new attempt would be ended with its first word. */
  #taskBudget({ task, spent }: TaskRecord): Hindrance | null {
    const { task: cap } = budgetOf(this.#view.plan, task);
    return usedUpAt('task', cap, spent) === null ? null : { is: 'budget', level: 'task', until: null };
  }

  #accountHindrance(task: TaskRecord): Hindrance | null {
    const { accounts, usage } = this.#view;
    const { key, max } = this.#view.accountOf(task);
    const begun = this.#accounts.get(key) ?? 0;
    const room = Math.min(
      accounts.room(key, this.#now) - begun,
      (max ?? Number.POSITIVE_INFINITY) - usage.ofAccount(key) - begun,
    );
    return room > 0 ? null : { is: 'account', account: key, until: accounts.until(key, this.#now) };
  }

  #resourceHindrance({ task }: TaskRecord): Hindrance | null {
    const { usage } = this.#view;
    const taken = task.resources.find((resource) => usage.isTaken(resource) || this.#resources.has(resource));
    return taken === undefined ? null : { is: 'resource', resource: taken };
  }

  #exclusion({ id }: TaskRecord): Hindrance | null {
    const known = this.#view.excluderOf(id);
    if (known !== null) return { is: 'excluded', ...known };
    const { relations } = this.#view.index;
    const fresh = relations.excludedBy(id, this.#begun);
    return fresh === null ? null : { is: 'excluded', ...fresh };
  }
}

/** Sums only grow, so that the run's budget stays used up until an amendment raises it. */
function spentUp({ plan, spent, budgets }: RunView, now: Instant): Hindrance | null {
  if (usedUpAt('run', plan.budget.run, spent) !== null) return { is: 'budget', level: 'run', until: null };
  const until = budgets.dayUntil(now);
  return until === null ? null : { is: 'budget', level: 'day', until };
}
