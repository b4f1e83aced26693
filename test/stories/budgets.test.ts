import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { fakePlan } from '../rig/fake-plan.ts';
import { eventsOf, Stage } from '../rig/stage.ts';

/** A model takes its time between two answers. */
const SPENDS = [
  { do: 'write', path: '{{FILE}}', text: 'half done' },
  ...Array.from({ length: 6 }, () => [
    { do: 'spend', fresh: 200, output: 0, usd: 0.1 } as const,
    { do: 'sleep', ms: 2_000 } as const,
  ]).flat(),
  { do: 'write', path: '{{FILE}}', text: 'done' },
] as const;

test('a task that uses up its budget is ended with its work kept, and goes on in it when the budget is raised (U109)', async () => {
  await using stage = await Stage.create();
  const scripts = { a: { attempts: [SPENDS, [{ do: 'append', path: 'a.txt', text: ' and more' }]] } } as const;
  const ran = await stage.run(await fakePlan(stage, scripts, { tasks: { a: { budget: { task: { tokens: 500 } } } } }));
  expect(ran.code, ran.told).toBe(3);
  expect(eventsOf(ran, 'budget-warning')).toHaveLength(1);
  expect(eventsOf(ran, 'attempt-failed', 'a')[0]).toMatchObject({ because: { reason: 'over-budget', cap: 500 } });
  const [task] = (await stage.json<Status>(['status'])).tasks;
  expect(task?.rescued).not.toEqual([]);
  const raised = await fakePlan(stage, scripts, { tasks: { a: { budget: { task: { tokens: 50_000 } } } } });
  expect((await stage.cli(['amend', await stage.plan(raised), '--yes'])).code).toBe(0);
  expect((await stage.cli(['answer', 'a', 'retry'])).code).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(await stage.show('release', 'a.txt')).toContain('half done');
});

test('what a run has spent is never more than its cap and one event of each agent, also after a restart (U109)', async () => {
  await using stage = await Stage.create();
  const scripts = { a: SPENDS, b: SPENDS, c: SPENDS };
  const ran = await stage.run(await fakePlan(stage, scripts, { budget: { run: { tokens: 1_000 } } }));
  expect(ran.code, ran.told).toBe(3);
  const spent = async () => (await stage.json<{ total: { fresh: number } }>(['costs'])).total.fresh;
  const first = await spent();
  expect(first).toBeGreaterThanOrEqual(1_000);
  expect(first).toBeLessThanOrEqual(1_000 + 3 * 200);
  const again = await stage.cli(['resume', '--json']);
  expect(again.code, again.told).toBe(3);
  expect(await spent()).toBe(first);
});
