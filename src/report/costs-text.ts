import type { CostEstimate, CostRow, Costs } from '../core/costs.ts';
import type { Cap } from '../core/plan.ts';
import { type Spending, tokensOf } from '../core/spent.ts';
import { amount } from './amount.ts';
import { duration } from './duration.ts';
import type { Span } from './paint.ts';
import { paint, span } from './paint.ts';
import { listed } from './phrase.ts';
import { count, spendingText } from './spending-text.ts';
import type { TextOptions } from './status-text.ts';
import { visible } from './visible.ts';
import { pad, widthOf } from './width.ts';

/** A table of what was spent, its total, budgets, what nobody knows the price of, and what may come of it. */
export function costsText(costs: Costs, options: TextOptions): string {
  const { plan, run, state, rows } = costs;
  const heading = [span(plan, 'bold'), span(`  run ${run}  ${state}`)];
  const lines = rows.length === 0 ? [[span('Nothing was spent, as far as its agents say.')]] : tableLines(costs);
  const all: readonly (readonly Span[])[] = [heading, ...lines, ...budgetLines(costs), ...wordLines(costs)];
  return `${all.map((line) => paint(line, options)).join('\n')}\n`;
}

const HEADS = ['FRESH', 'CACHE READ', 'CACHE WRITE', 'OUTPUT', 'TOKENS', 'MONEY'] as const;

function tableLines({ by, rows, total }: Costs): Span[][] {
  const table = [
    [by.toUpperCase(), ...HEADS],
    ...rows.map((row) => [nameOf(row), ...cellsOf(row.spent)]),
    ['total', ...cellsOf(total)],
  ];
  const widths = table[0]?.map((_, at) => Math.max(...table.map((row) => widthOf(visible(row[at] ?? ''))))) ?? [];
  return table.map((row, index) => {
    const cells = row.map((cell, at) =>
      at === 0 ? pad(visible(cell), Math.min(widths[at] ?? 0, 40)) : cell.padStart(widths[at] ?? 0),
    );
    return [span(cells.join('  '), index === 0 ? 'dim' : index === table.length - 1 ? 'bold' : null)];
  });
}

const nameOf = ({ name }: CostRow): string => name ?? '(not said)';

const cellsOf = (sum: Spending): readonly string[] => [
  ...[sum.fresh, sum.cacheRead, sum.cacheWrite, sum.output, tokensOf(sum)].map(count),
  moneyOf(sum),
];

/** What is not known is not nothing. */
function moneyOf({ usd, unpriced }: Spending): string {
  if (unpriced === 0) return amount(usd, 'usd');
  return usd === 0 ? 'unknown' : `${amount(usd, 'usd')} + unknown`;
}

function budgetLines({ total, budget, today }: Costs): Span[][] {
  const day = spendingText(today.spent);
  return [
    ...capLine('budget of the run', total, budget),
    ...(hasCap(today.budget)
      ? capLine('budget of the day, all runs of this repository', today.spent, today.budget)
      : []),
    ...(!hasCap(today.budget) && day !== '' ? [[span(`today, all runs of this repository: ${day}`)]] : []),
  ];
}

const hasCap = ({ usd, tokens }: Cap): boolean => usd !== null || tokens !== null;

function capLine(what: string, sum: Spending, { usd, tokens }: Cap): Span[][] {
  const parts = [
    ...(usd === null ? [] : [`${amount(sum.usd, 'usd')} of ${amount(usd, 'usd')}`]),
    ...(tokens === null ? [] : [`${count(tokensOf(sum))} of ${amount(tokens, 'tokens')}`]),
  ];
  return parts.length === 0 ? [] : [[span(`${what}: ${parts.join(', ')}`)]];
}

function wordLines({ unpriced, pricesOf, estimate, rows }: Costs): Span[][] {
  const models = unpriced.map(
    ({ model, tokens }) => `${model ?? 'a model that no agent named'} (${amount(tokens, 'tokens')})`,
  );
  return [
    ...(models.length === 0
      ? []
      : [
          [span(`unknown: no price of ${listed(models, 6)}`, 'yellow')],
          [span('  next: say it under "prices" in your settings', 'yellow')],
        ]),
    ...(estimate === null ? [] : estimates(estimate).map((line) => [span(line, 'dim')])),
    ...(rows.length === 0
      ? []
      : [[span(`Money is what agents reckon themselves, else list prices of ${pricesOf}; no bill.`, 'dim')]]),
  ];
}

/** Each on a line of its own, so that none is cut off on a narrow terminal. */
function estimates({ usdPerHour, tokensPerHour, over_ms, atEnd, budgetLasts_ms }: CostEstimate): readonly string[] {
  const rate = `${amount(usdPerHour, 'usd')} and ${amount(tokensPerHour, 'tokens')} an hour`;
  return [
    `estimate: ${rate}, over the last ${duration(over_ms)}`,
    ...(atEnd === null
      ? []
      : [`estimate: about ${amount(atEnd.usd, 'usd')} and ${amount(atEnd.tokens, 'tokens')} when all have landed`]),
    ...(budgetLasts_ms === null ? [] : [`estimate: at that rate the budget lasts ${duration(budgetLasts_ms)}`]),
  ];
}
