import type { AttemptLimits, Timeouts } from '../core/plan.ts';
import type { AttemptsInput, TimeoutInput } from './fields.ts';
import { given } from './given.ts';
import { milliseconds } from './kinds.ts';

/** What is said about how often; a number is all attempts. */
export function attemptsOf(input: AttemptsInput | undefined): Partial<AttemptLimits> {
  if (typeof input !== 'object') return given({ max: input });
  return given({ max: input.max, conflict: input.conflict, backoff_ms: durationOf(input.backoff) });
}

/** One duration is short for the wall clock. */
export function timeoutsOf(input: TimeoutInput | undefined): Partial<Timeouts> {
  if (typeof input !== 'object') return given({ wall_ms: clockOf(input) });
  return given({
    firstEvent_ms: clockOf(input['first-event']),
    silence_ms: clockOf(input.silence),
    afterResult_ms: clockOf(input['after-result']),
    wall_ms: clockOf(input.wall),
  });
}

const clockOf = (text: string | undefined): number | null | undefined => (text === 'off' ? null : durationOf(text));

/** Milliseconds of a duration that may not be given. */
export const durationOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : milliseconds(text);
