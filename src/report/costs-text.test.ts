import { expect, test } from 'vitest';
import { statusOf, taskStatus } from '../../test/rig/made-up-run.ts';
import { typed } from '../../test/rig/made-up-world.ts';
import { NO_CAP } from '../core/agent-defaults.ts';
import type { Costs } from '../core/costs.ts';
import { NOTHING_SPENT, type Spending } from '../core/spent.ts';
import { costsText } from './costs-text.ts';
import { explain } from './explain.ts';
import { renderLive } from './live.ts';
import { markdownOf } from './markdown.ts';
import { reportOf } from './report-json.ts';
import { spendingText } from './spending-text.ts';
import { statusText } from './status-text.ts';

const plain = { columns: 80, colour: false };
const wide = { columns: 160, colour: false };
const sum = (part: Partial<Spending>): Spending => ({ ...NOTHING_SPENT, ...part });
const known = sum({ fresh: 12_345, cacheRead: 1_000_000, cacheWrite: 2_000, output: 4_567, usd: 1.234 });
const unknown = sum({ output: 4_500, unpriced: 4_500 });
const both = sum({ ...known, output: 9_067, unpriced: 4_500 });

const costs: Costs = {
  ...{ schemaVersion: 1, run: 'r1', plan: 'audit', state: 'running', at: 0, by: 'task' },
  rows: [
    { name: 'api', spent: known },
    { name: 'ui\x1b[2J', spent: unknown },
  ],
  total: both,
  budget: { usd: 20, tokens: 2_000_000 },
  today: { spent: sum({ ...both, usd: 3 }), budget: { usd: 50, tokens: null } },
  unpriced: [
    { model: 'fake-model', tokens: 4_000 },
    { model: null, tokens: 500 },
  ],
  pricesOf: '2026-11-24',
  estimate: {
    ...{ usdPerHour: 2.1, tokensPerHour: 1_200_000, over_ms: 2_040_000, budgetLasts_ms: 7_500_000 },
    atEnd: { usd: 4.5, tokens: 3_000_000 },
  },
};

test('costs are a table with its total, the budgets, what nobody knows, and an estimate that says so', () => {
  expect(costsText(costs, wide)).toMatchInlineSnapshot(`
    "audit  run r1  running
    TASK     FRESH  CACHE READ  CACHE WRITE  OUTPUT     TOKENS            MONEY
    api     12,345   1,000,000        2,000   4,567  1,018,912            $1.23
    ui␛[2J       0           0            0   4,500      4,500          unknown
    total   12,345   1,000,000        2,000   9,067  1,023,412  $1.23 + unknown
    budget of the run: $1.23 of $20.00, 1,023,412 of 2,000,000 tokens
    budget of the day, all runs of this repository: $3.00 of $50.00
    unknown: no price of fake-model (4,000 tokens), a model that no agent named (500 tokens)
      next: say it under "prices" in your settings
    estimate: $2.10 and 1,200,000 tokens an hour, over the last 34m 00s
    estimate: about $4.50 and 3,000,000 tokens when all have landed
    estimate: at that rate the budget lasts 2h 05m
    Money is what agents reckon themselves, else list prices of 2026-11-24; no bill.
    "
  `);
});

test('a run that spent nothing says so, and nothing else', () => {
  const nothing = { ...costs, rows: [], total: NOTHING_SPENT, budget: NO_CAP, unpriced: [], estimate: null };
  expect(costsText({ ...nothing, today: { spent: NOTHING_SPENT, budget: NO_CAP } }, plain)).toBe(
    'audit  run r1  running\nNothing was spent, as far as its agents say.\n',
  );
  expect(costsText({ ...nothing, today: { spent: known, budget: NO_CAP } }, plain)).toContain(
    'today, all runs of this repository: $1.23\n',
  );
});

test('a sum never passes for the whole when a part of it is of unknown price', () => {
  expect([NOTHING_SPENT, known, unknown, both, sum({ output: 1 })].map(spendingText)).toEqual([
    '',
    '$1.23',
    '4,500 tokens of unknown price',
    '$1.23 and 4,500 tokens of unknown price',
    '$0.00',
  ]);
});

