import {
  budgetOf,
  type Day,
  isNearlyUsedUp,
  isUsedUp,
  type OverBudget,
  overBudget,
  type Share,
  sharesAt,
  sharesOf,
} from '../core/budget.ts';
import { type BudgetEvent, ownedBy } from '../core/budget-marks.ts';
import type { RunEvent } from '../core/event.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { isNothing, priced, soundly } from '../core/prices.ts';
import type { TaskRecord } from '../core/record.ts';
import { NOTHING_SPENT, plusSpending, plusSpent, type Spending, type Spent } from '../core/spent.ts';
import type { Context } from './context.ts';

/** What an attempt has to be ended for; null: it may go on. */
export type LedgerVerdict = OverBudget | null;

type Bill = {
  readonly key: AttemptKey;
  readonly spent: Spent;
  readonly settle: (verdict: LedgerVerdict) => void;
  readonly fail: (broken: unknown) => void;
};

/** What all runs spent on a day: as read from the store, and what we have added since. */
type DayCount = { readonly day: Day; readonly read: Spending; readonly own: Spending; readonly readAt_ms: number };

/** Other engines spend on the same day; that often they are asked for. Near the end of the budget: each time. */
const DAY_READ_MS = 2_000;

/**
 * Writes down what agents spend and says when there is no more. All sums come from the journal and the store, so that an
 * engine that starts again goes on where the last one was. An entry is durable before its verdict is known, together with
 * the word about the budget that it used up: no budget is passed by more than what each agent at work spends in one event.
 */
export class Ledger {
  readonly #context: Pick<Context, 'parts' | 'journal'>;
  readonly #onReached: (failure: OverBudget) => void;
  #bills: Bill[] = [];
  #writing = false;
  #day: DayCount | null = null;

  /** `onReached`: the budget of the run or of the day has just been used up, and every agent of the run has to end. */
  constructor(context: Pick<Context, 'parts' | 'journal'>, onReached: (failure: OverBudget) => void) {
    this.#context = context;
    this.#onReached = onReached;
  }

  /** Before anything starts: other runs may have used up the day already. */
  async open(): Promise<void> {
    await this.#readDay();
    const { budget } = this.#context.journal.view.plan;
    await this.#tell(this.#untold([...sharesAt('run', budget.run, this.#runSum([])), ...this.#dayShares([])], null));
  }

  /** What an agent of this attempt would be ended for as soon as it spends: better not to start it. */
  usedUp(key: AttemptKey): LedgerVerdict {
    const { view } = this.#context.journal;
    if (!view.has(key.task)) return null;
    const found = this.#shares(view.recordOf(key.task), []).find(isUsedUp);
    return found === undefined ? null : overBudget(found);
  }

  /** Takes down what an attempt has spent since the last time. Rejects only if the state cannot be written any more. */
  spend(key: AttemptKey, spent: Spent): Promise<LedgerVerdict> {
    const bill = this.#priced(key, soundly(spent));
    if (isNothing(bill)) return Promise.resolve(this.usedUp(key));
    return new Promise((settle, fail) => {
      this.#bills.push({ key, spent: bill, settle, fail });
      if (!this.#writing) void this.#writeAll();
    });
  }

  /** An agent that does not say which model it used is taken to have used the one of its session. */
  #priced({ task, attempt }: AttemptKey, spent: Spent): Spent {
    const { parts, journal } = this.#context;
    const record = journal.view.has(task) ? journal.view.recordOf(task) : null;
    const model = spent.model ?? (record?.attempt === attempt ? record.model : null);
    return priced({ ...spent, model }, parts.prices);
  }

