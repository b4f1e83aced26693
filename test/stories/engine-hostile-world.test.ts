import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { endOf, eventsOf, reasonsOf, Stage, tasksOf } from '../rig/stage.ts';

test('the target is checked out in mid-run: the work waits for a person and is in the next attempt', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const does = `[ -e a ] || echo first > a; ${gate.wait}; echo more >> a`;
  const running = await stage.begin({ tasks: { a: { does } } });
  await running.sawType('agent-started', 'a');
  await stage.repo.git('checkout', '-q', 'release');
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(3);
  expect(reasonsOf(ran, 'a')).toEqual(['workspace']);
  expect(JSON.stringify(eventsOf(ran, 'attempt-failed', 'a'))).toContain('is checked out in');
  await stage.repo.git('checkout', '-q', 'main');
  expect((await stage.cli(['retry', 'a'])).code).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(await stage.show('release', 'a')).toBe('first\nmore\nmore');
});

test('an agent that removes its own worktree fails with a reason, and the run goes on (U79)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    attempts: 1,
    tasks: { a: { does: 'rm -rf "$BRANCHLINE_WORKTREE"; exit 0' }, b: { does: 'echo b > b' } },
  });
  expect(tasksOf(ran, 'task-landed'), ran.told).toEqual(['b']);
  expect([1, 3]).toContain(ran.code);
  expect(reasonsOf(ran, 'a').length).toBeGreaterThan(0);
});

test('a hub that is removed in mid-run: tasks ask with the reason, nothing spins, and resume finishes the run', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({ tasks: { a: { does: `echo a > a; ${gate.wait}` } } });
  await running.sawType('agent-started', 'a');
  await rm(join(await hubOf(stage)), { recursive: true });
  await gate.open();
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(3);
  expect(new Set(reasonsOf(ran, 'a'))).toEqual(new Set(['workspace']));
  const status = await stage.json<Status>(['status']);
  expect(status.questions.map(({ task }) => task)).toEqual(['a']);
  expect((await stage.cli(['answer', 'a', 'retry'])).code).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(endOf(resumed)).toMatchObject({ landed: 1 });
});

async function hubOf(stage: Stage): Promise<string> {
  const { readdir } = await import('node:fs/promises');
  const names = await readdir(stage.state, { recursive: true });
  return join(stage.state, names.find((name) => name.endsWith('hub.git')) ?? 'no hub');
}

test('a whole run is cancelled and taken up again task by task', async () => {
  await using stage = await Stage.create();
  const gate = await stage.gate('a');
  const running = await stage.begin({
    tasks: { a: { does: `echo a > a; ${gate.wait}` }, b: { needs: ['a'], does: 'echo b > b' } },
  });
  await running.sawType('agent-started', 'a');
  expect((await stage.cli(['cancel', '--all'])).code).toBe(0);
  const ran = await running.done;
  expect(endOf(ran)).toMatchObject({ state: 'ended', cancelled: 2 });
  await gate.open();
  expect((await stage.cli(['retry', 'a'])).code).toBe(0);
  expect((await stage.cli(['retry', 'b'])).code).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(endOf(resumed)).toMatchObject({ state: 'ended', landed: 2 });
});
