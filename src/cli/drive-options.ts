import { milliseconds, text } from './input.ts';
import type { DriveOptions, Input, World } from './world-port.ts';

/** How long to wait for limits and people: with a terminal as long as it takes, without one not at all unless told. */
export function driveOptions({ io }: World, input: Input): DriveOptions {
  const written = text(input, 'maxWait');
  const maxWait_ms = written === null ? null : milliseconds(written);
  return { maxWait_ms: maxWait_ms ?? (io.interactive ? null : 0), interactive: io.interactive };
}
