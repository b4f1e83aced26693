import { expect, test } from 'vitest';
import type { Costs } from '../../src/core/costs.ts';
import type { RunEvent } from '../../src/core/event.ts';
import type { Spent } from '../../src/core/spent.ts';
import { withStore } from '../rig/journal.ts';
import { endOf, eventsOf, Stage, tasksOf } from '../rig/stage.ts';

const spent = (task: string, part: Partial<Spent>): RunEvent => ({
  type: 'agent-spent',
  task,
  attempt: 1,
  spent: { fresh: 0, cacheRead: 0, cacheWrite: 0, output: 0, usd: null, model: null, ...part },
});

/** What an agent that tells of its use would have had written down, from beside the program. */
async function spend(stage: Stage, run: string, ...events: readonly RunEvent[]): Promise<void> {
  await withStore(stage, async ({ store }) => {
    const appended = await store.append(run, events);
    if (!appended.ok) throw new Error(JSON.stringify(appended.error));
  });
}

test('what a run cost is shown by task, model and day, in status and report, and what nobody knows is not nothing', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    budget: { dollars: 5 },
    tasks: { a: { does: 'echo a > a' }, b: { does: 'echo b > b' } },
  });
  expect(ran.code, ran.told).toBe(0);
  const run = String(endOf(ran)['run']);
  expect((await stage.cli(['costs'])).stdout).toContain('Nothing was spent');
  await spend(stage, run, spent('a', { fresh: 1_000, output: 200, usd: 1.25, model: 'big' }));
  await spend(stage, run, spent('b', { cacheRead: 4_000, output: 500, model: 'odd' }));

  const costs = await stage.json<Costs>(['costs', '--by', 'model']);
  expect(costs).toMatchObject({
    ...{ schemaVersion: 1, run, by: 'model', budget: { tokens: null, usd: 5 }, estimate: null },
    rows: [{ name: 'big' }, { name: 'odd' }],
    total: { fresh: 1_000, cacheRead: 4_000, cacheWrite: 0, output: 700, usd: 1.25, unpriced: 4_500 },
    unpriced: [{ model: 'odd', tokens: 4_500 }],
  });
  expect(costs.today.spent).toEqual(costs.total);
  const { rows } = await stage.json<Costs>(['costs', '--by', 'day']);
  expect(rows).toEqual([{ name: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), spent: costs.total }]);

  const shown = await stage.cli(['costs']);
  expect(shown.stdout).toMatch(/^a +1,000 +0 +0 +200 +1,200 +\$1\.25\nb +0 +4,000 +0 +500 +4,500 +unknown$/m);
  expect(shown.stdout).toContain('budget of the run: $1.25 of $5.00\n');
  expect((await stage.cli(['status'])).stdout).toContain('$1.25 of $5.00 spent, and 4,500 tokens of unknown price');
  expect((await stage.cli(['report'])).stdout).toContain('Spent $1.25 and 4,500 tokens of unknown price of $5.00');
});

test('a run whose budget is used up starts nothing more, waits for a person, and goes on once it has more', async () => {
  await using stage = await Stage.create();
  const started = stage.note('started');
  const gate = await stage.gate('go');
  const draft = (tokens: number) => ({
    budget: { tokens },
    agents: { max: 1 },
    tasks: { a: { does: `echo on > ${started.path}; ${gate.wait}; echo a > a` }, b: { does: 'echo b > b' } },
  });
  const running = await stage.begin(draft(1_000));
  await started.written();
  const { run } = await stage.json<{ readonly run: string }>(['status']);
  await spend(stage, run, spent('a', { output: 1_000, usd: 0.5 }));
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(3);
  expect(tasksOf(ran, 'task-landed')).toEqual(['a']);
  expect(tasksOf(ran, 'task-started')).toEqual(['a']);
  expect(endOf(ran)).toMatchObject({ state: 'waiting', landed: 1, waiting: 1 });
  expect(ran.stderr + (await stage.cli(['status'])).stdout).toContain('the budget of the run is used up');
  expect((await stage.cli(['explain', 'b'])).stdout).toContain('branchline amend PLAN');
  const again = await stage.cli(['resume', '--json']);
  expect([again.code, tasksOf(again, 'task-started')]).toEqual([3, []]);

  const amended = await stage.cli(['amend', await stage.plan(draft(2_000), 'more.yaml'), '--yes']);
  expect(amended.code, amended.told).toBe(0);
  const done = await stage.cli(['resume', '--json']);
  expect(done.code, done.told).toBe(0);
  expect(tasksOf(done, 'task-landed')).toEqual(['b']);
  expect(eventsOf(done, 'budget-reached')).toEqual([]);
});

test('a price of your own is a setting like any other', async () => {
  await using stage = await Stage.create({
    'README.md': 'shop\n',
    '.branchline/config.yaml': 'prices: { my-model: { fresh: 3, output: 15 } }\n',
  });
  const { stdout } = await stage.cli(['config', 'explain', 'prices.my-model']);
  expect(stdout).toContain('{ fresh: 3, output: 15 }');
});
