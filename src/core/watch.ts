import type { Failure } from './failure.ts';
import type { Timeouts } from './plan.ts';
import type { Instant } from './time.ts';

/** What is known of an attempt's agent; null: it has not happened. */
export type AgentTimes = {
  readonly startedAt: Instant;
  readonly firstEventAt: Instant | null;
  /** When it was last seen to use the processor without having said anything. */
  readonly busyAt?: Instant | null;
  readonly lastEventAt: Instant | null;
  readonly resultAt: Instant | null;
};

type Deadline = { readonly at: Instant; readonly failure: Failure };

/** The clock of an attempt that has run out at `now`, the earliest first; null: none has. */
export function overdue(timeouts: Timeouts, times: AgentTimes, now: Instant): Failure | null {
  const next = earliest(timeouts, times);
  return next !== null && next.at <= now ? next.failure : null;
}

/** When the next clock runs out if nothing more is heard; null: no clock runs. */
export function nextDeadline(timeouts: Timeouts, times: AgentTimes): Instant | null {
  return earliest(timeouts, times)?.at ?? null;
}

function earliest(timeouts: Timeouts, times: AgentTimes): Deadline | null {
  let first: Deadline | null = null;
  for (const each of deadlines(timeouts, times)) if (first === null || each.at < first.at) first = each;
  return first;
}

function deadlines(timeouts: Timeouts, times: AgentTimes): readonly Deadline[] {
  const { startedAt, firstEventAt, lastEventAt, resultAt, busyAt } = times;
  return [
    ...clock('over-time', startedAt, timeouts.wall_ms),
    ...(firstEventAt === null ? clock('no-first-event', busyAt ?? startedAt, timeouts.firstEvent_ms) : []),
    // After its result an agent has nothing more to say; how long it may take to leave is another clock.
    ...(resultAt === null && lastEventAt !== null ? clock('silent', lastEventAt, timeouts.silence_ms) : []),
    ...(resultAt === null ? [] : clock('hung-after-result', resultAt, timeouts.afterResult_ms)),
  ];
}

type ClockReason = 'over-time' | 'no-first-event' | 'silent' | 'hung-after-result';

function clock(reason: ClockReason, from: Instant, limit_ms: number | null): readonly Deadline[] {
  return limit_ms === null ? [] : [{ at: from + limit_ms, failure: { reason, limit_ms } }];
}
