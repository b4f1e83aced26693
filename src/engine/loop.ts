import type { Action } from '../core/action.ts';
import { nextOfDeadline } from '../core/deadline.ts';
import { decide } from '../core/decide.ts';
import type { Lease } from '../core/ports/leases.ts';
import type { RunView } from '../core/run.ts';
import { type Standing, standing } from '../core/standing.ts';
import type { Instant } from '../core/time.ts';
import type { Context } from './context.ts';
import type { DriveEnd, DriveOptions } from './drive.ts';
import type { Effects } from './effects.ts';

export type LoopParts = {
  readonly context: Context;
  readonly effects: Effects;
  readonly lease: Lease;
  readonly options: DriveOptions;
};

/**
 * The one thing that acts on a run. The world never calls into it: agents, timers and other processes cause entries
 * and call `notify()`, and the loop looks when it is ready.
 */
export class Loop {
  readonly #parts: LoopParts;
  #wake = new AbortController();
  #renewedAt = 0;
  #lost = false;

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  /** Another engine has the run by now. */
  get lost(): boolean {
    return this.#lost;
  }

  notify(): void {
    this.#wake.abort();
  }

  /** Ticks until there is a reason to come back, and names it. Throws what made it impossible to go on at all. */
  async run(): Promise<DriveEnd['why']> {
    const { drain, kill } = this.#parts.options;
    const wake = (): void => this.notify();
    drain.addEventListener('abort', wake);
    kill.addEventListener('abort', wake);
    try {
      return await this.#turn();
    } finally {
      drain.removeEventListener('abort', wake);
      kill.removeEventListener('abort', wake);
    }
  }

  async #turn(): Promise<DriveEnd['why']> {
    const { context, effects, options } = this.#parts;
    for (;;) {
      // Armed before the tick: a notification during it means one more tick, not a lost one.
      this.#wake = new AbortController();
      if (effects.broken !== null) throw effects.broken;
      if (options.kill.aborted || !(await this.#renewed())) return 'interrupted';
      // Known before the tick reads the journal: what somebody writes after it is news, not something already seen.
      const seen = { version: await context.parts.store.version(), at: context.parts.clock.now() };
      const acted = await this.tick(seen.at);
      if (acted.includes(true)) continue;
      // Each intent was refused. The journal has been read again, but whatever is wrong must not make us spin.
      if (acted.length > 0) await context.parts.clock.until(seen.at + POLL_MS, this.#wake.signal);
      else {
        const why = this.#leaving(seen.at);
        if (why !== null) return why;
        await this.#rest(seen);
      }
    }
  }

  /** One look at the facts; for each action that it led to, whether it could be begun. */
  async tick(now: Instant): Promise<readonly boolean[]> {
    const { context, effects, options } = this.#parts;
    await context.journal.refresh();
    effects.reconcile();
    const actions = decide(context.journal.view, now).filter(
      (action) =>
        (!options.drain.aborted || finishes(action)) && !(action.do === 'final-checks' && effects.checksFinally),
    );
    const begun: boolean[] = [];
    for (const action of actions) begun.push(await effects.perform(action));
    return begun;
  }

  #leaving(now: Instant): DriveEnd['why'] | null {
    const { context, effects, options } = this.#parts;
    if (effects.busy) return null;
    const stands = standing(context.journal.view, now);
    if (stands.state === 'ended') return 'ended';
    if (options.drain.aborted) return 'interrupted';
    const limited = isLimited(context.journal.view);
    return leavingBy(stands, { wait_ms: stands.state === 'resting' && limited ? stands.until - now : 0, options });
  }

  /** Waits for a notification, somebody else's entry, the end of a rest, or the next look. */
  async #rest(seen: { readonly version: number; readonly at: Instant }): Promise<void> {
    const { clock, store } = this.#parts.context.parts;
    const { signal } = this.#wake;
    // Judged by the instant of the tick: at a later one a rest may be over that the tick has not seen the end of.
    const stands = standing(this.#parts.context.journal.view, seen.at);
    const { view } = this.#parts.context.journal;
    const rested = stands.state === 'resting' ? stands.until : Number.POSITIVE_INFINITY;
    const due = Math.min(rested, nextOfDeadline(view.plan, seen.at) ?? Number.POSITIVE_INFINITY);
    while (!signal.aborted && clock.now() < due) {
      if ((await store.version()) !== seen.version || !(await this.#renewed())) return;
      await clock.until(Math.min(due, clock.now() + POLL_MS), signal);
    }
  }

  /** False, and then for good, once another engine has the run. */
  async #renewed(): Promise<boolean> {
    const now = this.#parts.context.parts.clock.monotonic_ms();
    if (this.#lost || now - this.#renewedAt < RENEW_MS) return !this.#lost;
    this.#renewedAt = now;
    this.#lost = !(await this.#parts.lease.renew());
    if (!this.#lost) await this.#parts.effects.resubmit();
    return !this.#lost;
  }
}

/** What a person types in another terminal acts within half a second; looking more often shows in an idle engine. */
const POLL_MS = 500;
const RENEW_MS = 20_000;

/** While draining, what was begun is finished and nothing is begun. */
const finishes = (action: Action): boolean => ['verify', 'land', 'stop', 'end'].includes(action.do);

type Patience = { readonly wait_ms: number; readonly options: DriveOptions };

function leavingBy(stands: Standing, { wait_ms, options }: Patience): DriveEnd['why'] | null {
  switch (stands.state) {
    case 'paused':
      return 'paused';
    case 'waiting':
      return options.waitForPerson ? null : 'waiting';
    case 'deadlocked':
      return 'waiting';
    case 'resting':
      return options.wait_ms_max !== null && wait_ms > options.wait_ms_max ? 'waiting' : null;
    default:
      return null;
  }
}

/** Every rest is an account's limit: an ordinary pause between attempts is never too long to wait for. */
function isLimited(view: RunView): boolean {
  const resting = view.tasksIn('resting');
  return resting.every(({ because }) => because?.reason === 'limited');
}
