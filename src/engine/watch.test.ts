import { expect, test } from 'vitest';
import { ManualClock } from '../../test/rig/clock.ts';
import type { Timeouts } from '../core/plan.ts';
import { Watch } from './watch.ts';

const NONE: Timeouts = { firstEvent_ms: null, silence_ms: null, afterResult_ms: null, wall_ms: null };
const never = new AbortController().signal;

function watching(timeouts: Partial<Timeouts>, cpu_ms: () => number | null = () => null) {
  const clock = new ManualClock();
  const watch = new Watch({ timeouts: { ...NONE, ...timeouts }, clock, cpu_ms: async () => cpu_ms() });
  let told: string | null = null;
  const overdue = watch.overdue(never).then((failure) => {
    told = failure?.reason ?? 'nobody';
    return failure;
  });
  return { clock, watch, overdue, told: () => told };
}

/** Lets everything that was woken run. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await null;
};

test('each clock ends the attempt when its time is up (U60, U61)', async () => {
  const silent = watching({ silence_ms: 1_000 });
  silent.watch.hear({ type: 'started' });
  await settle();
  silent.clock.advance(1_000);
  expect(await silent.overdue).toEqual({ reason: 'silent', limit_ms: 1_000 });
  const mute = watching({ firstEvent_ms: 500 });
  mute.clock.advance(500);
  expect(await mute.overdue).toEqual({ reason: 'no-first-event', limit_ms: 500 });
  const long = watching({ wall_ms: 2_000 });
  long.clock.advance(2_000);
  expect(await long.overdue).toEqual({ reason: 'over-time', limit_ms: 2_000 });
});

test('a laptop that slept for a night ends no agent', async () => {
  const { clock, watch, told } = watching({ silence_ms: 60_000, wall_ms: 600_000 });
  watch.hear({ type: 'started' });
  await settle();
  clock.jump(8 * 3_600_000);
  await settle();
  expect(told()).toBe(null);
  clock.jump(-16 * 3_600_000);
  clock.advance(59_000);
  await settle();
  expect(told()).toBe(null);
});

test('what passed while the engine itself stood still is not held against an agent', async () => {
  const { clock, watch, told } = watching({ silence_ms: 60_000 });
  watch.hear({ type: 'started' });
  await settle();
  clock.advance(120_000);
  await settle();
  expect(told()).toBe(null);
  watch.hear({ type: 'output', bytes: 1 });
  clock.advance(59_000);
  await settle();
  expect(told()).toBe(null);
});

test('a first word starts the clock of silence, also where nothing limited the wait for it', async () => {
  const { clock, watch, overdue } = watching({ silence_ms: 1_000 });
  await settle();
  clock.advance(100_000);
  watch.hear({ type: 'started' });
  await settle();
  clock.advance(1_000);
  expect(await overdue).toMatchObject({ reason: 'silent' });
});

test('an agent that used the processor to start, and never says a word, is still missed', async () => {
  let used = 0;
  const { clock, overdue, told } = watching({ firstEvent_ms: 1_000, silence_ms: 900_000 }, () => used);
  await settle();
  used = 300;
  clock.advance(1_000);
  await settle();
  expect(told()).toBe(null);
  clock.advance(1_000);
  expect(await overdue).toEqual({ reason: 'no-first-event', limit_ms: 1_000 });
});
