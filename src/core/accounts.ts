import type { TaskEvent } from './event.ts';
import type { TaskId } from './plan.ts';
import type { Instant } from './time.ts';

/** What shares a cap and limits: the named account, else the agent itself. */
export function accountKey(agent: string, account: string | null): string {
  return account ?? `agent:${agent}`;
}

type Limit = { readonly until: Instant; readonly message: string; probe: TaskId | null };

/** How many attempts of an account may work at once since its vendor held one of them back. */
type Pressure = {
  cap: number;
  /** Attempts that began since and that the vendor has not been seen to serve. */
  readonly unproven: Set<TaskId>;
};

/**
 * Vendors' limits by account. While one lasts, nothing of the account starts; after it, one attempt goes first, and the
 * others follow when the vendor is seen to serve it. A vendor that holds agents back without a limit (429 here and there)
 * halves how many may work at once; each that reports allows one more: additive increase, multiplicative decrease, as
 * TCP does it (Chiu and Jain, 1989).
 */
export class AccountLimits {
  readonly #limits = new Map<string, Limit>();
  readonly #working = new Map<string, Set<TaskId>>();
  readonly #pressures = new Map<string, Pressure>();

  limit(account: string, until: Instant, message: string): void {
    const known = this.#limits.get(account);
    this.#limits.set(account, { until: Math.max(until, known?.until ?? until), message, probe: null });
  }

  /** An attempt of the account began: the first one after a limit is its probe. */
  started(account: string, task: TaskId): void {
    const known = this.#limits.get(account);
    if (known !== undefined && known.probe === null) known.probe = task;
    this.#workingOf(account).add(task);
    this.#pressures.get(account)?.unproven.add(task);
  }

  /** The vendor served the attempt. Attempts from before a limit prove nothing about it. */
  served(account: string, task: TaskId): void {
    if (this.#limits.get(account)?.probe === task) this.#limits.delete(account);
    this.#pressures.get(account)?.unproven.delete(task);
  }

  /** The attempt is gone. If it was the probe and got no answer from the vendor, another may try. */
  left(account: string, task: TaskId): void {
    const known = this.#limits.get(account);
    if (known?.probe === task) known.probe = null;
    this.#workingOf(account).delete(task);
    this.#pressures.get(account)?.unproven.delete(task);
  }

  /** The vendor holds agents of the account back: half as many as now may work. Nobody is ended for it. */
  pressed(account: string): void {
    const known = this.#pressures.get(account);
    const working = this.#workingOf(account).size;
    const cap = Math.max(1, Math.ceil(Math.min(working, known?.cap ?? working) / 2));
    this.#pressures.set(account, { cap, unproven: known?.unproven ?? new Set() });
  }

  /** An attempt came through. */
  eased(account: string): void {
    const known = this.#pressures.get(account);
    if (known !== undefined) known.cap += 1;
  }

  /** What an event of an attempt says about the limits of its account. */
  hear({ account, id }: { readonly account: string | null; readonly id: TaskId }, event: TaskEvent): void {
    if (account === null) return;
    if (event.type === 'task-started') this.started(account, id);
    if (SERVED.has(event.type)) this.served(account, id);
    if (event.type === 'task-reported') this.eased(account);
    if (event.type !== 'attempt-failed' || event.because.reason !== 'limited' || event.then.do !== 'rest') return;
    this.limit(account, event.then.until, event.because.message);
  }

  /** How many attempts of the account may begin now, as far as its limits go. */
  room(account: string, now: Instant): number {
    const known = this.#limits.get(account);
    if (known !== undefined) return now < known.until || known.probe !== null ? 0 : 1;
    const pressure = this.#pressures.get(account);
    if (pressure === undefined) return Number.POSITIVE_INFINITY;
    // One at a time until the vendor is seen to serve it, so that a crowd does not come back at once.
    return Math.min(pressure.cap - this.#workingOf(account).size, 1 - pressure.unproven.size);
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

  #workingOf(account: string): Set<TaskId> {
    const known = this.#working.get(account);
    if (known !== undefined) return known;
    const fresh = new Set<TaskId>();
    this.#working.set(account, fresh);
    return fresh;
  }
}

/** What an agent can only bring with its vendor's help. */
const SERVED: ReadonlySet<TaskEvent['type']> = new Set(['task-reported', 'agent-progress', 'agent-spent']);
