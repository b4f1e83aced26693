import type { Failure } from './failure.ts';
import type { Plan } from './plan.ts';
import type { Instant } from './time.ts';

/** How long agents at work may go on after the deadline of their plan; most of them are done by then. */
const GRACE_MS = 10 * 60_000;

/** In whose name a run is paused at its deadline. */
export const DEADLINE = 'the deadline of the plan';

export const isPastDeadline = ({ deadline }: Plan, now: Instant): boolean => deadline != null && deadline <= now;

/** Why an agent that is still at work has to end; null: it may go on. */
export function pastGrace({ deadline }: Plan, now: Instant): Failure | null {
  if (deadline == null || now < deadline + GRACE_MS) return null;
  return { reason: 'past-deadline', limit_ms: GRACE_MS };
}

/** The next instant at which the deadline changes what is to be done; null: none is to come. */
export function nextOfDeadline({ deadline }: Plan, now: Instant): Instant | null {
  if (deadline == null) return null;
  return [deadline, deadline + GRACE_MS].find((instant) => instant > now) ?? null;
}
