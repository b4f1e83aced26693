import { expect, test } from 'vitest';
import { endOf, eventsOf, reasonsOf, Stage } from '../rig/stage.ts';

test('checks see the merged tree, not the tree of the agent (U94, U96)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('b');
  const running = await stage.begin({
    attempts: 1,
    tasks: {
      a: { does: 'echo a > a' },
      b: { checks: ['test -e a && test -e b'], does: `test ! -e a; echo b > b; ${gate.wait}` },
    },
  });
  await running.sawType('task-landed', 'a');
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  expect(eventsOf(ran, 'check-finished', 'b').map(({ code }) => code)).toEqual([0]);
});

test('two tasks that are green alone and red together do not both land (U69, U94, U97)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('b');
  const running = await stage.begin({
    attempts: 1,
    checks: ['! { test -e a && test -e b; }'],
    tasks: { a: { does: 'echo a > a' }, b: { does: `echo b > b; ${gate.wait}` } },
  });
  await running.sawType('task-landed', 'a');
  await gate.open();
  const ran = await running.done;
  expect(ran.code).toBe(1);
  expect(reasonsOf(ran, 'b')).toEqual(['check-failed']);
  expect(await stage.files('release')).toEqual(['README.md', 'a']);
});

test('a check runs where nothing of the agent is: no leftovers, no ignored files, no variables', async () => {
  await using stage = await Stage.create({ 'README.md': 'shop\n', '.gitignore': '*.cache\n' });
  const seen = stage.note('seen');
  const ran = await stage.run({
    checks: [`ls -A > ${seen.path}; test ! -e x.cache; git status --porcelain`],
    tasks: { a: { does: 'echo a > a; echo cached > x.cache; export FROM_AGENT=1' } },
  });
  expect(ran.code, ran.told).toBe(0);
  expect((await seen.read()).split('\n').filter(Boolean).sort()).toEqual(['.git', '.gitignore', 'README.md', 'a']);
});

test('what a check writes does not land', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    checks: ['for file in *; do echo changed >> $file; done; echo made > made-by-check'],
    tasks: { a: { does: 'echo a > a' }, b: { does: 'echo b > b' } },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.files('release')).toEqual(['README.md', 'a', 'b']);
  expect(await stage.show('release', 'README.md')).toBe('shop');
});

test('a list is a program and its arguments and meets no shell', async () => {
  await using stage = await Stage.create();
  const canary = stage.note('canary');
  const ran = await stage.run({
    checks: [['test', `$(touch ${canary.path})`, '!=', '']],
    tasks: { a: { does: 'echo a > a' } },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(await canary.read()).toBe('');
});

test('final checks run once on what everything landed on, and a red one is told', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    'final-checks': ['test -e a && test -e b', 'echo "e2e is red"; exit 5'],
    tasks: { a: { does: 'echo a > a' }, b: { does: 'echo b > b' } },
  });
  expect(ran.code).toBe(1);
  expect(eventsOf(ran, 'final-check-finished').map(({ code }) => code)).toEqual([0, 5]);
  expect(endOf(ran)).toMatchObject({ state: 'ended', landed: 2 });
});

test('a task that may end without a change lands without one', async () => {
  await using stage = await Stage.create();
  const before = await stage.repo.git('rev-parse', 'release');
  const ran = await stage.run({
    tasks: {
      audit: { 'no-change': 'The audit may find nothing', does: 'true' },
      after: { needs: ['audit'], does: 'echo x > x' },
    },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(endOf(ran)).toMatchObject({ landed: 2 });
  expect(await stage.repo.git('rev-list', '--count', '--first-parent', `${before}..release`)).toBe('1');
});

test('a research task lands its artifacts and nothing else (U25)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    attempts: 1,
    tasks: {
      good: { kind: 'research', artifacts: ['docs/good.md'], does: 'mkdir -p docs; echo words > docs/good.md' },
      bad: {
        kind: 'research',
        artifacts: ['docs/bad.md'],
        does: 'mkdir -p docs; echo words > docs/bad.md; echo x > code.js',
      },
      lazy: { kind: 'research', artifacts: ['docs/lazy.md'], does: 'mkdir -p docs; echo words > docs/other.md' },
    },
  });
  expect(ran.code).toBe(1);
  expect(await stage.files('release')).toEqual(['README.md', 'docs/good.md']);
  expect(reasonsOf(ran, 'bad')).toEqual(['out-of-scope']);
  expect(['out-of-scope', 'missing-artifacts']).toContain(reasonsOf(ran, 'lazy')[0]);
});

test('artifacts that a task owes and does not bring send it back', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({ attempts: 1, tasks: { a: { artifacts: ['report.md'], does: 'echo a > a' } } });
  expect(ran.code).toBe(1);
  expect(reasonsOf(ran, 'a')).toEqual(['missing-artifacts']);
});
