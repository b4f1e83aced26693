import type { Clock } from '../core/time.ts';

export type KeepAlive = {
  readonly lease_ms: number;
  readonly clock: Clock;
  /** Extends the lease; false when it has another owner. It may also throw, or never come back. */
  renew(): Promise<boolean>;
  /** Called once, when whoever works under the lease must stop. */
  onLost(why: string): void;
};

/**
 * Renews a lease at every quarter of it and gives it up at 0.7 without success, so that the work has stopped before
 * anybody else may begin. A renewal is never trusted to return. Stop it with the function that comes back.
 */
export function keepAlive({ lease_ms, clock, renew, onLost }: KeepAlive): () => void {
  let renewedAt = clock.monotonic_ms();
  let triedAt = renewedAt;
  let attempt: 'succeeded' | 'under way' | 'failed' = 'succeeded';

  const tick = (): void => {
    const now = clock.monotonic_ms();
    // Only a renewal tried in vain counts: a process that was stopped for a while asks first whether it was missed.
    const inVain = attempt !== 'succeeded' && now - renewedAt > lease_ms * 0.7;
    if (inVain) lose('The lease could not be renewed.');
    else if (attempt === 'failed' || (attempt === 'succeeded' && now - triedAt >= lease_ms / 4)) tryToRenew(now);
  };
  const tryToRenew = (now: number): void => {
    triedAt = now;
    attempt = 'under way';
    renew().then(
      (kept) => {
        attempt = 'succeeded';
        if (kept) renewedAt = now;
        else lose('The lease has another owner.');
      },
      // Why it failed does not matter here: the next tick tries again, until the limit.
      () => {
        attempt = 'failed';
      },
    );
  };
  const timer = setInterval(tick, Math.max(1, lease_ms / 20));
  timer.unref();
  let open = true;
  const stop = (): void => {
    open = false;
    clearInterval(timer);
  };
  const lose = (why: string): void => {
    if (!open) return;
    stop();
    onLost(why);
  };
  return stop;
}
