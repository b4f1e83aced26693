import { expect, test } from 'vitest';
import { Stage } from '../rig/stage.ts';

const asksForFile = (path: string) => ({
  tasks: { a: { brief: 'docs/a.md', scope: ['a'], does: `cp "$BRANCHLINE_BRIEF" ${path}; echo a > a` } },
});

test('a brief that is a file has to be committed; then the agent has its text, whole (U14, U39)', async () => {
  await using stage = await Stage.create();
  const brief = stage.note('brief');
  const text = 'Write the letter a.\n\nNothing else.\n';
  await stage.repo.write({ 'docs/a.md': text });
  const path = await stage.plan(asksForFile(brief.path));
  const checked = await stage.cli(['check', path]);
  expect(checked.code).toBe(2);
  expect(checked.stdout).toContain('docs/a.md');
  expect((await stage.cli(['run', path, '--yes', '--json'])).code).toBe(2);
  expect(await brief.read()).toBe('');
  await stage.repo.commit({ 'docs/a.md': text }, 'The brief');
  await stage.repo.git('branch', '-f', 'release');
  const ran = await stage.cli(['run', path, '--yes', '--json']);
  expect(ran.code, ran.told).toBe(0);
  expect(await brief.read()).toContain(text.trim());
});

test('a brief that only the base has is missed by check already, where the target is older than the base', async () => {
  await using stage = await Stage.create();
  await stage.repo.commit({ 'docs/a.md': 'Write the letter a.\n' }, 'The brief');
  const path = await stage.plan(asksForFile('/dev/null'));
  const checked = await stage.cli(['check', path]);
  expect(checked.code).toBe(2);
  expect(checked.stdout).toContain('the brief docs/a.md of a is not there');
  await stage.repo.git('branch', '-f', 'release');
  expect((await stage.cli(['check', path])).code).toBe(0);
});

test('the guides for agents that the base has are named in a brief, those that it has not are not (U41)', async () => {
  await using stage = await Stage.create({ 'README.md': 'shop\n', 'AGENTS.md': 'Be kind.\n' });
  const brief = stage.note('brief');
  const ran = await stage.run({
    tasks: { a: { brief: { text: 'Write the letter a.' }, does: `cp "$BRANCHLINE_BRIEF" ${brief.path}; echo a > a` } },
  });
  expect(ran.code, ran.told).toBe(0);
  const told = await brief.read();
  expect(told).toContain('AGENTS.md');
  expect(told).not.toContain('CLAUDE.md');
});
