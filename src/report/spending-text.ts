import type { Cap } from '../core/plan.ts';
import { type Spending, tokensOf } from '../core/spent.ts';
import { amount } from './amount.ts';
import type { Span } from './paint.ts';
import { span } from './paint.ts';

/** A sum in short: `$1.23`, `$1.23 and 4,500 tokens of unknown price`; empty when nothing was spent. */
export function spendingText(sum: Spending): string {
  if (isNothing(sum)) return '';
  if (sum.unpriced === 0) return amount(sum.usd, 'usd');
  const unknown = `${amount(sum.unpriced, 'tokens')} of unknown price`;
  return sum.usd === 0 ? unknown : `${amount(sum.usd, 'usd')} and ${unknown}`;
}

/** ` · $1.23 of $20.00 spent`, for a line of counts; nothing where nothing was spent. */
export function spentSpans({ spent, budget }: { readonly spent: Spending; readonly budget: Cap }): Span[] {
  if (isNothing(spent)) return [];
  const of = budget.usd === null ? '' : ` of ${amount(budget.usd, 'usd')}`;
  const tokens = budget.tokens === null ? '' : `, ${count(tokensOf(spent))} of ${amount(budget.tokens, 'tokens')}`;
  return [span(` · ${spendingText({ ...spent, unpriced: 0 })}${of} spent${tokens}`), ...unpricedSpans(spent)];
}

/** A sum of money that leaves something out says so. */
function unpricedSpans({ unpriced }: Spending): Span[] {
  return unpriced === 0 ? [] : [span(`, and ${amount(unpriced, 'tokens')} of unknown price`, 'yellow')];
}

/** `1,234`. */
export const count = (value: number): string => value.toLocaleString('en-US');

const isNothing = (sum: Spending): boolean => tokensOf(sum) === 0 && sum.usd === 0;
