import { expect, test } from 'vitest';
import { entriesOf, NOW, statusOf, taskStatus } from '../../test/rig/made-up-run.ts';
import { planOf, spent, started } from '../../test/suites/fixtures.ts';
import { NO_BUDGET } from './agent-defaults.ts';
import { type CostGroup, costsOf } from './costs.ts';
import type { RunEvent } from './event.ts';
import { NOTHING_SPENT, plusSpent } from './spent.ts';
import type { Status, TaskStatus } from './status.ts';

const MINUTE = 60_000;
const plan = { ...planOf('api', 'ui', 'docs'), budget: { ...NO_BUDGET, day: { tokens: null, usd: 50 } } };
const created: RunEvent = {
  ...{ type: 'run-created', plan, planHash: '', repository: '/r', base: 'b', target: 'refs/heads/main' },
};
const events: readonly RunEvent[] = [
  created,
  { ...started('ui'), agent: 'codex' } as RunEvent,
  started('api'),
  spent('api', { fresh: 100, cacheRead: 50, usd: 1, model: 'big' }),
  spent('ui', { output: 10, model: 'odd' }),
  spent('api', { output: 20, usd: 0.5, model: 'small' }),
  { ...started('api', 2), agent: 'codex' } as RunEvent,
  spent('api', { output: 5, usd: 0.25, model: 'small' }, 2),
  spent('gone', { output: 1, usd: 0.25 }),
];
const sumOf = (...tasks: readonly string[]) =>
  events
    .flatMap((event) => (event.type === 'agent-spent' && tasks.includes(event.task) ? [event.spent] : []))
    .reduce(plusSpent, NOTHING_SPENT);
const total = sumOf('api', 'ui', 'gone');

const tasks: readonly TaskStatus[] = [
  taskStatus('api', 'landed', { spent: sumOf('api') }),
  taskStatus('ui', 'working', { spent: sumOf('ui') }),
  taskStatus('docs', 'waiting'),
];
/** Entries are ten minutes apart. */
const ask = (by: CostGroup, change: Partial<Status> = {}) =>
  costsOf(statusOf(tasks, { spent: total, at: NOW + 90 * MINUTE, ...change }), entriesOf(events, 10 * MINUTE), {
    by,
    today: total,
    dayOf: (at) => (at < NOW + 45 * MINUTE ? 'monday' : 'tuesday'),
    pricesOf: 'some day',
  });
const names = (by: CostGroup) => ask(by).rows.map(({ name, spent: { usd, unpriced } }) => [name, usd, unpriced]);

test('the rows of each grouping add up to the total', () => {
  for (const by of ['task', 'agent', 'model', 'day'] as const) {
    const { rows, total: all } = ask(by);
    const sums = rows.map(({ spent: each }) => each);
    for (const key of ['fresh', 'cacheRead', 'cacheWrite', 'output', 'usd', 'unpriced'] as const)
      expect([by, key, sums.reduce((sum, each) => sum + each[key], 0)]).toEqual([by, key, all[key]]);
  }
});

test('tasks come in the order of the plan, dropped ones last; agents and models with the dearest first; days in order', () => {
  expect(names('task')).toEqual([
    ['api', 1.75, 0],
    ['ui', 0, 10],
    ['gone', 0.25, 0],
  ]);
  expect(names('agent')).toEqual([
    ['fake', 1.5, 0],
    ['codex', 0.25, 10],
    ['', 0.25, 0],
  ]);
  expect(names('model')).toEqual([
    ['big', 1, 0],
    ['small', 0.75, 0],
    [null, 0.25, 0],
    ['odd', 0, 10],
  ]);
  expect(names('day')).toEqual([
    ['monday', 1, 10],
    ['tuesday', 1, 0],
  ]);
});

test('models whose price nobody knows are named with their tokens, and the caps of run and day are there', () => {
  const costs = ask('task', { budget: { tokens: 500, usd: null } });
  expect(costs.unpriced).toEqual([{ model: 'odd', tokens: 10 }]);
  expect([costs.budget, costs.today]).toEqual([
    { tokens: 500, usd: null },
    { spent: total, budget: { tokens: null, usd: 50 } },
  ]);
});

test('what may come of it is measured over the last hour and marked as an estimate', () => {
  const { estimate } = ask('task', { budget: { tokens: null, usd: 3 } });
  // At 90 minutes: since 30 minutes, in which all but nothing was left out.
  expect(estimate).toMatchObject({ usdPerHour: 2, over_ms: 60 * MINUTE, budgetLasts_ms: 30 * MINUTE });
  // One task landed for 1.75; one of the two open ones has cost nothing that is known, the other nothing.
  expect(estimate?.atEnd?.usd).toBe(2 + 2 * 1.75);
});

test('a run that does not go on is measured by its last hour, and one that has ended is not estimated', () => {
  expect(ask('task', { state: 'paused', at: NOW + 9_000 * MINUTE }).estimate).toMatchObject({
    over_ms: 50 * MINUTE,
    budgetLasts_ms: null,
  });
  expect(ask('task', { state: 'ended' }).estimate).toBe(null);
});

test('nothing is estimated from nothing, or from less than a minute', () => {
  const asked = { by: 'task', today: NOTHING_SPENT, dayOf: () => '', pricesOf: '' } as const;
  expect(costsOf(statusOf([]), entriesOf([created]), asked)).toMatchObject({ rows: [], estimate: null });
  const brief = costsOf(statusOf(tasks, { at: NOW + 10_000 }), entriesOf(events, 1_000), asked);
  expect(brief.estimate).toBe(null);
});
