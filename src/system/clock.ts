import type { Clock, Instant } from '../core/time.ts';

/** A wall clock can jump, and a laptop sleep, while a timer runs: long waits are cut so that each piece looks again. */
const look_ms = 30_000;

/** The machine's clocks. Waiting keeps the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic_ms: () => performance.now(),
  until,
};

async function until(instant: Instant, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && Date.now() < instant) {
    await oneWait(Math.min(instant - Date.now(), look_ms), signal);
  }
}

function oneWait(wait_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(1, wait_ms));
    signal.addEventListener('abort', done);
  });
}
