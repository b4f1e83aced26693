import { expect, test } from 'vitest';
import { ManualClock } from '../../test/rig/clock.ts';
import { Pacing } from './pacing.ts';

const never = new AbortController().signal;

test('three agents of an account start at once, the next ones spread out, and another account is not held up (U51)', async () => {
  const clock = new ManualClock();
  clock.advance(60_000);
  // Nothing is drawn: the wait is three quarters of the time that is missing.
  const pacing = new Pacing(clock, () => 0);
  const started: string[] = [];
  const start = (name: string, account: string) => pacing.turn(account, never).then(() => started.push(name));
  const all = [1, 2, 3, 4, 5].map((n) => start(`a${n}`, 'a'));
  all.push(start('b1', 'b'));
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await null;
  };
  await settle();
  expect(started.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1']);
  clock.advance(200);
  await settle();
  expect(started).toContain('a4');
  expect(started).not.toContain('a5');
  clock.advance(200);
  await Promise.all(all);
  expect(started).toHaveLength(6);
});
