import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ListedCheckpoint } from '../../src/cli/rounds-port.ts';
import type { Status } from '../../src/core/status.ts';
import type { Checkpoint } from '../../src/report/checkpoint.ts';
import { endOf, Stage, tasksOf } from '../rig/stage.ts';

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

test('from the deadline on nothing starts, what was at work lands, and only a later deadline lets the run go on (U113)', async () => {
  await using stage = await Stage.create();
  const seconds = Math.ceil(Date.now() / 1000) + 20;
  const plan = (deadline: number) => ({
    deadline: new Date(deadline * 1000).toISOString().replace('.000Z', 'Z'),
    questions: 'forbid',
    tasks: {
      a: { does: `until [ "$(date +%s)" -gt ${seconds} ]; do sleep 0.2; done; echo a > a` },
      b: { needs: ['a'], does: 'echo b > b' },
    },
  });
  const ran = await stage.run(plan(seconds));
  expect(ran.code, ran.told).toBe(3);
  expect(endOf(ran)).toMatchObject({ state: 'paused', landed: 1 });
  expect(tasksOf(ran, 'task-started')).toEqual(['a']);
  const status = await stage.json<Status>(['status']);
  expect(status.why).toBe('Paused by the deadline of the plan');
  const refused = await stage.cli(['resume']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('amend PLAN');
  expect((await stage.run(plan(seconds))).stderr + (await stage.run(plan(seconds))).stdout).toContain(
    'deadline has passed',
  );
  const later = await stage.plan(plan(seconds + 86_400));
  expect((await stage.cli(['amend', later, '--yes'])).code).toBe(0);
  expect(endOf(await stage.cli(['resume', '--json']))).toMatchObject({ state: 'ended', landed: 2 });
});

test('a run that has used up all its attempts starts nothing more and says so; an amendment gives it more (U76)', async () => {
  await using stage = await Stage.create();
  const plan = (all: number) => ({
    attempts: { max: 1, all },
    agents: { max: 1 },
    tasks: { a: { does: 'exit 7' }, b: { does: 'exit 8' }, c: { does: 'echo c > c' } },
  });
  const ran = await stage.run(plan(2));
  expect(ran.code, ran.told).toBe(3);
  expect(endOf(ran)).toMatchObject({ state: 'waiting', landed: 0, failed: 2 });
  expect(tasksOf(ran, 'task-started')).toEqual(['a', 'b']);
  expect((await stage.cli(['explain', 'c'])).stdout).toContain('attempts: { all: … }');
  expect((await stage.cli(['amend', await stage.plan(plan(3)), '--yes'])).code).toBe(0);
  expect(endOf(await stage.cli(['resume', '--json']))).toMatchObject({ state: 'ended', landed: 1, failed: 2 });
});
