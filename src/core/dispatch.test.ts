import { expect, test } from 'vitest';
import { atWork, planOf, ready, spent } from '../../test/suites/fixtures.ts';
import { NO_BUDGET, NO_CAP } from './agent-defaults.ts';
import { decide } from './decide.ts';
import type { RunEvent } from './event.ts';
import type { Budget, Plan } from './plan.ts';
import { relationsOf } from './relations/relations.ts';
import { RunView } from './run.ts';
import { standing } from './standing.ts';
import { statusOf } from './status-of.ts';

const NOW = 1_000;
const MIDNIGHT = 5_000;

const planWith = (budget: Partial<Budget>): Plan => ({ ...planOf('a', 'b', 'c'), budget: { ...NO_BUDGET, ...budget } });

function viewOf(budget: Partial<Budget>, ...events: readonly RunEvent[]): RunView {
  const view = new RunView({ relationsOf: (plan) => certain(relationsOf(plan, { ignoreCase: false })) });
  const plan = planWith(budget);
  const created: RunEvent = {
    ...{ type: 'run-created', plan, planHash: '', repository: '/r', base: 'main', target: 'refs/heads/main' },
  };
  for (const event of [created, ...events]) view.apply({ run: 'r', seq: view.seq + 1, at: NOW, event });
  return view;
}
function certain<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error('not comparable');
  return result.value;
}
const starts = (view: RunView, now = NOW) =>
  decide(view, now).flatMap((each) => (each.do === 'start' ? each.task : []));
const waits = (view: RunView, now = NOW) => statusOf(view, now).tasks.map(({ waitingFor }) => waitingFor.join());
const reached = { type: 'budget-reached', of: null, unit: 'tokens', unpriced: 0 } as const;

const ALL_READY = [ready('a'), ready('b'), ready('c')];
/** What becomes of an agent that spent the last of the budget. */
const ended = (level: 'run' | 'task', ...then: readonly RunEvent[]): readonly RunEvent[] => [
  ...atWork('a'),
  spent('a', { output: 10 }),
  {
    ...{ type: 'attempt-failed', task: 'a', attempt: 1, rescue: null },
    because: { reason: 'over-budget', level, unit: 'tokens', spent: 10, cap: 10 },
    then: { do: 'rest', until: NOW + 60_000, counts: false },
  },
  ready('b'),
  ready('c'),
  ...then,
];

test('when the budget of the run is used up nothing more starts, and only a person can change that', () => {
  const view = viewOf({ run: { tokens: 10, usd: null } }, ...ended('run'));
  expect(starts(view)).toEqual([]);
  expect(standing(view, NOW)).toEqual({ state: 'waiting', why: 'the budget of the run is used up' });
  expect(statusOf(view, NOW)).toMatchObject({ state: 'waiting', why: 'the budget of the run is used up' });
  expect(waits(view)).toEqual([
    'the end of its rest after over-budget',
    'more budget (the budget of the run is used up)',
    'more budget (the budget of the run is used up)',
  ]);
});

test('an amendment that raises the budget sets a run going again, and one that does not changes nothing', () => {
  const amendedTo = (cap: number) => {
    const plan = planWith({ run: { tokens: cap, usd: null } });
    const amended = { type: 'plan-amended', plan, planHash: '', by: 'ada' } as const;
    return starts(viewOf({ run: { tokens: 10, usd: null } }, ...ended('run', amended)));
  };
  expect(amendedTo(10)).toEqual([]);
  expect(amendedTo(11)).toEqual(['b', 'c']);
});

test('a day whose budget is used up is rested out until its midnight', () => {
  const word = { ...reached, level: 'day', spent: 12, cap: 10, until: MIDNIGHT } as const;
  const view = viewOf({ day: { tokens: 10, usd: null } }, ...ALL_READY, word);
  expect([starts(view), starts(view, MIDNIGHT)]).toEqual([[], ['a', 'b', 'c']]);
  expect(standing(view, NOW)).toEqual({ state: 'resting', until: MIDNIGHT, why: 'the budget of the day is used up' });
  expect(waits(view)[0]).toBe('midnight (the budget of the day is used up)');
});

test('a task whose own budget is used up waits for a person while the others go on', () => {
  const own = viewOf({ task: { tokens: 10, usd: null } }, ...ended('task'));
  expect(starts(own)).toEqual(['b', 'c']);
  const woken = viewOf({ task: { tokens: 10, usd: null } }, ...ended('task'), {
    type: 'task-woken',
    task: 'a',
    attempt: 1,
  });
  expect(starts(woken)).toEqual(['b', 'c']);
  expect(waits(woken)[0]).toBe('more budget (the budget of the task is used up)');
  const cancelled = (['b', 'c'] as const).map(
    (task): RunEvent => ({ type: 'task-cancelled', task, attempt: 1, by: 'ada' }),
  );
  const alone = viewOf(
    { task: { tokens: 10, usd: null } },
    ...[...ended('task'), ...cancelled, { type: 'task-woken', task: 'a', attempt: 1 } as const],
  );
  expect(standing(alone, NOW)).toEqual({ state: 'waiting', why: 'a needs more budget' });
});

test('what agents have brought is still verified and landed when the budget is used up', () => {
  const report = { type: 'task-reported', task: 'a', attempt: 1, commit: 'c', base: 'b', files: 1, claim: '' } as const;
  const view = viewOf(
    { run: { tokens: 10, usd: null } },
    ...[...atWork('a'), spent('a', { output: 10 }), report, ready('b'), ready('c')],
  );
  expect(decide(view, NOW)).toEqual([{ do: 'verify', task: 'a', attempt: 1 }]);
  expect(standing(view, NOW)).toEqual({ state: 'busy' });
});

test('the sum of a run counts what dropped tasks and abandoned attempts spent', () => {
  const retried = { type: 'task-retried', task: 'a', attempt: 1, by: 'ada', note: null } as const;
  const cancelled = { type: 'task-cancelled', task: 'a', attempt: 1, by: 'ada' } as const;
  const without: Plan = { ...planWith({ run: NO_CAP }), tasks: planOf('b', 'c').tasks };
  const view = viewOf(
    {},
    ...[...atWork('a'), spent('a', { output: 4, usd: 1 }), cancelled, retried, spent('a', { output: 2 })],
    ...[{ ...cancelled, attempt: 2 }, { type: 'plan-amended', plan: without, planHash: '', by: 'ada' } as const],
    ...[...atWork('b'), spent('b', { fresh: 1, usd: 0.5 })],
  );
  expect(view.spent).toEqual({ fresh: 1, cacheRead: 0, cacheWrite: 0, output: 6, usd: 1.5, unpriced: 2 });
  expect(statusOf(view, NOW).spent).toEqual(view.spent);
});
