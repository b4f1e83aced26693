import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { locksBelow } from '../rig/crash.ts';
import { ForeignLoop } from '../rig/foreign-loop.ts';
import { endOf, eventsOf, Stage } from '../rig/stage.ts';
import { StatusPoll } from '../rig/status-poll.ts';

const some = (letter: string) =>
  Object.fromEntries(
    Array.from({ length: 10 }, (_, n) => [
      `${letter}${n}`,
      { does: `echo ${letter} > ${letter}${n}; git add -A; git commit -qm ${letter}${n}` },
    ]),
  );

test('two engines land on one branch while status is asked for and somebody else fetches (U59, U100)', {
  timeout: 180_000,
}, async () => {
  await using stage = await Stage.create();
  const foreign = await ForeignLoop.start(stage);
  // One task of each run is at work until it has been asked often enough, however fast or slow the machine is.
  const gate = await stage.gate('asked');
  const tasks = (letter: string) => ({
    ...some(letter),
    [`${letter}0`]: { does: `echo ${letter} > ${letter}0; ${gate.wait}` },
  });
  const paths = await Promise.all(
    ['x', 'y'].map((letter) => stage.plan({ plan: letter, tasks: tasks(letter) }, `${letter}.yaml`)),
  );
  const runnings = paths.map((path) => stage.start(['run', path, '--yes', '--json']));
  await Promise.all(runnings.map((running) => running.sawType('task-started')));
  const poll = await StatusPoll.start(stage, 20);
  await poll.asked(30);
  await gate.open();
  const rans = await Promise.all(runnings.map(({ done }) => done));
  const polled = await poll.end();
  const { failed } = await foreign.end();
  expect(
    rans.map(({ code }) => code),
    rans.map(({ told }) => told).join('\n'),
  ).toEqual([0, 0]);
  expect(failed).toEqual([]);
  expect(polled.failed).toEqual([]);
  expect(polled.times).toBeGreaterThan(20);
  expect(await stage.files('release')).toHaveLength(21);
  const trailers = await stage.repo.git(
    'log',
    '--first-parent',
    '--format=%(trailers:key=Branchline-Task,valueonly,separator=)',
    'main..release',
  );
  expect(trailers.split('\n').sort()).toEqual([...Object.keys(some('x')), ...Object.keys(some('y'))].sort());
  for (const ran of rans) expect(eventsOf(ran, 'task-landed')).toHaveLength(10);
  expect((await stage.repo.git('branch', '--format=%(refname:short)')).split('\n').sort()).toEqual(['main', 'release']);
  expect([...locksBelow(stage.dir), ...locksBelow(stage.state)]).toEqual([]);
});

test('ten processes that resume one interrupted run do every task once (U57, U110)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('first');
  const tasks = {
    first: { does: `echo f > f; ${gate.wait}` },
    ...Object.fromEntries([1, 2, 3].map((n) => [`t${n}`, { needs: ['first'], does: `echo ${n} > f${n}` }])),
  };
  const running = await stage.begin({ tasks });
  await running.sawType('agent-started', 'first');
  running.signal('SIGKILL');
  await running.done;
  await gate.open();
  const rans = await Promise.all(Array.from({ length: 6 }, () => stage.cli(['resume', '--json'])));
  const drove = rans.filter(({ events }) => events.some(({ type }) => type === 'task-landed'));
  expect(drove).toHaveLength(1);
  const status = await stage.json<Status>(['status']);
  expect(status.counts.landed).toBe(4);
  expect(await stage.repo.git('rev-list', '--count', '--first-parent', 'main..release')).toBe('4');
  if (drove[0] !== undefined) expect(endOf(drove[0])['landed']).toBe(4);
});
