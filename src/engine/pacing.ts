import type { Clock } from '../core/time.ts';

/** So many agents of one account start at once; after that they come one after the other. */
const AT_ONCE = 3;
const SPACING_MS = 250;

/** Starts of one account, spread out: a crowd that logs in and asks at the same instant is what vendors hold back first. */
export class Pacing {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #next = new Map<string, number>();

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Resolves when it is an agent's turn to start. */
  async turn(account: string, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic_ms();
    // As a leaky bucket: each start takes up a while, and a few of them may be taken on credit.
    const next = Math.max(this.#next.get(account) ?? 0, now - AT_ONCE * SPACING_MS) + SPACING_MS;
    this.#next.set(account, next);
    if (next <= now) return;
    await this.#clock.until(this.#clock.now() + (next - now) * (0.75 + this.#random() / 2), signal);
  }
}
