import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { eventsOf, reasonsOf, Stage } from '../rig/stage.ts';

test('an agent that asks and then waits for ever has its question asked when its time is up', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('never');
  const ran = await stage.run({
    tasks: { a: { timeout: { wall: '1s' }, does: `echo "Which one?" > "$BRANCHLINE_QUESTION"; ${gate.wait}` } },
  });
  expect(ran.code, ran.told).toBe(3);
  expect(eventsOf(ran, 'task-asked', 'a')[0]?.['question']).toMatchObject({ text: 'Which one?' });
  expect(reasonsOf(ran, 'a')).toEqual([]);
  const status = await stage.json<Status>(['status']);
  expect(status.questions.map(({ text }) => text)).toEqual(['Which one?']);
});

test('an agent that runs over its time is ended, and what it wrote is kept (U60)', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('never');
  const ran = await stage.run({
    attempts: 1,
    tasks: { a: { timeout: { wall: '1s' }, does: `echo precious > a; ${gate.wait}` } },
  });
  expect(ran.code, ran.told).toBe(1);
  expect(reasonsOf(ran, 'a')).toEqual(['over-time']);
  expect(eventsOf(ran, 'worktree-rescued', 'a').length).toBeGreaterThan(0);
  expect((await stage.cli(['diff', 'a'])).stdout).toContain('precious');
});
