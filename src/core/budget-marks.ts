import { isNearlyUsedUp, isUsedUp, type Share } from './budget.ts';
import type { RunLevelEvent } from './event.ts';
import type { Plan, TaskId } from './plan.ts';
import type { Instant } from './time.ts';

export type BudgetEvent = Extract<RunLevelEvent, { readonly type: 'budget-warning' | 'budget-reached' }>;

/** A share and whose it is: what an event of a budget says. */
export type OwnedShare = Omit<BudgetEvent, 'type'>;

/**
 * What the journal has said of budgets, so that it is said once: that a cap is nearly used up, that it is used up, and
 * that tokens of unknown price make a cap of money miss something (once a level; of days, once a day). A cap that an
 * amendment changes is another cap.
 */
export class BudgetMarks {
  readonly #told = new Set<string>();
  /** An attempt's caps begin anew with the next one. */
  readonly #ofAttempts = new Map<TaskId, Set<string>>();
  #days: readonly BudgetEvent[] = [];

  hear(event: RunLevelEvent): void {
    if (event.type === 'plan-amended') this.#amended(event.plan);
    if (event.type !== 'budget-warning' && event.type !== 'budget-reached') return;
    for (const mark of marksOf(event)) this.#add(event, mark);
    if (event.type === 'budget-reached' && event.level === 'day') this.#days = [...this.#days, event];
  }

  /** The task's next attempt has begun. */
  started(task: TaskId): void {
    this.#ofAttempts.delete(task);
  }

  /** When the day whose budget is used up ends; null: it is not used up now. */
  dayUntil(now: Instant): Instant | null {
    const ends = this.#days.flatMap(({ until }) => (until !== null && until > now ? [until] : []));
    return ends.length === 0 ? null : Math.max(...ends);
  }

  /** What is to be told of these shares: that they are used up rather than nearly so, where both are new. */
  untold(shares: readonly OwnedShare[]): readonly BudgetEvent[] {
    return shares.flatMap((share): readonly BudgetEvent[] => {
      const fresh = marksOf(share).filter((mark) => !this.#has(share, mark));
      if (fresh.length === 0) return [];
      return [{ type: fresh.includes(usedUp(share)) ? 'budget-reached' : 'budget-warning', ...share }];
    });
  }

  /** A day's cap that was raised or taken away holds nobody back any more. */
  #amended({ budget: { day } }: Plan): void {
    const stillUsedUp = ({ unit, spent }: BudgetEvent): boolean => {
      const cap = day[unit];
      return cap !== null && isUsedUp({ spent, cap });
    };
    this.#days = this.#days.filter(stillUsedUp);
  }

  #add(share: OwnedShare, mark: string): void {
    if (!isOfAttempt(share, mark)) this.#told.add(mark);
    else {
      const known = this.#ofAttempts.get(share.of);
      if (known === undefined) this.#ofAttempts.set(share.of, new Set([mark]));
      else known.add(mark);
    }
  }

  #has(share: OwnedShare, mark: string): boolean {
    return isOfAttempt(share, mark) ? this.#ofAttempts.get(share.of)?.has(mark) === true : this.#told.has(mark);
  }
}

/** Everything that is true of a share and worth a word. */
const marksOf = (share: OwnedShare): readonly string[] => [
  ...(isNearlyUsedUp(share) ? [named('nearly', share)] : []),
  ...(isUsedUp(share) ? [usedUp(share)] : []),
  ...(share.unpriced > 0 ? [UNPRICED + JSON.stringify([share.level, share.until])] : []),
];

const UNPRICED = 'unpriced';
const named = (what: string, { level, of, unit, cap, until }: OwnedShare): string =>
  what + JSON.stringify([level, of, unit, cap, until]);
const usedUp = (share: OwnedShare): string => named('used', share);

const isOfAttempt = (share: OwnedShare, mark: string): share is OwnedShare & { readonly of: TaskId } =>
  share.level === 'attempt' && share.of !== null && !mark.startsWith(UNPRICED);

/** The shares with whose they are: the task's, the run's (null), this day's. */
export const ownedBy = (
  shares: readonly Share[],
  task: TaskId | null,
  dayUntil: Instant | null,
): readonly OwnedShare[] =>
  shares.map((share) => ({ ...share, of: task, until: share.level === 'day' ? dayUntil : null }));
