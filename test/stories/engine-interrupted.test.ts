import { expect, test } from 'vitest';
import { endOf, eventsOf, Stage, tasksOf } from '../rig/stage.ts';

test('a task that is cancelled and tried again while the engine looks away has one agent, not two', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('never');
  const does = `if [ "$BRANCHLINE_ATTEMPT" = 1 ]; then echo first > a; ${gate.wait}; fi; echo second > a`;
  const running = await stage.begin({ tasks: { a: { does } } });
  await running.sawType('agent-started', 'a');
  running.signal('SIGSTOP');
  expect((await stage.cli(['cancel', 'a'])).code).toBe(0);
  expect((await stage.cli(['retry', 'a'])).code).toBe(0);
  running.signal('SIGCONT');
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.show('release', 'a')).toBe('second');
  expect(eventsOf(ran, 'worktree-rescued', 'a').length).toBeGreaterThan(0);
});

test('a set-up that was stopped with the run costs its task no attempt', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('setup');
  const been = stage.note('been');
  const running = await stage.begin({
    attempts: 1,
    setup: [`if [ ! -e ${been.path} ]; then echo x > ${been.path}; ${gate.wait}; fi`],
    tasks: { a: { does: 'echo a > a' } },
  });
  await been.written();
  running.signal('SIGTERM');
  running.signal('SIGHUP');
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(143);
  expect(tasksOf(ran, 'attempt-failed')).toEqual([]);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(endOf(resumed)).toMatchObject({ landed: 1 });
});

test('set-up runs again in a worktree whose lockfile has changed, and only then', async () => {
  await using stage = await Stage.create({ 'README.md': 'shop\n', 'package-lock.json': '1\n' });
  const log = stage.note('setups');
  const ran = await stage.run({
    agents: { max: 1 },
    setup: [`echo "$BRANCHLINE_TASK" >> ${log.path}`],
    tasks: {
      a: { does: 'echo a > a' },
      b: { needs: ['a'], does: 'echo 2 > package-lock.json' },
      c: { needs: ['b'], does: 'echo c > c' },
    },
  });
  expect(ran.code, ran.told).toBe(0);
  expect((await log.read()).trim().split('\n')).toEqual(['a', 'c']);
});

test('a check that was stopped with the run is no red check: nothing is told of it, and the work lands later', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('check');
  const been = stage.note('been');
  const running = await stage.begin({
    attempts: 1,
    checks: [`if [ ! -e ${been.path} ]; then echo x > ${been.path}; ${gate.wait}; fi`],
    tasks: { a: { does: 'echo a > a' } },
  });
  await been.written();
  running.signal('SIGTERM');
  running.signal('SIGHUP');
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(143);
  expect(tasksOf(ran, 'check-finished')).toEqual([]);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(tasksOf(resumed, 'task-started')).toEqual([]);
  expect(endOf(resumed)).toMatchObject({ landed: 1 });
});
