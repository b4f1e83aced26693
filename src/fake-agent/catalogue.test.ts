import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DriverBench } from '../../test/suites/agent-driver.ts';
import { catalogue } from './catalogue.ts';
import { wipeHome } from './home.ts';
import { scriptIn, stepsOf } from './script.ts';

let bench: DriverBench;
beforeEach(async () => {
  bench = await DriverBench.open('command');
});
afterEach(() => bench.close());

const has = (path: string): boolean => existsSync(join(bench.worktree, path));

test('the catalogue has an entry for every way that users have met', () => {
  const known = `ok slow-healthy stdin-reader silent heartbeat-only result-then-hang ignore-sigterm fork-bomb-lite
    double-fork liar-no-tools liar-no-diff test-deleter scope-escaper symlink-escaper rm-home stasher update-ref-main
    config-planter branch-switcher detached-committer merge-left-dirty asks-then-exits asks-then-waits quota-5h
    quota-weekly 429-burst 529 auth-expired ctx-overflow compaction-loop half-json 10MB-line ansi-osc52 secret-printer
    bg-child-left port-squatter crash-segv exit0-no-result nested-worktree-maker push-main`.split(/\s+/);
  expect(Object.keys(catalogue).sort()).toEqual(known.sort());
});

describe('in its worktree', () => {
  test.each(['ok', 'slow-healthy', 'stdin-reader', 'secret-printer'])('%s does and commits its work', async (entry) => {
    expect((await bench.play(entry)).outcome).toEqual({ is: 'report', claim: 'Did api.' });
    expect(await bench.git('show', '--stat', '--format=%s', 'HEAD')).toMatch(/^Do api\n\n api.txt/);
    expect(await bench.git('status', '--porcelain')).toBe('');
  });

  test.each(['liar-no-tools', 'liar-no-diff', 'exit0-no-result'])('%s reports without a difference', async (entry) => {
    const start = await bench.git('rev-parse', 'HEAD^{tree}');
    expect((await bench.play(entry)).outcome.is).toBe('report');
    expect(await bench.git('status', '--porcelain')).toBe('');
    expect(await bench.git('rev-parse', 'HEAD^{tree}')).toBe(start);
  });

  test('stasher leaves its work in the stash alone', async () => {
    await bench.play('stasher');
    expect(await bench.git('stash', 'list')).toMatch(/^stash@\{0\}/);
    expect(has('api.txt')).toBe(false);
  });

  test('branch-switcher, detached-committer and update-ref-main commit elsewhere', async () => {
    await bench.play('branch-switcher');
    expect(await bench.git('symbolic-ref', 'HEAD')).toBe('refs/heads/elsewhere-api');
    await bench.play('detached-committer');
    await expect(bench.git('symbolic-ref', 'HEAD')).rejects.toThrow();
    await bench.play('update-ref-main');
    expect(await bench.git('rev-parse', 'main')).toBe(await bench.git('rev-parse', 'HEAD'));
  });

  test('merge-left-dirty leaves a merge half done', async () => {
    await bench.play('merge-left-dirty');
    expect(has('.git/MERGE_HEAD')).toBe(true);
    expect(await readFile(join(bench.worktree, 'api.txt'), 'utf8')).toContain('<<<<<<<');
  });

  test('config-planter plants what runs on a plain git status', async () => {
    await bench.play('config-planter');
    await bench.git('status').catch(() => undefined);
    expect(existsSync(join(bench.dir, 'planted-api'))).toBe(true);
  });

  test('nested-worktree-maker makes a repository and a worktree inside', async () => {
    await bench.play('nested-worktree-maker');
    expect([has('nested-repository/.git/HEAD'), has('nested-worktree/.git')]).toEqual([true, true]);
  });

  test('scope-escaper and symlink-escaper write where they should not', async () => {
    await bench.play('scope-escaper');
    expect(has('outside-of-scope/api.txt')).toBe(true);
    await bench.play('symlink-escaper');
    expect(existsSync(join(bench.dir, 'escaped-api.txt'))).toBe(true);
  });

  test('test-deleter removes the tests', async () => {
    await mkdir(join(bench.worktree, 'test'));
    await writeFile(join(bench.worktree, 'test', 'a.js'), '');
    await writeFile(join(bench.worktree, 'b.test.ts'), '');
    await bench.git('add', '-A');
    await bench.play('test-deleter');
    expect([has('test/a.js'), has('b.test.ts'), has('api.txt')]).toEqual([false, false, true]);
  });

  test('push-main overwrites the main branch of whatever origin is', async () => {
    const remote = join(bench.dir, 'remote.git');
    await bench.git('init', '-q', '--bare', remote);
    await bench.git('remote', 'add', 'origin', remote);
    await bench.play('push-main');
    expect(await bench.git('ls-remote', 'origin', 'refs/heads/main')).toContain(await bench.git('rev-parse', 'HEAD'));
  });
});