const budget = { usd: 20, tokens: 2_000_000 };
const status = statusOf(
  [taskStatus('api', 'landed', { spent: known }), taskStatus('ui', 'working', { spent: unknown })],
  {
    ...{ spent: both, budget },
  },
);

test('status, live view and report show what a run spent, and only then', () => {
  const line = ' · $1.23 of $20.00 spent, 1,023,412 of 2,000,000 tokens, and 4,500 tokens of unknown price';
  expect(statusText(status, wide)).toContain(line);
  expect(renderLive(status, { ...wide, rows: 20, now: status.at }).join('\n')).toContain(line);
  const report = markdownOf(reportOf(status, []));
  expect(report).toContain(
    'Spent $1.23 and 4,500 tokens of unknown price of $20.00 and 2,000,000 tokens: 1,023,412 tokens (',
  );
  expect(report).toMatch(/\| api .* \| \$1\.23 \|\n\| ui .* \| 4,500 tokens of unknown price \|/);
  const free = statusOf([taskStatus('api', 'landed')], { budget });
  for (const text of [statusText(free, plain), markdownOf(reportOf(free, []))]) expect(text).not.toMatch(/spent/i);
});

test('a task that waits for more budget says what brings it, and so does the end of the invocation', async () => {
  const task = taskStatus('api', 'ready', { waitingFor: ['more budget (the budget of the run is used up)'] });
  const waiting = statusOf([task], { state: 'waiting', why: 'the budget of the run is used up', spent: known });
  expect(explain(task, [])).toEqual({
    what: 'api cannot start',
    why: 'It waits for more budget (the budget of the run is used up)',
    next: 'Raise "budget" in the plan: branchline amend PLAN; see where it went with: branchline costs',
  });
  const { exit, out, err } = await typed(['resume'], { status: waiting });
  expect([exit, out.includes('the budget of the run is used up')]).toEqual([3, true]);
  expect(err).toContain('next: raise "budget" in the plan, then: branchline amend PLAN\n');
});

test('the budget of a run that is used up calls a person, and what an agent spends is no line of its own', async () => {
  const reached = { type: 'budget-reached', level: 'run', of: null, unit: 'usd', spent: 20.5, cap: 20 } as const;
  const event = { ...reached, unpriced: 10, until: null };
  const spentNow = { type: 'agent-spent', task: 'api', attempt: 1, spent: { ...known, usd: 1, model: null } } as const;
  const entries = [event, spentNow].map((each, at) => ({ run: 'r1', seq: at + 1, at: 0, event: each }));
  const { err, calls } = await typed(['run', 'plan.yaml'], { status, entries });
  const words = 'the budget of the run: $20.50 of $20.00, not counting 10 tokens of unknown price';
  expect(err).toContain(`budget-reached - ${words}\n`);
  expect(err).not.toContain('agent-spent');
  expect(calls).toContainEqual({ notify: 'r1', message: `Used up: ${words}` });
  const report = markdownOf(reportOf(status, entries));
  expect(report).toContain(
    'the budget of the run: $20.50 of $20.00, not counting 10 tokens of unknown price, and is used up',
  );
});

test('costs are grouped as asked, and as JSON they keep every number', async () => {
  const entries = [{ type: 'agent-spent', task: 'api', attempt: 1, spent: { ...known, model: 'm' } } as const].map(
    (event) => ({ run: 'r1', seq: 1, at: 0, event }),
  );
  const byModel = await typed(['costs', '--by', 'model'], { status, entries });
  expect(byModel.out).toMatch(/^MODEL +FRESH .*\nm +12,345 /m);
  const { out } = await typed(['costs', '--json', '--by', 'day'], { status, entries });
  expect(JSON.parse(out)).toMatchObject({
    ...{ schemaVersion: 1, by: 'day', total: both, budget, today: { spent: both } },
    rows: [{ name: '1970-01-01', spent: known }],
  });
  expect((await typed(['costs', '--by', 'mood'], { status })).exit).toBe(2);
});
