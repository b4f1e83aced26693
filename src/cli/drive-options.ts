import { milliseconds, text } from './input.ts';
import type { DriveOptions, Input, World } from './world-port.ts';

/** How long to wait for an account's limit (as long as it lasts, unless told) and for people (only with a terminal). */
export function driveOptions({ io }: World, input: Input): DriveOptions {
  const written = text(input, 'maxWait');
  const maxWait_ms = written === null ? null : milliseconds(written);
  return { maxWait_ms, interactive: io.interactive };
}
