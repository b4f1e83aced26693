import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endOf, Stage } from '../rig/stage.ts';

test('a target that is checked out stays where it is: the work lands beside it, and the merge line is printed', async () => {
  await using stage = await Stage.create();
  await stage.repo.write({ 'README.md': 'edited, not committed\n', 'untracked.txt': 'mine\n' });
  const before = await stage.repo.snapshot();
  const ran = await stage.cli([
    'run',
    await stage.plan({ target: 'main', plan: 'audit', tasks: { a: { does: 'echo a > a' } } }),
    '--yes',
  ]);
  expect(ran.code, ran.told).toBe(0);
  expect(ran.stdout + ran.stderr).toContain('git merge --ff-only branchline/audit');
  const { 'refs/heads/branchline/audit': landed, ...after } = await stage.repo.snapshot();
  expect(after).toEqual(before);
  expect(landed).toBeDefined();
  expect(await stage.files('branchline/audit')).toEqual(['README.md', 'a']);
});

test('the merge line works as it was printed', async () => {
  await using stage = await Stage.create();
  const ran = await stage.cli([
    'run',
    await stage.plan({ target: 'main', tasks: { a: { does: 'echo a > a' } } }),
    '--yes',
  ]);
  const [line = ''] = /git merge --ff-only \S+/.exec(ran.stdout + ran.stderr) ?? [];
  await stage.repo.git(...line.replace(/\.$/, '').split(' ').slice(1));
  expect(await stage.files('main')).toEqual(['README.md', 'a']);
});

test('a clean checkout is brought along when asked to', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({ target: 'main', tasks: { a: { does: 'echo a > a' } } }, ['--update-checkout']);
  expect(ran.code, ran.told).toBe(0);
  expect(await readFile(join(stage.dir, 'a'), 'utf8')).toBe('a\n');
  expect(await stage.repo.git('status', '--porcelain')).toBe('');
  expect(await stage.files('main')).toEqual(['README.md', 'a']);
});

test('a plan that was just written is no change that keeps the checkout from being brought along', async () => {
  await using stage = await Stage.create();
  await stage.repo.write({ 'plan.yaml': 'git does not know it\n' });
  const ran = await stage.run({ target: 'main', tasks: { a: { does: 'echo a > a' } } }, ['--update-checkout']);
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.repo.git('status', '--porcelain')).toBe('?? plan.yaml');
  expect(await stage.files('main')).toContain('a');
});

test('a checkout with changes is left alone even when asked to bring it along', async () => {
  await using stage = await Stage.create();
  await stage.repo.write({ 'README.md': 'edited\n' });
  const before = await stage.repo.snapshot();
  const ran = await stage.run({ target: 'main', tasks: { a: { does: 'echo a > a' } } }, ['--update-checkout']);
  expect(endOf(ran)['landed']).toBe(1);
  const after = await stage.repo.snapshot();
  expect(after).toMatchObject(before);
});

test('a target that is checked out in a linked worktree is not moved either', async () => {
  await using stage = await Stage.create();
  await stage.repo.git('worktree', 'add', '-q', stage.repo.beside('linked'), 'release');
  const before = await stage.repo.git('rev-parse', 'release');
  const ran = await stage.run({ tasks: { a: { does: 'echo a > a' } } });
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.repo.git('rev-parse', 'release')).toBe(before);
  expect(endOf(ran)['target']).toBe('refs/heads/branchline/story');
});

test('a target that a person moves in mid-run is merged onto, not over (U48)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({ tasks: { a: { does: `echo a > a; ${gate.wait}` } } });
  await running.sawType('agent-started', 'a');
  const tree = await stage.repo.git('rev-parse', 'main^{tree}');
  const mine = await stage.repo.git('commit-tree', tree, '-p', 'release', '-m', 'Mine');
  await stage.repo.git('update-ref', 'refs/heads/release', mine);
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  await stage.repo.git('merge-base', '--is-ancestor', mine, 'release');
  expect(await stage.files('release')).toContain('a');
});

test('hooks of the user are not run', async () => {
  await using stage = await Stage.create();
  const canary = stage.note('hook-ran');
  const hook = `#!/bin/sh\necho ran >> ${canary.path}\nexit 1\n`;
  for (const name of [
    'pre-commit',
    'post-checkout',
    'reference-transaction',
    'post-merge',
    'pre-push',
    'post-index-change',
  ]) {
    await stage.repo.write({ [`.git/hooks/${name}`]: hook });
  }
  const { chmod, readdir } = await import('node:fs/promises');
  const hooks = join(stage.dir, '.git/hooks');
  for (const name of await readdir(hooks)) await chmod(join(hooks, name), 0o755);
  const ran = await stage.run({ tasks: { a: { does: 'echo a > a' } } });
  expect(ran.code, ran.told).toBe(0);
  expect(await canary.read()).toBe('');
});
