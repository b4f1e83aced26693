import { expect, test } from 'vitest';
import { endOf, eventsOf, Stage, tasksOf } from '../rig/stage.ts';

const hour = (): number => Math.floor(Date.now() / 1000) + 3600;

test('a limit pauses its account and nothing else, costs no attempt, and is sat out no longer than was asked for (U84)', async () => {
  await using stage = await Stage.create();
  const served = stage.note('served');
  const limited = `[ -e ${served.path} ] || { echo "Claude AI usage limit reached|${hour()}"; exit 1; }`;
  const script = ['sh', '-c', 'set -e\neval "$SCRIPT"'];
  const plan = {
    attempts: 1,
    agents: {
      max: 1,
      use: { poor: { command: script, account: 'team' }, other: { command: script, account: 'own' } },
    },
    tasks: {
      a: { agent: 'poor', does: `${limited}; echo a > a` },
      b: { agent: 'poor', does: 'echo b > b' },
      c: { agent: 'other', does: 'echo c > c' },
    },
  };
  const ran = await stage.run(plan, ['--max-wait', '1s']);
  expect(ran.code, ran.told).toBe(4);
  expect(tasksOf(ran, 'task-landed')).toEqual(['c']);
  expect(tasksOf(ran, 'task-started')).toEqual(['a', 'c']);
  expect(eventsOf(ran, 'account-limited')).toMatchObject([{ account: 'team' }]);
  expect(endOf(ran)).toMatchObject({ state: 'waiting', landed: 1, failed: 0, waiting: 2 });
  const again = await stage.cli(['resume', '--json', '--max-wait', '1s']);
  expect(again.code, again.told).toBe(4);
  expect(tasksOf(again, 'task-started')).toEqual([]);
});

test('attempts of one account are never more at once than its cap', async () => {
  await using stage = await Stage.create();
  const log = stage.note('log');
  const does = (id: string): string => `echo + >> ${log.path}; echo ${id} > ${id}; echo - >> ${log.path}`;
  const use = { poor: { command: ['sh', '-c', 'set -e\neval "$SCRIPT"'], account: 'team', 'account-max': 1 } };
  const tasks = Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [id, { agent: 'poor', does: does(id) }]));
  const ran = await stage.run({ agents: { max: 4, use }, tasks });
  expect(ran.code, ran.told + ran.stderr).toBe(0);
  expect((await log.read()).replaceAll('\n', '')).toBe('+-+-+-+-');
});
