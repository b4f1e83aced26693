import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { CrashRig, locksBelow, type Point } from '../rig/crash.ts';
import { readRun } from '../rig/journal.ts';
import { Stage } from '../rig/stage.ts';
import { untouched } from '../rig/user.ts';
import { twelveTasks } from './plan.ts';

const FILES = { 'README.md': 'shop\n', 'list.txt': 'start\n' };
const all = process.env['CRASH_POINTS'] === 'all';

test('a run that is killed at any point goes on as if nothing had happened (U106, U110)', {
  timeout: 4 * 3_600_000,
}, async () => {
  const { points, tree } = await calmRun();
  process.stdout.write(`${points.length} points, ${firsts(points).length} places\n`);
  const swept = all ? await sweepAll(shareOf(points), tree) : await sweepInTurn(firsts(points), tree);
  process.stdout.write(
    `\ncrash sweep: killed at ${swept.hit} points in ${swept.runs} runs, ${swept.missed.length} not met again${swept.missed.map((place) => `\n  ${place}`).join('')}\n`,
  );
  expect(swept.hit).toBeGreaterThan(100);
});

/** A run that nobody disturbs: where it comes by, and what it leaves. */
async function calmRun(): Promise<{ points: readonly Point[]; tree: string }> {
  await using stage = await Stage.create(FILES);
  const rig = await CrashRig.create(stage);
  const ran = await rig.launch(['run', await stage.plan(twelveTasks), '--yes', '--json'], null);
  expect(ran.code, ran.told).toBe(0);
  return { points: await rig.passed(), tree: await stage.repo.git('rev-parse', 'release^{tree}') };
}

/** `CRASH_SHARE=2/4`: the second of four parts, each with points from the whole run, so that a sweep can be done in pieces. */
function shareOf(points: readonly Point[]): readonly Point[] {
  const [part = 1, parts = 1] = (process.env['CRASH_SHARE'] ?? '1/1').split('/').map(Number);
  const share = points.filter((_, index) => index % parts === part - 1);
  process.stdout.write(`part ${part} of ${parts}: ${share.length} points\n`);
  return share;
}

/** One point for each place. */
const firsts = (points: readonly Point[]): readonly Point[] => points.filter(({ nth }) => nth === 1);

type Swept = { readonly hit: number; readonly runs: number; readonly missed: readonly string[] };

/** Chains: a run is killed at a place, resumed, killed at the next place, and so on until it ends; then another begins. */
async function sweepInTurn(points: readonly Point[], tree: string): Promise<Swept> {
  const waiting = [...points];
  const missed: string[] = [];
  let hit = 0;
  let runs = 0;
  while (waiting.length > 0) {
    runs += 1;
    const chain = await oneChain(waiting, tree);
    hit += chain.hit;
    // The place at which a whole run was to die and did not come by: it is not waited for again.
    missed.push(...chain.missed);
  }
  return { hit, runs, missed };
}

async function oneChain(waiting: Point[], tree: string): Promise<Pick<Swept, 'hit' | 'missed'>> {
  await using stage = await Stage.create(FILES);
  const rig = await CrashRig.create(stage);
  const before = await untouched(stage);
  let args: readonly string[] = ['run', await stage.plan(twelveTasks), '--yes', '--json'];
  let hit = 0;
  const killed: string[] = [];
  for (;;) {
    const point = waiting[0] ?? null;
    const ran = await rig.launch(args, point);
    expect(await untouched(stage)).toEqual(before);
    if (!ran.hit) {
      expect(ran.code, `not killed, ${point?.place}\n${ran.stdout}${ran.stderr}`).toBe(0);
      await expectWhole(stage, tree, `killed at ${killed.join(', ')}`);
      // A whole run, begun for this point, that never came by it.
      return hit > 0 || point === null ? { hit, missed: [] } : { hit, missed: [waiting.shift()?.place ?? ''] };
    }
    waiting.shift();
    hit += 1;
    killed.push(point?.place ?? '');
    if (args[0] === 'run' && (await runsOf(stage)) > 0) args = ['resume', '--json'];
  }
}

