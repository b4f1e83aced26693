import { randomBytes, randomInt } from 'node:crypto';
import type { Instant } from '../core/time.ts';

/** No vowels, so that no id is a word; in the order that text sorts in. */
const alphabet = '0123456789bcdfghjkmnpqrstvwxz';
const day_ms = 86_400_000;
const base = alphabet.length;

/**
 * The name of a run, e.g. `2026-11-23-k3f7q`: the day (UTC), the time of day to 3.6 s, and two characters of chance.
 * Sorts by time. Two runs can get the same one, rarely: the store says so, and the caller asks again.
 */
export function newRunId(now: Instant): string {
  const date = new Date(now).toISOString().slice(0, 10);
  const share = (now % day_ms) / day_ms;
  return `${date}-${digits(Math.floor(share * base ** 3), 3)}${digits(randomInt(base ** 2), 2)}`;
}

/** A name that nobody else has or can guess: 128 bits, as 32 hexadecimal digits. */
export const newToken = (): string => randomBytes(16).toString('hex');

function digits(value: number, count: number): string {
  let text = '';
  for (let rest = value, left = count; left > 0; left--, rest = Math.floor(rest / base)) {
    text = (alphabet[rest % base] ?? '0') + text;
  }
  return text;
}
