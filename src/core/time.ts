/** Milliseconds since the epoch, as a clock of the machine gave them. */
export type Instant = number;

/** The world's time, so that tests and the simulator can make it up. */
export interface Clock {
  now(): Instant;
  /** Milliseconds that never jump; only differences mean anything. */
  monotonic_ms(): number;
  /** Resolves at `instant`, or at once when `signal` aborts. Never rejects. */
  until(instant: Instant, signal: AbortSignal): Promise<void>;
}
