import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { endOf, eventsOf, reasonsOf, Stage, tasksOf } from '../rig/stage.ts';

test('the same failure twice asks a person; the answer and resume finish the run (U77, U80)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    attempts: 5,
    tasks: {
      a: { does: '[ "$BRANCHLINE_ATTEMPT" -gt 2 ] || { echo "no such table"; exit 7; }; echo a > a' },
      b: { does: 'echo b > b' },
    },
  });
  expect(ran.code).toBe(3);
  expect(reasonsOf(ran, 'a')).toEqual(['exited', 'exited']);
  expect(endOf(ran)).toMatchObject({ state: 'waiting', landed: 1, waiting: 1 });
  const status = await stage.json<Status>(['status']);
  expect(status.questions.map(({ task }) => task)).toEqual(['a']);
  const answered = await stage.cli(['answer', 'a', 'retry']);
  expect(answered.code, answered.stderr).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(endOf(resumed)).toMatchObject({ state: 'ended', landed: 2 });
});

test('an agent that asks gets its answer in the next brief', async () => {
  await using stage = await Stage.create();
  const brief = stage.note('brief');
  const ran = await stage.run({
    tasks: {
      a: {
        does: `if [ "$BRANCHLINE_ATTEMPT" = 1 ]; then echo "Which database?" > "$BRANCHLINE_QUESTION"; exit 75; fi; cat "$BRANCHLINE_BRIEF" > ${brief.path}; echo a > a`,
      },
    },
  });
  expect(ran.code, ran.told).toBe(3);
  expect(eventsOf(ran, 'task-asked')[0]?.['question']).toMatchObject({ text: 'Which database?' });
  const listed = await stage.cli(['answer']);
  expect(listed.stdout).toContain('Which database?');
  expect((await stage.cli(['answer', 'a', 'use', 'SQLite'])).code).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(await brief.read()).toContain('use SQLite');
});

test('an answer is given once', async () => {
  await using stage = await Stage.create();
  await stage.run({ tasks: { a: { does: 'echo "Which?" > "$BRANCHLINE_QUESTION"; exit 75' } } });
  expect((await stage.cli(['answer', 'a', 'this'])).code).toBe(0);
  expect((await stage.cli(['answer', 'a', 'that'])).code).not.toBe(0);
});

test('a run is paused and taken up again from another process', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({
    tasks: { a: { does: `echo a > a; ${gate.wait}` }, b: { needs: ['a'], does: 'echo b > b' } },
  });
  await running.sawType('agent-started', 'a');
  expect((await stage.cli(['pause'])).code).toBe(0);
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(3);
  expect(endOf(ran)).toMatchObject({ state: 'paused', landed: 1, waiting: 1 });
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(endOf(resumed)).toMatchObject({ state: 'ended', landed: 2 });
});

test('a task is cancelled from another process while its agent works; its work is kept (U81)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('never');
  const running = await stage.begin({
    tasks: {
      a: { does: `echo precious > a; ${gate.wait}` },
      b: { does: 'echo b > b' },
      c: { needs: ['a'], does: 'echo c > c' },
    },
  });
  await running.sawType('agent-started', 'a');
  const cancelled = await stage.cli(['cancel', 'a']);
  expect(cancelled.code, cancelled.stderr).toBe(0);
  const ran = await running.done;
  expect(ran.code).toBe(1);
  expect(endOf(ran)).toMatchObject({ state: 'ended', landed: 1, cancelled: 1, skipped: 1 });
  expect(eventsOf(ran, 'worktree-rescued', 'a').length).toBeGreaterThan(0);
});

test('a whole run is cancelled (U81)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('never');
  const running = await stage.begin({ tasks: { a: { does: gate.wait }, b: { needs: ['a'], does: 'echo b > b' } } });
  await running.sawType('agent-started', 'a');
  expect((await stage.cli(['cancel', '--all'])).code).toBe(0);
  const ran = await running.done;
  expect(ran.code).toBe(1);
  expect(endOf(ran)).toMatchObject({ state: 'ended', cancelled: 2 });
});

