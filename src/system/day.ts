import type { Day } from '../core/budget.ts';
import type { Instant } from '../core/time.ts';

/** From midnight to midnight where this machine is, also when the clocks are changed in between. */
export function dayAround(at: Instant): Day {
  const then = new Date(at);
  const [year, month, day] = [then.getFullYear(), then.getMonth(), then.getDate()];
  return { from: new Date(year, month, day).getTime(), until: new Date(year, month, day + 1).getTime() };
}

/** The day's name: `2026-11-24`. */
export function dayName(at: Instant): string {
  const then = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
}
