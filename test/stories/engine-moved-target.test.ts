import { expect, test } from 'vitest';
import { endOf, eventsOf, reasonsOf, Stage, tasksOf } from '../rig/stage.ts';

test('somebody commits to the target while an agent works: its work is verified on that, and no agent runs twice (U48)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({ tasks: { a: { does: `echo a > a; ${gate.wait}` } } });
  await running.sawType('agent-started', 'a');
  const theirs = await stage.repo.commit({ theirs: 'theirs\n' }, 'by hand');
  await stage.repo.git('update-ref', 'refs/heads/release', theirs);
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  expect(tasksOf(ran, 'task-started')).toEqual(['a']);
  expect(await stage.files('release')).toEqual(['README.md', 'a', 'theirs']);
});

test('a target that was moved back in mid-run: nothing lands without what it needs, and a person is told how to mend it', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('b');
  const start = await stage.repo.git('rev-parse', 'release');
  const running = await stage.begin({
    tasks: { a: { does: 'echo a > a' }, b: { does: `${gate.wait}; echo b > b` } },
  });
  await running.sawType('task-landed', 'a');
  const landed = await stage.repo.git('rev-parse', 'release');
  await stage.repo.git('update-ref', 'refs/heads/release', start);
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(3);
  expect(reasonsOf(ran, 'b')).toEqual(['workspace', 'workspace', 'workspace']);
  expect(JSON.stringify(eventsOf(ran, 'attempt-failed', 'b')[0])).toContain(`git branch -f release ${landed}`);
  expect(await stage.repo.git('rev-parse', 'release')).toBe(start);
  await stage.repo.git('branch', '-f', 'release', landed);
  expect((await stage.cli(['answer', 'b', 'retry'])).code).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(endOf(resumed)).toMatchObject({ landed: 2 });
  expect(await stage.files('release')).toEqual(['README.md', 'a', 'b']);
});