/** Every point by itself: a run is killed there once and then goes on undisturbed. */
async function sweepAll(points: readonly Point[], tree: string): Promise<Swept> {
  const missed: string[] = [];
  let hit = 0;
  for (const [index, point] of points.entries()) {
    if (index % 25 === 0) process.stdout.write(`${index} of ${points.length}\n`);
    await using stage = await Stage.create(FILES);
    const rig = await CrashRig.create(stage);
    const before = await untouched(stage);
    const start = ['run', await stage.plan(twelveTasks), '--yes', '--json'];
    const killed = await rig.launch(start, point);
    if (killed.hit) hit += 1;
    else missed.push(`${point.nth} ${point.place}`);
    if (killed.hit) {
      const resumed = await rig.launch((await runsOf(stage)) > 0 ? ['resume', '--json'] : start, null);
      expect(resumed.code, `killed at ${point.nth} ${point.place}\n${resumed.stdout}${resumed.stderr}`).toBe(0);
    }
    expect(await untouched(stage)).toEqual(before);
    await expectWhole(stage, tree, `killed at ${point.nth} ${point.place}`);
  }
  return { hit, runs: points.length, missed };
}

/** A run whose creation was not durable yet is no run: then it is started, not resumed. */
async function runsOf(stage: Stage): Promise<number> {
  const listed = await stage.cli(['list', '--json']);
  return listed.code === 0 ? (JSON.parse(listed.stdout) as { runs: readonly unknown[] }).runs.length : 0;
}

/** What must be so when a run has ended, whatever it went through. */
async function expectWhole(stage: Stage, tree: string, after: string): Promise<void> {
  expect(await stage.repo.git('rev-parse', 'release^{tree}'), after).toBe(tree);
  const status = await stage.json<Status>(['status']);
  expect(status.counts.landed, after).toBe(12);
  const { entries, slots } = await readRun(stage, status.run);
  const landed = entries.flatMap(({ event }) => (event.type === 'task-landed' ? [event] : []));
  expect(landed.map(({ task }) => task).sort(), after).toEqual(status.tasks.map(({ id }) => id).sort());
  const trailers = await stage.repo.git(
    'log',
    '--first-parent',
    '--format=%(trailers:key=Branchline-Task,valueonly,separator=)',
    'main..release',
  );
  expect(trailers.split('\n').sort(), after).toEqual(
    status.tasks
      .map(({ id }) => id)
      .filter((id) => id !== 'audit')
      .sort(),
  );
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  expect(
    slots.filter(({ state }) => state !== 'free'),
    after,
  ).toEqual([]);
  expect([...locksBelow(stage.dir), ...locksBelow(stage.state)], after).toEqual([]);
  await stage.repo.git('fsck', '--strict', '--no-dangling');
  const hub = await hubOf(stage);
  await stage.repo.gitIn(hub, 'fsck', '--strict', '--no-dangling');
  const lost: string[] = [];
  for (const { seq, event } of entries) {
    if (event.type !== 'task-reported' || (await isReachable(stage, hub, event.commit))) continue;
    lost.push(`${seq} ${event.task}#${event.attempt} ${event.commit}`);
  }
  expect(lost, after).toEqual([]);
}

async function isReachable(stage: Stage, hub: string, commit: string): Promise<boolean> {
  const kept = await stage.repo.gitIn(hub, 'for-each-ref', '--count=1', '--contains', commit).catch(() => '');
  if (kept !== '') return true;
  return stage.repo.git('merge-base', '--is-ancestor', commit, 'release').then(
    () => true,
    () => false,
  );
}

async function hubOf(stage: Stage): Promise<string> {
  const [key = '', ...others] = (await readdir(stage.state)).filter((name) => !name.startsWith('.'));
  expect(others).toEqual([]);
  const kept = await readdir(join(stage.state, key));
  const known = [
    'approved-plans',
    'branchline.sqlite',
    'branchline.sqlite-shm',
    'branchline.sqlite-wal',
    'hub.git',
    'runs',
    'slots',
    'trash',
  ];
  expect(kept.filter((name) => !known.includes(name))).toEqual([]);
  return join(stage.state, key, 'hub.git');
}
