import { expect, test } from 'vitest';
import { endOf, eventsOf, Stage, tasksOf } from '../rig/stage.ts';

test('a plan of six tasks lands all of its work on one branch (U108)', async () => {
  await using stage = await Stage.create();
  const before = await stage.repo.snapshot();
  const ran = await stage.run({
    checks: ['git rev-parse --verify -q HEAD'],
    tasks: {
      model: { does: 'mkdir db; echo table > db/model.sql' },
      api: { does: 'mkdir api; echo route > api/route.js', needs: ['model'] },
      ui: { does: 'mkdir ui; echo page > ui/page.html', needs: ['api'] },
      docs: { does: 'mkdir docs; echo words > docs/read.md' },
      lint: { does: 'echo rules > lint.cfg; git add lint.cfg; git commit -qm "Add rules"' },
      notes: { does: 'echo notes >> README.md' },
    },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(endOf(ran)).toMatchObject({ state: 'ended', landed: 6, failed: 0, waiting: 0, exit: 0 });
  expect(await stage.files('release')).toEqual(
    ['README.md', 'api/route.js', 'db/model.sql', 'docs/read.md', 'lint.cfg', 'ui/page.html'].sort(),
  );
  const { 'refs/heads/release': moved, ...after } = await stage.repo.snapshot();
  const { 'refs/heads/release': start, ...rest } = before;
  expect(after).toEqual(rest);
  expect(moved).not.toBe(start);
});

test('every landed commit is on the target, in the order in which it was told (U93)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    tasks: {
      a: { does: 'echo a > a' },
      b: { does: 'echo b > b', needs: ['a'] },
      c: { does: 'echo c > c', needs: ['b'] },
    },
  });
  const told = eventsOf(ran, 'task-landed').map((line) => line['commit']);
  const firstParents = await stage.repo.git('log', '--first-parent', '--reverse', '--format=%H', 'main..release');
  expect(told).toEqual(firstParents.split('\n'));
  expect(tasksOf(ran, 'task-landed')).toEqual(['a', 'b', 'c']);
});

test('a landed commit names its run, task and attempt', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({ tasks: { api: { title: 'Add the route', does: 'echo a > a' } } });
  const trailers =
    '%(trailers:key=Branchline-Task,valueonly,separator=)|%(trailers:key=Branchline-Attempt,valueonly,separator=)';
  expect(await stage.repo.git('log', '-1', `--format=%s|${trailers}`, 'release')).toBe('Add the route|api|1');
  expect(await stage.repo.git('log', '-1', '--format=%b', 'release')).toContain(`Branchline-Run: ${endOf(ran)['run']}`);
});

test('a dependent starts from a tree that holds what it needs (U18, U27, U48)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    tasks: {
      model: { does: 'echo table > model.sql' },
      api: { does: 'cp model.sql api.sql', needs: ['model'] },
      ui: { does: 'cp api.sql ui.sql; cp model.sql ui-model.sql', needs: ['api', 'model'] },
    },
  });
  expect(ran.code, ran.told).toBe(0);
  for (const [task, need] of [
    ['api', 'model'],
    ['ui', 'api'],
    ['ui', 'model'],
  ] as const) {
    const base = String(eventsOf(ran, 'worktree-ready', task)[0]?.['base']);
    const commit = String(eventsOf(ran, 'task-landed', need)[0]?.['commit']);
    await stage.repo.git('merge-base', '--is-ancestor', commit, base);
  }
  expect(await stage.show('release', 'ui.sql')).toBe('table');
});

test('tasks that may write the same path never work at the same time (U16, U21)', async () => {
  await using stage = await Stage.create({ 'log.txt': 'start\n' });
  const append = { scope: { may: ['log.txt'] }, does: 'echo "$BRANCHLINE_TASK" >> log.txt' };
  const ran = await stage.run({ overlap: 'serialise', tasks: { a: append, b: append, c: append, d: append } });
  expect(ran.code, ran.told).toBe(0);
  const order = ran.events.filter(({ type }) => type === 'task-started' || type === 'task-landed');
  expect(order.map(({ type }) => type)).toEqual(Array(4).fill(['task-started', 'task-landed']).flat());
  expect((await stage.show('release', 'log.txt')).split('\n').sort()).toEqual(['a', 'b', 'c', 'd', 'start']);
});

test('a plan whose tasks may write the same path is not run unless it says how (U16, U21)', async () => {
  await using stage = await Stage.create();
  const both = { scope: { may: ['log.txt'] }, does: 'echo x > log.txt' };
  const ran = await stage.cli(['run', await stage.plan({ tasks: { a: both, b: both } }), '--yes']);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('log.txt');
  expect(await stage.repo.git('rev-parse', 'release')).toBe(await stage.repo.git('rev-parse', 'main'));
});

test('a squashed task is one plain commit', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    land: 'squash',
    tasks: { a: { does: 'echo 1 > a; git add a; git commit -qm one; echo 2 > a; git commit -qam two' } },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.repo.git('rev-list', '--count', '--no-merges', 'main..release')).toBe('1');
  expect(await stage.show('release', 'a')).toBe('2');
});