  /** What comes in while an entry is on its way to the disk goes with the next one. */
  async #writeAll(): Promise<void> {
    this.#writing = true;
    for (let bills = this.#bills.splice(0); bills.length > 0; bills = this.#bills.splice(0)) {
      try {
        await this.#readDay();
        await this.#write(bills);
        for (const { key, settle } of bills) settle(this.usedUp(key));
      } catch (broken) {
        for (const { fail } of bills) fail(broken);
      }
    }
    this.#writing = false;
  }

  /** All in one transaction; where one of them is refused (its task was dropped, say), each by itself. */
  async #write(bills: readonly Bill[]): Promise<void> {
    const told = this.#told(bills);
    const entries = bills.map(({ key, spent }): RunEvent => {
      const { task, attempt } = key;
      return { type: 'agent-spent', task, attempt, spent };
    });
    const appended = await this.#context.journal.append([...entries, ...told]);
    if (!appended.ok) {
      if (bills.length > 1) for (const bill of bills) await this.#write([bill]);
      return;
    }
    if (this.#day !== null) this.#day = { ...this.#day, own: summed(this.#day.own, bills) };
    this.#call(told);
  }

  /** What has to be said of budgets once these bills are paid. */
  #told(bills: readonly Bill[]): readonly BudgetEvent[] {
    const { view } = this.#context.journal;
    const { budget } = view.plan;
    const tasks = [...new Set(bills.map(({ key }) => key.task))].filter((task) => view.has(task));
    const own = tasks.flatMap((task) => {
      const shares = this.#shares(view.recordOf(task), bills);
      return this.#untold(shares.filter(isOfTask), task);
    });
    return [
      ...own,
      ...this.#untold([...sharesAt('run', budget.run, this.#runSum(bills)), ...this.#dayShares(bills)], null),
    ];
  }

  #untold(shares: readonly Share[], task: string | null): readonly BudgetEvent[] {
    return this.#context.journal.view.budgets.untold(ownedBy(shares, task, this.#day?.day.until ?? null));
  }

  async #tell(events: readonly BudgetEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#context.journal.append(events);
    this.#call(events);
  }

  #call(events: readonly BudgetEvent[]): void {
    for (const event of events) {
      if (event.type === 'budget-reached' && !isOfTask(event)) this.#onReached(overBudget(event));
    }
  }

  /** Every cap that holds for the task, with what these bills would add to it. */
  #shares(record: TaskRecord, bills: readonly Bill[]): readonly Share[] {
    const { view } = this.#context.journal;
    const own = bills.filter(({ key }) => key.task === record.id);
    const ofAttempt = own.filter(({ key }) => key.attempt === record.attempt);
    return sharesOf(budgetOf(view.plan, record.task), {
      attempt: summed(record.attemptSpent, ofAttempt),
      task: summed(record.spent, own),
      run: this.#runSum(bills),
      day: this.#daySum(bills),
    });
  }

  #runSum(bills: readonly Bill[]): Spending {
    return summed(this.#context.journal.view.spent, bills);
  }

  #daySum(bills: readonly Bill[]): Spending {
    const { read, own } = this.#day ?? { read: NOTHING_SPENT, own: NOTHING_SPENT };
    return summed(plusSpending(read, own), bills);
  }

  #dayShares(bills: readonly Bill[]): readonly Share[] {
    return sharesAt('day', this.#context.journal.view.plan.budget.day, this.#daySum(bills));
  }

  /** Only where a day has a budget; a new day begins with nothing. */
  async #readDay(): Promise<void> {
    const { parts, journal } = this.#context;
    const { tokens, usd } = journal.view.plan.budget.day;
    if (tokens === null && usd === null) {
      this.#day = null;
      return;
    }
    const now = parts.clock.now();
    if (this.#day !== null && this.#isFresh(this.#day, now)) return;
    const day = parts.day(now);
    const readAt_ms = parts.clock.monotonic_ms();
    this.#day = { day, read: await parts.store.spentSince(day.from), own: NOTHING_SPENT, readAt_ms };
  }

  #isFresh({ day, readAt_ms }: DayCount, now: number): boolean {
    if (now < day.from || now >= day.until) return false;
    if (this.#context.parts.clock.monotonic_ms() - readAt_ms >= DAY_READ_MS) return false;
    return !this.#dayShares([]).some(isNearlyUsedUp);
  }
}

const isOfTask = ({ level }: Pick<Share, 'level'>): boolean => level === 'attempt' || level === 'task';

const summed = (sum: Spending, bills: readonly Bill[]): Spending =>
  bills.reduce((all, { spent }) => plusSpent(all, spent), sum);
