import type { Failure } from '../core/failure.ts';
import type { Timeouts } from '../core/plan.ts';
import type { AgentEvent } from '../core/ports/agent.ts';
import type { Clock } from '../core/time.ts';
import { overdue as isOverdue, nextDeadline } from '../core/watch.ts';

export type WatchParts = {
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  /** Processor time that the agent and what it started have used; null where the system does not tell. */
  readonly cpu_ms: () => Promise<number | null>;
};

/** An idle event loop uses less than this in minutes; anything at work uses more in seconds. */
const BUSY_MS = 50;

/** Nobody's timer is this late, unless the whole engine stood still: stopped by a signal, or starved by the machine. */
const STALL_MS = 5_000;
/** What an agent said while we stood still is read within this long. */
const CATCH_UP_MS = 1_000;

/**
 * Keeps the four clocks of one attempt. The rule of when one has run out is pure and lives in the core. All four run on
 * monotonic time: a machine that slept, or a wall clock that somebody set, ends no agent.
 */
export class Watch {
  readonly #timeouts: Timeouts;
  readonly #clock: Clock;
  #startedAt: number;
  #firstEventAt: number | null = null;
  #lastEventAt: number | null = null;
  #busyAt: number | null = null;
  #resultAt: number | null = null;
  #moved = new AbortController();

  readonly #cpu_ms: () => Promise<number | null>;
  #cpuSeen_ms = 0;

  constructor({ timeouts, clock, cpu_ms }: WatchParts) {
    this.#timeouts = timeouts;
    this.#clock = clock;
    this.#cpu_ms = cpu_ms;
    this.#startedAt = clock.monotonic_ms();
  }

  hear(event: AgentEvent): void {
    const now = this.#clock.monotonic_ms();
    const isFirst = this.#firstEventAt === null;
    this.#firstEventAt ??= now;
    this.#lastEventAt = now;
    // Only these two can bring a deadline nearer; everything else moves one further away.
    if (isFirst) this.#moved.abort();
    if (event.type !== 'result') return;
    this.#resultAt ??= now;
    this.#moved.abort();
  }

  /** Resolves with the clock that ran out, or with null when `signal` says that nobody waits any more. */
  async overdue(signal: AbortSignal): Promise<Failure | null> {
    while (!signal.aborted) {
      const facts = {
        startedAt: this.#startedAt,
        firstEventAt: this.#firstEventAt,
        busyAt: this.#busyAt,
        lastEventAt: this.#lastEventAt,
        resultAt: this.#resultAt,
      };
      const late = isOverdue(this.#timeouts, facts, this.#clock.monotonic_ms());
      if (late !== null && !(await this.#showsLife(late))) return late;
      if (late !== null) continue;
      const deadline = nextDeadline(this.#timeouts, facts);
      // Armed before waiting: a result that comes now sets a nearer deadline.
      this.#moved = new AbortController();
      await this.#until(deadline ?? Number.POSITIVE_INFINITY, AbortSignal.any([signal, this.#moved.signal]));
    }
    return null;
  }

  /** Waits for an instant of monotonic time. What passed while the engine stood still is nobody's fault and not counted. */
  async #until(deadline: number, signal: AbortSignal): Promise<void> {
    const clock = this.#clock;
    for (
      let left = deadline - clock.monotonic_ms();
      left > 0 && !signal.aborted;
      left = deadline - clock.monotonic_ms()
    ) {
      await clock.until(clock.now() + left, signal);
    }
    const late = clock.monotonic_ms() - deadline;
    if (late <= STALL_MS) return;
    const skipped = late + CATCH_UP_MS;
    this.#startedAt += skipped;
    if (this.#firstEventAt !== null) this.#firstEventAt += skipped;
    if (this.#lastEventAt !== null) this.#lastEventAt += skipped;
    if (this.#busyAt !== null) this.#busyAt += skipped;
    if (this.#resultAt !== null) this.#resultAt += skipped;
  }

  /**
   * Silence alone is no reason to end an agent: many say nothing until they are done. One that has used processor time
   * since the last look is at work, and its clock of silence begins again.
   */
  async #showsLife(late: Failure): Promise<boolean> {
    if (late.reason !== 'silent' && late.reason !== 'no-first-event') return false;
    const used = await this.#cpu_ms();
    if (used === null || used - this.#cpuSeen_ms < BUSY_MS) return false;
    this.#cpuSeen_ms = used;
    const now = this.#clock.monotonic_ms();
    // To start takes processor time too: whoever has said nothing yet gets more time for it, and has still said nothing.
    if (late.reason === 'no-first-event') this.#busyAt = now;
    else this.#lastEventAt = now;
    return true;
  }
}
