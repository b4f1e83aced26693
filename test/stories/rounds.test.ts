import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ListedCheckpoint } from '../../src/cli/rounds-port.ts';
import type { Checkpoint } from '../../src/report/checkpoint.ts';
import { endOf, Stage } from '../rig/stage.ts';

test('a run in groups leaves a checkpoint at its start, after each group and on a failure, with a brief for the next session (U107)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    continue: 'per-group',
    attempts: 1,
    tasks: {
      a: { group: 'one', does: 'echo a > a' },
      b: { group: 'one', does: 'echo "no such table"; exit 7' },
      c: { group: 'two', does: 'echo c > c' },
    },
  });
  expect(endOf(ran)).toMatchObject({ state: 'paused', landed: 1 });
  const { checkpoints } = await stage.json<{ checkpoints: readonly ListedCheckpoint[] }>(['checkpoint', '--list']);
  const reasons = checkpoints.flatMap((each) => each.reasons);
  expect([...new Set(reasons)].sort()).toEqual(['end', 'failure', 'group-over', 'start']);
  const brief = await readFile(checkpoints.at(-1)?.brief ?? '', 'utf8');
  expect(brief).toContain('The group at hand is two');
  expect(brief).toContain('branchline resume');
  const asked = await stage.json<Checkpoint>(['checkpoint']);
  expect(asked).toMatchObject({ group: 'two', done: [{ task: 'a' }], reasons: ['asked-for'] });
  expect(asked.lastGoodCommit).toBe(await stage.repo.git('rev-parse', 'release'));
  const resumed = await stage.cli(['resume', '--json']);
  expect(endOf(resumed)).toMatchObject({ state: 'ended', landed: 2, failed: 1 });
});

test('a handover is printed for a task and for a run, and says so when it is neither (U112)', async () => {
  await using stage = await Stage.create();
  await stage.run({ attempts: 1, tasks: { a: { title: 'Mend it', does: 'echo half > a; echo "no table"; exit 7' } } });
  const task = await stage.cli(['handoff', 'a']);
  expect(task.stdout).toContain('# Mend it');
  expect(task.stdout).toContain('no table');
  expect(task.stdout).toMatch(/Kept at `refs\//);
  const { run } = await stage.json<Checkpoint>(['handoff']);
  expect((await stage.cli(['handoff', run])).stdout).toContain('Type next');
  expect((await stage.cli(['handoff', 'nobody'])).code).toBe(2);
});
