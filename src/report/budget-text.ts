import type { BudgetEvent } from '../core/budget-marks.ts';
import { amount } from './amount.ts';

/** `the budget of api: $4.00 of $5.00`, with the tokens that it cannot count where there are any. */
export function budgetText({ level, of, unit, spent, cap, unpriced }: Omit<BudgetEvent, 'type' | 'until'>): string {
  const whose = of === null ? `the ${level}` : level === 'attempt' ? `this attempt at ${of}` : of;
  const unknown = unpriced === 0 ? '' : `, not counting ${amount(unpriced, 'tokens')} of unknown price`;
  return `the budget of ${whose}: ${amount(spent, unit)} of ${amount(cap, unit)}${unknown}`;
}
