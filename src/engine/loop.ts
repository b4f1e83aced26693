import type { Action } from '../core/action.ts';
import { decide } from '../core/decide.ts';
import type { Lease } from '../core/ports/leases.ts';
import type { RunView } from '../core/run.ts';
import { type Standing, standing } from '../core/standing.ts';
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

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  notify(): void {
    this.#wake.abort();
  }

  /** Ticks until there is a reason to come back, and names it. */
  async run(): Promise<DriveEnd['why']> {
    const { options } = this.#parts;
    for (;;) {
      // Armed before the tick: a notification during it means one more tick, not a lost one.
      this.#wake = new AbortController();
      if (options.kill.aborted || !(await this.#renewed())) return 'interrupted';
      const acted = await this.tick();
      if (acted.length > 0) continue;
      const why = this.#leaving();
      if (why !== null) return why;
      await this.#rest();
    }
  }

  /** One look at the facts and the actions it led to. */
  async tick(): Promise<readonly Action[]> {
    const { context, effects, options } = this.#parts;
    await context.journal.refresh();
    effects.reconcile();
    const actions = decide(context.journal.view, context.parts.clock.now()).filter(
      (action) =>
        (!options.drain.aborted || finishes(action)) && !(action.do === 'final-checks' && effects.checksFinally),
    );
    for (const action of actions) await effects.perform(action);
    return actions;
  }

  #leaving(): DriveEnd['why'] | null {
    const { context, effects, options } = this.#parts;
    if (effects.busy) return null;
    const now = context.parts.clock.now();
    const stands = standing(context.journal.view, now);
    if (stands.state === 'ended') return 'ended';
    if (options.drain.aborted) return 'interrupted';
    const limited = isLimited(context.journal.view);
    return leavingBy(stands, { wait_ms: stands.state === 'resting' && limited ? stands.until - now : 0, options });
  }

  /** Waits for a notification, somebody else's entry, the end of a rest, or the next look. */
  async #rest(): Promise<void> {
    const { context, options } = this.#parts;
    const { clock, store } = context.parts;
    const known = await store.version();
    const signal = AbortSignal.any([
      this.#wake.signal,
      options.kill,
      ...(options.drain.aborted ? [] : [options.drain]),
    ]);
    const stands = standing(context.journal.view, clock.now());
    const due = stands.state === 'resting' ? stands.until : Number.POSITIVE_INFINITY;
    while (!signal.aborted && clock.now() < due) {
      await clock.until(Math.min(due, clock.now() + POLL_MS), signal);
      if ((await store.version()) !== known || !(await this.#renewed())) return;
    }
  }

  async #renewed(): Promise<boolean> {
    const now = this.#parts.context.parts.clock.monotonic_ms();
    if (now - this.#renewedAt < RENEW_MS) return true;
    this.#renewedAt = now;
    return this.#parts.lease.renew();
  }
}

/** A person who typed a command in another terminal should see it act at once; one PRAGMA costs ten microseconds. */
const POLL_MS = 200;
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
