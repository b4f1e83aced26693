import { median } from '../measure.ts';

const STARTS = 40;
/** Both sides are watched for as long: a longer look alone would find longer pauses on a busy machine. */
const WATCHED_MS = 20;

/** The median of how long the loop stood still at a time while `start` ran, over many starts. Printed for the bench. */
export async function printStall(start: (at: number) => Promise<() => Promise<unknown>>): Promise<void> {
  const stalls: number[] = [];
  for (let at = 0; at < STARTS; at++) {
    let [longest, last, watching] = [0, performance.now(), true];
    const tick = (): void => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (watching) setImmediate(tick);
    };
    setImmediate(tick);
    const due = performance.now() + WATCHED_MS;
    const ended = await start(at);
    while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve));
    watching = false;
    stalls.push(longest);
    await ended();
  }
  process.stdout.write(`${median(stalls)}\n`);
}
