import type { Instant } from '../core/time.ts';

/**
 * When a vendor says that a limit ends: `|1753560000`, an ISO date, `try again in 5 minutes`, `resets 6:30pm
 * (Europe/Berlin)`, `try again at Aug 20th, 2026 3:39 AM`. A time of day means its next occurrence after `now`;
 * without a zone it is this machine's. null: the text names no time that we understand.
 */
export const resetTimeIn = (text: string, now: Instant): Instant | null =>
  epochIn(text) ?? isoIn(text) ?? waitIn(text, now) ?? clockTimeIn(text, now);

const second_ms = 1000;
const day_ms = 86_400_000;

const epochIn = (text: string): Instant | null => {
  const digits = /(?:\||reset\w*\D{0,12})(1\d{9})(\d{3})?\b/i.exec(text);
  if (digits === null) return null;
  return digits[2] === undefined ? Number(digits[1]) * second_ms : Number(`${digits[1]}${digits[2]}`);
};

const isoIn = (text: string): Instant | null => {
  const found = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)/.exec(text);
  const instant = found === null ? Number.NaN : Date.parse(found[0]);
  return Number.isNaN(instant) ? null : instant;
};

const unit_ms: Readonly<Record<string, number>> = { s: second_ms, m: 60_000, h: 3_600_000, d: day_ms };

const waitIn = (text: string, now: Instant): Instant | null => {
  const bare = /retry[- ]after["':=\s]+(\d+)/i.exec(text);
  if (bare !== null) return now + Number(bare[1]) * second_ms;
  const words =
    /\b(?:again|resets?|retry(?:ing)?|wait)\b[^\d\n]{0,12}\bin\s+((?:\d+(?:\.\d+)?\s*(?:days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|[dhms])\b[\s,]*(?:and\s+)?)+)/i;
  const parts = words.exec(text)?.[1]?.matchAll(/(\d+(?:\.\d+)?)\s*([dhms])/gi);
  if (parts === undefined) return null;
  return now + [...parts].reduce((sum, [, n, unit]) => sum + Number(n) * (unit_ms[unit?.toLowerCase() ?? ''] ?? 0), 0);
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A wall clock's reading; month counts from 0 and stands with `day`, or neither is there. */
type Reading = {
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
};

const clockTimeIn = (text: string, now: Instant): Instant | null => {
  const words =
    /\b(?:resets?|again|until|available)\b(?:\s+(?:at|on))?\s+(?:([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:(\d{4}),?\s+)?(?:at\s+)?)?(\d{1,2})(?::(\d\d))?\s*([ap]m)?(?:\s*\(([\w/+-]+)\))?/i;
  const found = words.exec(text);
  if (found === null) return null;
  const [, monthName, day, year, hourText, minute, half, zone] = found;
  if (minute === undefined && half === undefined) return null;
  const month = monthName === undefined ? -1 : months.indexOf(monthName.toLowerCase());
  const hour = half === undefined ? Number(hourText) : (Number(hourText) % 12) + (/p/i.test(half) ? 12 : 0);
  if (hour > 23 || Number(minute ?? 0) > 59) return null;
  const reading = {
    year: year === undefined ? null : Number(year),
    month: month < 0 ? null : month,
    day: Number(day ?? 0),
    hour,
    minute: Number(minute ?? 0),
  };
  return nextOccurrence(reading, now, knownZone(zone));
};

const nextOccurrence = (reading: Reading, now: Instant, zone: string | undefined): Instant => {
  const today = new Date(now + offsetAt(now, zone));
  const at = (year: number, month: number, day: number): Instant =>
    instantOf(Date.UTC(year, month, day, reading.hour, reading.minute), zone);
  const thisYear = today.getUTCFullYear();
  if (reading.month === null) {
    const soon = at(thisYear, today.getUTCMonth(), today.getUTCDate());
    return soon > now ? soon : at(thisYear, today.getUTCMonth(), today.getUTCDate() + 1);
  }
  if (reading.year !== null) return at(reading.year, reading.month, reading.day);
  const soon = at(thisYear, reading.month, reading.day);
  return soon > now - day_ms ? soon : at(thisYear + 1, reading.month, reading.day);
};

/** `wall` is a reading taken as if it were UTC; twice, because the offset may change between the first guess and the answer. */
const instantOf = (wall: number, zone: string | undefined): Instant => {
  const guess = wall - offsetAt(wall, zone);
  return wall - offsetAt(guess, zone);
};

/** How far the zone's clocks are ahead of UTC at an instant. */
const offsetAt = (instant: Instant, timeZone: string | undefined): number => {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...(timeZone === undefined ? {} : { timeZone }),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return wall - Math.floor(instant / 60_000) * 60_000;
};

const knownZone = (zone: string | undefined): string | undefined => {
  if (zone === undefined) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
};
