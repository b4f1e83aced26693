import {
  budgetOf,
  type Day,
  isUsedUp,
  type OverBudget,
  overBudget,
  type Share,
  sharesOf,
} from '../../src/core/budget.ts';
import { type BudgetEvent, ownedBy } from '../../src/core/budget-marks.ts';
import type { Budget, Cap, Plan, Task, TaskId } from '../../src/core/plan.ts';
import type { RunView } from '../../src/core/run.ts';
import { NOTHING_SPENT, plusSpending, plusSpent, type Spending, type Spent } from '../../src/core/spent.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Chance } from './chance.ts';
import type { Truth } from './truth.ts';

const DAY_MS = 86_400_000;

const dayAround = (at: Instant): Day => {
  const from = at - (((at % DAY_MS) + DAY_MS) % DAY_MS);
  return { from, until: from + DAY_MS };
};

/** Money and tokens of a made-up world: what other runs spend on the same day, and what a ledger would say. */
export class Purse {
  readonly #others: { readonly at: Instant; readonly spent: Spending }[] = [];

  /** Somebody else's agents work in the same repository. */
  othersSpend(at: Instant, spent: Spent): void {
    this.#others.push({ at, spent: plusSpent(NOTHING_SPENT, spent) });
  }

  /** What has not been said yet, and what the attempt has to be ended for. */
  judge(view: RunView, truth: Truth, key: { readonly task: TaskId; readonly attempt: number; readonly now: Instant }) {
    const record = view.recordOf(key.task);
    const day = dayAround(key.now);
    const shares = sharesOf(budgetOf(view.plan, record.task), {
      attempt: record.attemptSpent,
      task: record.spent,
      run: view.spent,
      day: this.#onDay(truth, day),
    }).filter(({ level }) => level !== 'attempt' || key.attempt === record.attempt);
    const events: readonly BudgetEvent[] = [
      ...view.budgets.untold(ownedBy(shares.filter(isOfTask), key.task, null)),
      ...view.budgets.untold(
        ownedBy(
          shares.filter((each) => !isOfTask(each)),
          null,
          day.until,
        ),
      ),
    ];
    const used = shares.find(isUsedUp);
    const over: OverBudget | null = used === undefined ? null : overBudget(used);
    return { events, over };
  }

  #onDay(truth: Truth, { from }: Day): Spending {
    const own = truth.journal.flatMap(({ at, event }) =>
      event.type === 'agent-spent' && at >= from ? [event.spent] : [],
    );
    const others = this.#others.filter(({ at }) => at >= from).map(({ spent }) => spent);
    return others.reduce(plusSpending, own.reduce(plusSpent, NOTHING_SPENT));
  }
}

const isOfTask = ({ level }: Share): boolean => level === 'attempt' || level === 'task';

/** Small enough that a run of some tasks meets with it. */
export function randomBudget(chance: Chance): Budget {
  const cap = (often: number, scale: number): Cap => ({
    tokens: chance.happens(often) ? 1 + chance.below(scale * 1_000) : null,
    usd: chance.happens(often) ? chance.below(scale * 100) / 100 : null,
  });
  return { attempt: cap(0.3, 4), task: cap(0.3, 6), run: cap(0.5, 20), day: cap(0.3, 20) };
}

/** Now and then an agent does not know what its tokens cost. */
export const randomSpent = (chance: Chance): Spent => ({
  fresh: chance.below(500),
  cacheRead: chance.below(1_000),
  cacheWrite: chance.below(50),
  output: chance.below(200),
  usd: chance.happens(0.8) ? chance.below(150) / 100 : null,
  model: chance.pick([null, 'big', 'small']),
});

/** What a person does when the money is gone: they give more, and when they are tired of it, as much as it takes. */
export function raised(plan: Plan, isTired: boolean): Plan {
  const more = (cap: number | null): number | null => (cap === null || isTired ? null : cap * 2 + 1);
  const moreOf = ({ tokens, usd }: Cap): Cap => ({ tokens: more(tokens), usd: more(usd) });
  const { attempt, task, run, day } = plan.budget;
  const budget = { attempt: moreOf(attempt), task: moreOf(task), run: moreOf(run), day: moreOf(day) };
  const tasks = plan.tasks.map((each): Task => {
    const own = each.budget.task;
    return own === undefined ? each : { ...each, budget: { ...each.budget, task: moreOf(own) } };
  });
  return { ...plan, budget, tasks };
}
