import { expect, test } from 'vitest';
import { nextDeadline, overdue } from './watch.ts';

const timeouts = { firstEvent_ms: 10, silence_ms: 20, afterResult_ms: 5, wall_ms: 100 };
const started = { startedAt: 1_000, firstEventAt: null, lastEventAt: null, resultAt: null };

test('an agent that never speaks is given its first-event time and no more (U61)', () => {
  expect(nextDeadline(timeouts, started)).toBe(1_010);
  expect(overdue(timeouts, started, 1_009)).toBeNull();
  expect(overdue(timeouts, started, 1_010)).toEqual({ reason: 'no-first-event', limit_ms: 10 });
});

test('silence counts from the last event', () => {
  const heard = { ...started, firstEventAt: 1_001, lastEventAt: 1_050 };
  expect(overdue(timeouts, heard, 1_069)).toBeNull();
  expect(overdue(timeouts, heard, 1_070)).toEqual({ reason: 'silent', limit_ms: 20 });
});

test('after its result an agent is not silent, it hangs', () => {
  const done = { startedAt: 1_000, firstEventAt: 1_001, lastEventAt: 1_002, resultAt: 1_050 };
  expect(overdue(timeouts, done, 1_055)).toEqual({ reason: 'hung-after-result', limit_ms: 5 });
});

test('the wall clock ends an agent that never stops talking', () => {
  const busy = { ...started, firstEventAt: 1_001, lastEventAt: 1_099 };
  expect(overdue(timeouts, busy, 1_100)).toEqual({ reason: 'over-time', limit_ms: 100 });
});

test('clocks that are switched off never run out', () => {
  const off = { firstEvent_ms: null, silence_ms: null, afterResult_ms: null, wall_ms: null };
  expect(nextDeadline(off, started)).toBeNull();
  expect(overdue(off, started, 1e15)).toBeNull();
});
