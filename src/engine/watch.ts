import type { Failure } from '../core/failure.ts';
import type { Timeouts } from '../core/plan.ts';
import type { AgentEvent } from '../core/ports/process.ts';
import type { Clock } from '../core/time.ts';
import { overdue as isOverdue, nextDeadline } from '../core/watch.ts';

/** Keeps the four clocks of one attempt. The rule of when one has run out is pure and lives in the core. */
export class Watch {
  readonly #timeouts: Timeouts;
  readonly #clock: Clock;
  readonly #startedAt: number;
  #firstEventAt: number | null = null;
  #lastEventAt: number | null = null;
  #resultAt: number | null = null;
  #moved = new AbortController();

  constructor(timeouts: Timeouts, clock: Clock) {
    this.#timeouts = timeouts;
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  hear(event: AgentEvent): void {
    const now = this.#clock.now();
    this.#firstEventAt ??= now;
    this.#lastEventAt = now;
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
        lastEventAt: this.#lastEventAt,
        resultAt: this.#resultAt,
      };
      const late = isOverdue(this.#timeouts, facts, this.#clock.now());
      if (late !== null) return late;
      const deadline = nextDeadline(this.#timeouts, facts);
      // Armed before waiting: a result that comes now sets a nearer deadline.
      this.#moved = new AbortController();
      await this.#clock.until(deadline ?? Number.POSITIVE_INFINITY, AbortSignal.any([signal, this.#moved.signal]));
    }
    return null;
  }
}
