import type { Failure } from './failure.ts';
import { BUDGET_LEVELS, type Budget, type BudgetLevel, type Cap, type Plan, type Task } from './plan.ts';
import { type Spending, tokensOf } from './spent.ts';
import type { Instant } from './time.ts';

/** What was spent by what each cap counts. `day`: by every run of the state file since midnight. */
export type Sums = Readonly<Record<BudgetLevel, Spending>>;

/** One cap, and how much of it is used up. */
export type Share = {
  readonly level: BudgetLevel;
  readonly unit: 'tokens' | 'usd';
  readonly spent: number;
  readonly cap: number;
  /** Tokens whose money nobody knows: a cap of money cannot count them. Always 0 for a cap of tokens. */
  readonly unpriced: number;
};

/** A day as the person's calendar has it. */
export type Day = { readonly from: Instant; readonly until: Instant };

export type OverBudget = Extract<Failure, { readonly reason: 'over-budget' }>;

/** From this part of a cap on, there is a warning. */
const WARNED_FROM = 0.8;

/** Money is a sum of fractions, so that ten times ten cents are not quite a dollar. */
const EXACT_TO = 1e-6;

/** The caps that hold for a task: its own before those of the plan. */
export const budgetOf = ({ budget }: Plan, task: Task): Budget => ({ ...budget, ...task.budget });

/** One share for each cap that there is, the nearest level first. */
export function sharesOf(budget: Budget, sums: Sums): readonly Share[] {
  return BUDGET_LEVELS.flatMap((level) => sharesAt(level, budget[level], sums[level]));
}

/** The same for one level alone. */
export function sharesAt(level: BudgetLevel, { tokens, usd }: Cap, sum: Spending): readonly Share[] {
  return [
    ...(usd === null ? [] : [{ level, unit: 'usd', spent: sum.usd, cap: usd, unpriced: sum.unpriced } as const]),
    ...(tokens === null ? [] : [{ level, unit: 'tokens', spent: tokensOf(sum), cap: tokens, unpriced: 0 } as const]),
  ];
}

/** Nothing is left of it. A cap of 0 is used up from the beginning. */
export const isUsedUp = ({ spent, cap }: Pick<Share, 'spent' | 'cap'>): boolean => spent >= cap - EXACT_TO;

/** Four fifths of it are gone. */
export const isNearlyUsedUp = ({ spent, cap }: Pick<Share, 'spent' | 'cap'>): boolean =>
  spent >= cap * WARNED_FROM - EXACT_TO;

/** The first cap of a level that is used up, or null. */
export const usedUpAt = (level: BudgetLevel, cap: Cap, sum: Spending): Share | null =>
  sharesAt(level, cap, sum).find(isUsedUp) ?? null;

/** The failure of an attempt that is ended because of it. */
export const overBudget = ({ level, unit, spent, cap }: Share): OverBudget => ({
  reason: 'over-budget',
  level,
  unit,
  spent,
  cap,
});
