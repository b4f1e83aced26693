import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { endOf, eventsOf, Stage, tasksOf } from '../rig/stage.ts';

test('the first Ctrl-C lets agents end and starts nothing further; resume finishes (U81)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({
    agents: { max: 1 },
    tasks: { a: { does: `${gate.wait}; echo a > a` }, b: { does: 'echo b > b' } },
  });
  await running.sawType('agent-started', 'a');
  running.signal('SIGINT');
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(130);
  expect(tasksOf(ran, 'task-landed')).toEqual(['a']);
  expect(tasksOf(ran, 'task-started')).toEqual(['a']);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(endOf(resumed)).toMatchObject({ landed: 2 });
});

test('the second Ctrl-C ends the agents, keeps their work, and resume finishes', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const been = stage.note('been');
  const does = `if [ ! -e ${been.path} ]; then echo half > a; echo x > ${been.path}; ${gate.wait}; fi; echo whole > a`;
  const running = stage.start(['run', await stage.plan({ tasks: { a: { does } } }), '--yes', '--verbose']);
  await been.written();
  running.signal('SIGINT');
  await running.told('Again to stop them too');
  running.signal('SIGINT');
  const ran = await running.done;
  expect(ran.code, ran.stderr).toBe(130);
  const status = await stage.json<Status>(['status']);
  expect(status).toMatchObject({ state: 'interrupted', counts: { landed: 0 } });
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(await stage.show('release', 'a')).toBe('whole');
});

test('SIGTERM ends with 143, and a terminal that goes away ends the agents at once', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({ tasks: { a: { does: `${gate.wait}; echo a > a` } } });
  await running.sawType('agent-started', 'a');
  running.signal('SIGTERM');
  running.signal('SIGHUP');
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(143);
  expect(endOf(ran)).toMatchObject({ state: 'interrupted', landed: 0, waiting: 1 });
});

test('agents die with an engine that is killed, and resume loses nothing (U106)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({
    tasks: { done: { does: 'echo d > d' }, a: { needs: ['done'], does: `echo half > a; ${gate.wait}; echo a > a` } },
  });
  await running.sawType('agent-started', 'a');
  running.signal('SIGKILL');
  await running.done;
  const status = await stage.json<Status>(['status']);
  expect(status.state).toBe('interrupted');
  await gate.open();
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(tasksOf(resumed, 'task-landed')).toEqual(['a']);
  expect(await stage.files('release')).toEqual(['README.md', 'a', 'd']);
});

test('a run that nobody watches goes on in the background, and every command works on it (U53, U59)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const path = await stage.plan({ tasks: { a: { does: `${gate.wait}; echo a > a` } } });
  const started = await stage.cli(['run', path, '--yes', '--detach', '--json']);
  expect(started.code, started.stderr).toBe(0);
  const { run } = JSON.parse(started.stdout) as { run: string };
  const follow = stage.start(['logs', 'a', '--follow', '--run', run]);
  await gate.open();
  const status = await until(
    () => stage.json<Status>(['status', run]),
    ({ state }) => state === 'ended',
  );
  expect(status.counts.landed).toBe(1);
  follow.signal('SIGINT');
  await follow.done;
  expect(await stage.files('release')).toContain('a');
});

test('a second engine on the same run is refused with a sentence (U57)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({ tasks: { a: { does: `${gate.wait}; echo a > a` } } });
  await running.sawType('agent-started', 'a');
  const second = await stage.cli(['resume']);
  expect(second.stdout + second.stderr).toContain(String(running.pid));
  await gate.open();
  expect((await running.done).code).toBe(0);
});

test('two runs on one repository land side by side', async () => {
  await using stage = await Stage.create();
  await stage.repo.git('branch', 'other');
  const four = (letter: string) =>
    Object.fromEntries([1, 2, 3, 4].map((n) => [`${letter}${n}`, { does: `echo ${letter} > ${letter}${n}` }]));
  const [first, second] = await Promise.all([
    stage.plan({ plan: 'one', tasks: four('x') }, 'one.yaml'),
    stage.plan({ plan: 'two', target: 'other', tasks: four('y') }, 'two.yaml'),
  ]);
  const [a, b] = await Promise.all([first, second].map((path) => stage.cli(['run', path, '--yes', '--json'])));
  expect([a?.code, b?.code], `${a?.stderr}${b?.stderr}`).toEqual([0, 0]);
  expect(await stage.files('release')).toEqual(['README.md', 'x1', 'x2', 'x3', 'x4']);
  expect(await stage.files('other')).toEqual(['README.md', 'y1', 'y2', 'y3', 'y4']);
});

test('two runs onto the same branch both land, whoever comes second verifies again (U100)', async () => {
  await using stage = await Stage.create();
  const four = (letter: string) =>
    Object.fromEntries([1, 2, 3, 4].map((n) => [`${letter}${n}`, { does: `echo ${letter} > ${letter}${n}` }]));
  const [first, second] = await Promise.all([
    stage.plan({ plan: 'one', tasks: four('x') }, 'one.yaml'),
    stage.plan({ plan: 'two', tasks: four('y') }, 'two.yaml'),
  ]);
  const rans = await Promise.all([first, second].map((path) => stage.cli(['run', path, '--yes', '--json'])));
  expect(
    rans.map(({ code }) => code),
    rans.map(({ stderr }) => stderr).join(''),
  ).toEqual([0, 0]);
  expect(await stage.files('release')).toHaveLength(9);
  for (const ran of rans) {
    for (const line of eventsOf(ran, 'task-landed')) {
      await stage.repo.git('merge-base', '--is-ancestor', String(line['commit']), 'release');
    }
  }
});

/** Asks again until the answer is the wanted one. Each look is a whole process, so there is no need to wait in between. */
async function until<T>(look: () => Promise<T>, wanted: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const seen = await look();
    if (wanted(seen)) return seen;
    if (performance.now() > deadline) throw new Error(`Never came: ${JSON.stringify(seen)}`);
  }
}

test('a signal that a wrapper passes on once more is not a second Ctrl-C', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({ tasks: { a: { does: `${gate.wait}; echo a > a` } } });
  await running.sawType('agent-started', 'a');
  running.signal('SIGTERM');
  running.signal('SIGTERM');
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(143);
  expect(tasksOf(ran, 'task-landed')).toEqual(['a']);
});