describe('rm-home', () => {
  test('empties the private home beside its worktree', async () => {
    await writeFile(join(bench.dir, 'home', 'keys'), 'k');
    expect((await bench.play('rm-home')).outcome.is).toBe('report');
    expect(readdirSync(join(bench.dir, 'home'))).toEqual([]);
  });

  test('refuses any other home', async () => {
    const { HOME: own } = process.env;
    const worktree = { BRANCHLINE_WORKTREE: bench.worktree };
    const homes = [own, bench.dir, bench.worktree, '/', '/nowhere', undefined, join(bench.dir, '..')];
    expect(homes.map((HOME) => wipeHome({ HOME, ...worktree }))).toEqual(homes.map(() => false));
    expect(wipeHome({ HOME: join(bench.dir, 'home') })).toBe(false);
    expect((await bench.play('rm-home', { env: { ...bench.env, HOME: bench.worktree } })).outcome).toMatchObject({
      failure: { reason: 'exited', code: 64 },
    });
  });
});

describe('a script', () => {
  test('may be a list, have attempts, and differ by task', () => {
    const step = (text: string) => ({ do: 'say' as const, text });
    expect(stepsOf(scriptIn([step('a')], 'x'), 3)).toEqual([step('a')]);
    const attempts = { attempts: [[step('a')], [step('b')]] };
    expect([1, 2, 9].map((n) => stepsOf(scriptIn(attempts, 'x'), n))).toEqual([[step('a')], [step('b')], [step('b')]]);
    const tasks = { tasks: { x: [step('x')], '*': attempts } };
    expect(stepsOf(scriptIn(tasks, 'x'), 1)).toEqual([step('x')]);
    expect(stepsOf(scriptIn(tasks, 'y'), 2)).toEqual([step('b')]);
    expect(() => scriptIn({ tasks: {} }, 'x')).toThrow('no steps for the task "x"');
  });

  test('does every step that there is', async () => {
    const { outcome } = await bench.runScript([
      { do: 'mkdir', path: 'd/e' },
      { do: 'write', path: 'd/e/a', text: 'one two' },
      { do: 'edit', path: 'd/e/a', find: 'one', replace: '$&' },
      { do: 'rename', path: 'd/e/a', to: 'd/b' },
      { do: 'chmod', path: 'd/b', mode: '755' },
      { do: 'symlink', path: 'l', target: 'd/b' },
      { do: 'write', path: 'gone', text: '' },
      { do: 'delete', path: 'gone' },
      { do: 'run', argv: ['cp', 'd/b', 'copied $HOME'] },
      { do: 'run', argv: ['false'], mayFail: true },
      { do: 'shell', script: '[ -x d/b ] && cat l > seen' },
      { do: 'git', argv: ['tag', 'here'] },
      { do: 'wait-for', path: 'seen' },
      { do: 'sleep', ms: 1 },
      { do: 'tool', kind: 'read', title: 'look', paths: [] },
      { do: 'report', text: 'all' },
    ]);
    expect(outcome).toEqual({ is: 'report', claim: 'all' });
    expect(await readFile(join(bench.worktree, 'seen'), 'utf8')).toBe('$& two');
    expect([has('gone'), has('copied $HOME'), await bench.git('tag')]).toEqual([false, true, 'here']);
  });

  test('stops at a command that fails, and at an unknown step', async () => {
    expect((await bench.runScript([{ do: 'run', argv: ['false'] }])).outcome).toMatchObject({ failure: { code: 1 } });
    const unknown = JSON.parse('[{"do":"dance"}]');
    expect((await bench.runScript(unknown)).outcome).toMatchObject({
      failure: { code: 1, tail: expect.stringContaining('There is no step "dance"') },
    });
  });
});
