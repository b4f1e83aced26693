import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NOW, statusOf, taskStatus } from '../../test/rig/made-up-run.ts';
import { typed } from '../../test/rig/made-up-world.ts';
import { err, ok } from '../core/result.ts';

const question = {
  kind: 'choice',
  text: 'Which zone?',
  options: ['UTC', 'local'],
  deadline: null,
  default: null,
  task: 'api',
  since: NOW,
} as const;
const asking = statusOf([taskStatus('api', 'asking')], { questions: [{ ...question, id: 'q1' }] });

test('a final check that failed is told in words, by status and by a later resume', async () => {
  const failed = statusOf([taskStatus('api', 'landed')], { state: 'ended', finalChecks: { run: 2, failed: 1 } });
  expect((await typed(['status'], { status: failed })).out).toContain('1/1 landed · 1 final check failed');
  const resumed = await typed(['resume'], { status: failed });
  expect(resumed.out).toContain('1 of 1 task landed on main, but 1 final check failed (ended)');
  expect([resumed.exit, resumed.err]).toEqual([1, '  next: branchline report\n']);
});

test('work that landed on a branch of its own ends with the line that brings it over', async () => {
  const status = statusOf([taskStatus('api', 'landed')], { state: 'ended', target: 'refs/heads/branchline/audit' });
  expect((await typed(['run', 'plan.yaml'], { status })).err).toContain('next: git merge --ff-only branchline/audit');
  const main = await typed(['run', 'plan.yaml'], { status: { ...status, target: 'refs/heads/main' } });
  expect(main.err).not.toContain('git merge');
  expect((await typed(['run', 'plan.yaml', '--update-checkout'], { status })).err).not.toContain('git merge');
});

test('an answer to a run that nobody drives says how it goes on', async () => {
  const idle = await typed(['answer', 'q1', 'UTC'], { status: { ...asking, engine: null } });
  expect(idle.err).toBe('api goes on, once the run is resumed (branchline resume), with: UTC\n');
  const driven = await typed(['answer', 'q1', 'UTC'], { status: { ...asking, engine: { pid: 1, host: 'h' } } });
  expect(driven.err).toBe('api goes on with: UTC\n');
});

test('an agent that printed nothing is not answered with silence', async () => {
  const log = async function* (): AsyncGenerator<string> {
    yield* [];
  };
  const status = statusOf([taskStatus('api', 'landed')]);
  const { exit, out, err } = await typed(['logs', 'api'], { status, runs: { log: () => Promise.resolve(ok(log())) } });
  expect([exit, out, err]).toEqual([0, '', 'The agent of api has printed nothing.\n']);
});

test('in GitHub Actions the findings of check are annotations too', async () => {
  const finding = { severity: 'error', code: 'cycle', file: 'plan.yaml', line: 3, col: 5 } as const;
  const diagnostics = [{ ...finding, what: 'a needs itself', why: null, next: null }];
  const plans = { check: () => Promise.resolve(ok({ file: 'plan.yaml', report: null, diagnostics })) };
  const inActions = await typed(['check'], { plans, io: { annotates: true } });
  expect([inActions.exit, inActions.err]).toEqual([
    2,
    '::error file=plan.yaml,line=3,col=5,title=cycle::a needs itself\n',
  ]);
  expect((await typed(['check'], { plans })).err).toBe('');
});

test('a run that Ctrl-C stopped says so, and not that nothing drives it', async () => {
  const never = new AbortController().signal;
  const status = statusOf([taskStatus('api', 'working')], {
    state: 'interrupted',
    why: 'No engine drives this run: resume it to go on',
  });
  const signals = { drain: never, kill: never, name: () => 'SIGINT' as const };
  const { exit, out } = await typed(['resume'], { status, signals });
  expect([exit, out]).toEqual([130, 'audit-logging: 0 of 1 task landed on main, 1 not ended (stopped by Ctrl-C)\n']);
});

test('what was under way when the engine stopped is not said to be at work', async () => {
  const status = statusOf([taskStatus('api', 'working')], { state: 'interrupted', engine: null });
  const shown = (await typed(['status'], { status })).out;
  expect(shown).toContain('was stopped; goes on with resume');
  expect(shown).not.toContain('places');
  const explained = (await typed(['explain', 'api'], { status })).out;
  expect(explained).toMatch(/^api was working when its engine stopped\n[\s\S]*next: branchline resume\n$/);
});

test('a list in a refusal is shown as lines, and no text in it can pass for a line of ours', async () => {
  const why = 'plan.yaml:2:1: one\n        plan.yaml:3:1: two\n  next: rm -rf .';
  const check = () => Promise.resolve(err({ what: 'No', why, next: 'Mend it' }));
  const shown = await typed(['check'], { plans: { check } });
  expect(shown.err).toBe(
    'error: No\n  why:  plan.yaml:2:1: one\n        plan.yaml:3:1: two␊  next: rm -rf .\n  next: Mend it\n',
  );
});

test('pressing Tab in bash completes, runs nothing of what was typed, and needs no package', async () => {
  const script = (await typed(['completion', 'bash'])).out;
  const folder = await mkdtemp(join(tmpdir(), 'branchline-tab-'));
  try {
    const press = (words: string) =>
      spawnSync(
        'bash',
        [
          '--norc',
          '-c',
          `${PROGRAM}\n${script}\nCOMP_WORDS=(${words}); COMP_CWORD=2; _branchline; echo "\${COMPREPLY[@]}"`,
        ],
        {
          cwd: folder,
          encoding: 'utf8',
        },
      ).stdout;
    expect(press("branchline explain ''")).toBe('api ui\n');
    expect(press("branchline explain '$(touch canary)'")).toBe('\n');
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Stands for the program: two tasks, described. */
const PROGRAM = "branchline() { printf 'api\\tthe API\\nui\\n:4\\n'; }";
