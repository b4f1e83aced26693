import type { Clock, Instant } from '../../src/core/time.ts';

/** Time that moves only when a test says so. */
export class ManualClock implements Clock {
  #wall: Instant;
  #monotonic = 0;
  readonly #waiting = new Set<{ readonly instant: Instant; readonly wake: () => void }>();

  constructor(start: Instant = Date.UTC(2026, 0, 1)) {
    this.#wall = start;
  }

  now(): Instant {
    return this.#wall;
  }

  monotonic_ms(): number {
    return this.#monotonic;
  }

  /** Time passes, on both clocks. */
  advance(by_ms: number): void {
    this.#monotonic += by_ms;
    this.jump(by_ms);
  }

  /** The wall clock alone moves: somebody set it, or the machine slept. */
  jump(by_ms: number): void {
    this.#wall += by_ms;
    for (const waiting of [...this.#waiting]) if (waiting.instant <= this.#wall) waiting.wake();
  }

  until(instant: Instant, signal: AbortSignal): Promise<void> {
    if (signal.aborted || instant <= this.#wall) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const waiting = { instant, wake };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', wake);
    });
  }
}
