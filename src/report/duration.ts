import type { Instant } from '../core/time.ts';

/** A length of time for a person: `0s`, `45s`, `3m 12s`, `2h 05m`, `3d 04h`. A clock that jumped back gives `0s`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h ${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}

/** What a command took: milliseconds below a second, else one decimal below a minute. */
export function took(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms);
}

/** Minutes of an estimate: `45 min`, `2 h 05 min`. */
export function minutes(count: number): string {
  const whole = Math.round(count);
  return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${two(whole % 60)} min`;
}

/** UTC without fractions, the same for every reader: `2026-01-02T03:04:05Z`. */
export const utc = (at: Instant): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** `3 tasks`, `1 task`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const two = (value: number): string => String(value).padStart(2, '0');