test('a failed task is retried with a note that stands in its brief (U81)', async () => {
  await using stage = await Stage.create();
  const brief = stage.note('brief');
  const ran = await stage.run({
    attempts: 1,
    tasks: {
      a: {
        does: `grep -q "look in db" "$BRANCHLINE_BRIEF" || exit 9; cat "$BRANCHLINE_BRIEF" > ${brief.path}; echo a > a`,
      },
    },
  });
  expect(ran.code).toBe(1);
  const retried = await stage.cli(['retry', 'a', '--note', 'look in db']);
  expect(retried.code, retried.stderr).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(tasksOf(resumed, 'task-landed')).toEqual(['a']);
});

test('a plan is amended in mid-run: what is added runs, what is dropped does not (U81)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const a = { does: `echo a > a; ${gate.wait}` };
  const running = await stage.begin({ tasks: { a, b: { needs: ['a'], does: 'echo b > b' } } });
  await running.sawType('agent-started', 'a');
  const amended = await stage.plan({ tasks: { a, c: { needs: ['a'], does: 'echo c > c' } } }, 'amended.yaml');
  const shown = await stage.cli(['amend', amended, '--no-input']);
  expect(shown.stdout + shown.stderr).toMatch(/b[\s\S]*c|c[\s\S]*b/);
  const applied = await stage.cli(['amend', amended, '--yes']);
  expect(applied.code, applied.stderr).toBe(0);
  await gate.open();
  const ran = await running.done;
  expect(tasksOf(ran, 'task-landed')).toEqual(['a', 'c']);
  expect(tasksOf(ran, 'task-started')).not.toContain('b');
});

test("a person's work in the worktree of a blocked task is taken over as its result (U112)", async () => {
  await using stage = await Stage.create();
  await stage.run({
    attempts: { max: 5 },
    tasks: { a: { checks: ['grep -q right a'], does: 'echo wrong > a; exit 9' } },
  });
  const opened = await stage.cli(['open', 'a', '--print']);
  expect(opened.code, opened.stderr).toBe(0);
  await writeFile(join(opened.stdout.trim(), 'a'), 'right\n');
  const taken = await stage.cli(['take', 'a']);
  expect(taken.code, taken.stderr).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(await stage.show('release', 'a')).toBe('right');
});

test('somebody is told when they are needed and when the run ends', async () => {
  await using stage = await Stage.create();
  const told = stage.note('told');
  const ran = await stage.run({
    notify: { command: `echo "$BRANCHLINE_MESSAGE" >> ${told.path}` },
    tasks: { a: { does: 'echo a > a' } },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(await told.read()).toContain('landed');
});

test('the worktree of a task whose agent is at work can be looked into', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({ tasks: { a: { does: `echo a > a; ${gate.wait}` } } });
  await running.sawType('agent-started', 'a');
  const opened = await stage.cli(['open', 'a', '--print']);
  expect(opened.code, opened.told).toBe(0);
  expect(opened.stdout.trim()).toMatch(/work$/);
  await gate.open();
  expect((await running.done).code).toBe(0);
});

test('a target that git would not take is refused before anything starts', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({ tasks: { a: { does: 'echo a > a' } } }, ['--target', 'bad..name']);
  expect(ran.code, ran.told).toBe(2);
  expect(ran.stderr).toContain('Nothing can land on a branch bad..name');
});

test('work that made the tree red twice is laid out again for a person, who mends it and has it landed (U69)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    attempts: 5,
    checks: ['test "$(cat answer)" = 42'],
    tasks: { a: { does: 'echo 41 > answer' } },
  });
  expect(ran.code, ran.told).toBe(3);
  expect(reasonsOf(ran, 'a')).toEqual(['check-failed', 'check-failed']);
  const opened = await stage.cli(['open', 'a', '--json']);
  expect(opened.code, opened.told).toBe(0);
  const { dir } = JSON.parse(opened.stdout) as { readonly dir: string };
  await writeFile(join(dir, 'answer'), '42\n');
  expect((await stage.cli(['take', 'a'])).code).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(endOf(resumed)).toMatchObject({ state: 'ended', landed: 1 });
});
