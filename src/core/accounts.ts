import type { TaskEvent } from './event.ts';
import type { TaskId } from './plan.ts';
import type { Instant } from './time.ts';

/** What shares a cap and limits: the named account, else the agent itself. */
export function accountKey(agent: string, account: string | null): string {
  return account ?? `agent:${agent}`;
}

type Limit = { readonly until: Instant; readonly message: string; probe: TaskId | null };

/**
 * Vendors' limits by account. While one lasts, nothing of the account starts; after it, one attempt goes first, and the
 * others follow when the vendor is seen to serve it.
 */
export class AccountLimits {
  readonly #limits = new Map<string, Limit>();

  limit(account: string, until: Instant, message: string): void {
    const known = this.#limits.get(account);
    this.#limits.set(account, { until: Math.max(until, known?.until ?? until), message, probe: null });
  }

  /** An attempt of the account began: the first one after a limit is its probe. */
  started(account: string, task: TaskId): void {
    const known = this.#limits.get(account);
    if (known !== undefined && known.probe === null) known.probe = task;
  }

  /** The vendor served the probe. Attempts from before the limit prove nothing. */
  served(account: string, task: TaskId): void {
    if (this.#limits.get(account)?.probe === task) this.#limits.delete(account);
  }

  /** The probe is gone without an answer from the vendor: another may try. */
  left(account: string, task: TaskId): void {
    const known = this.#limits.get(account);
    if (known?.probe === task) known.probe = null;
  }

  /** What an event of an attempt says about the limits of its account. */
  hear({ account, id }: { readonly account: string | null; readonly id: TaskId }, event: TaskEvent): void {
    if (account === null) return;
    if (event.type === 'task-started') this.started(account, id);
    if (event.type === 'task-reported' || event.type === 'agent-progress') this.served(account, id);
    if (event.type !== 'attempt-failed' || event.because.reason !== 'limited' || event.then.do !== 'rest') return;
    this.limit(account, event.then.until, event.because.message);
  }

  /** How many attempts of the account may begin now, as far as its limits go. */
  room(account: string, now: Instant): number {
    const known = this.#limits.get(account);
    if (known === undefined) return Number.POSITIVE_INFINITY;
    return now < known.until || known.probe !== null ? 0 : 1;
  }

  /** Until when the account starts nothing; null when it is not limited now. */
  until(account: string, now: Instant): Instant | null {
    const known = this.#limits.get(account);
    return known !== undefined && now < known.until ? known.until : null;
  }

  /** Every limit that lasts, for screens. */
  all(now: Instant): readonly { readonly account: string; readonly until: Instant; readonly message: string }[] {
    return [...this.#limits]
      .filter(([, { until }]) => now < until)
      .map(([account, { until, message }]) => ({ account, until, message }));
  }
}
