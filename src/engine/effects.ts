import type { Action } from '../core/action.ts';
import type { RunEvent } from '../core/event.ts';
import { intentOf } from '../core/intent.ts';
import type { Delivery, Job, QueueWorker, Verdict } from '../core/ports/queue.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { performAttempt } from './attempt.ts';
import { type Context, isCurrent } from './context.ts';
import { failAttempt } from './fail.ts';
import { runFinalChecks } from './final-checks.ts';
import { land } from './land.ts';
import { markOf } from './parts.ts';
import { currentTip } from './tip.ts';
import { verify } from './verify.ts';

type Running = {
  readonly promise: Promise<void>;
  readonly stop: AbortController;
  /** null: it belongs to the run, not to an attempt. */
  readonly key: AttemptKey | null;
};

/**
 * Everything that is under way for one run. An action becomes a durable intent first; then its effect starts and this
 * returns. The effect's end appends its outcome and notifies the loop.
 */
export class Effects {
  readonly #context: Context;
  readonly #running = new Map<string, Running>();
  #closing = false;
  #worker: QueueWorker | null = null;
  #broken: Error | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** What made it impossible even to write down that something went wrong: a state file that cannot be written, say. */
  get broken(): Error | null {
    return this.#broken;
  }

  /** Final checks have no state of their own in the run, so that they are under way is known here alone. */
  get checksFinally(): boolean {
    return this.#running.has(FINAL_CHECKS);
  }

  /** Takes up what an earlier engine left under way, then starts to accept attempts from the queue. */
  async open(): Promise<void> {
    const { parts, facts } = this.#context;
    await this.resubmit();
    this.#worker = await parts.queue.work(laneOf(facts.run), { capacity: PLACES_MAX }, (delivery) =>
      this.#accept(delivery),
    );
    this.reconcile();
  }

  /** The queue may forget: attempts that nobody works on are submitted again, which changes nothing for those it knows. */
  async resubmit(): Promise<void> {
    const { parts, journal, facts } = this.#context;
    const keys = journal.view.tasksIn('working').map(({ id, attempt }) => ({ run: facts.run, task: id, attempt }));
    const idle = keys.filter((key) => !this.#running.has(attemptName(key)));
    if (idle.length > 0) await parts.queue.submit(idle.map((key) => this.#job(key)));
  }

  /** Ends every agent, keeps its work, and waits until nothing of ours is left. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { stop } of this.#running.values()) stop.abort();
    // Both at once: the queue must not hand out again what has just been put down. What the queue met with on its way is
    // told by the journal, where it mattered.
    await Promise.allSettled([this.#worker?.close(), ...[...this.#running.values()].map(({ promise }) => promise)]);
  }

  /** False: somebody else was quicker (a cancellation, say), and nothing was begun. */
  async perform(action: Action): Promise<boolean> {
    const { journal, facts } = this.#context;
    // Its own attempt rescues its work and writes down that it is being stopped, in this order: nothing more is begun here.
    if (action.do === 'stop' && this.#ends(action)) return false;
    const intent = await this.#intent(action);
    const jobs =
      action.do === 'start' ? [this.#job({ run: facts.run, task: action.task, attempt: action.attempt })] : [];
    if (intent !== null) {
      const appended = await journal.append([intent], jobs);
      if (!appended.ok) return false;
    }
    if (action.do === 'final-checks')
      void this.#start(FINAL_CHECKS, null, (signal) => runFinalChecks(this.#context, signal));
    this.reconcile();
    return true;
  }

  /** True: an agent at work is told to end. One that is still being prepared is called off, and `stopping` is taken up below. */
  #ends({ task, attempt, because }: Extract<Action, { readonly do: 'stop' }>): boolean {
    const key = { run: this.#context.facts.run, task, attempt };
    if (this.#context.running.end(key, because)) return true;
    this.#running.get(attemptName(key))?.stop.abort();
    return false;
  }

  /** Starts the effect of every state that has one under way and none running here; stops those that lost their reason. */
  reconcile(): void {
    const { journal, facts } = this.#context;
    const { run } = facts;
    for (const { id, attempt } of journal.view.tasksIn('verifying')) {
      const key = { run, task: id, attempt };
      const state = journal.view.stateOf(id);
      if (state.is === 'verifying')
        void this.#start(`verify ${id} ${attempt}`, key, (signal) =>
          this.#steadily(signal, () => verify(this.#context, key, { commit: state.commit, signal })),
        );
    }
    for (const { id, attempt } of journal.view.tasksIn('landing')) {
      const key = { run, task: id, attempt };
      const state = journal.view.stateOf(id);
      if (state.is === 'landing')
        void this.#start(`land ${id} ${attempt}`, key, (signal) =>
          this.#steadily(signal, () => land(this.#context, key, state.merged)),
        );
    }
    for (const { id, attempt } of journal.view.tasksIn('stopping')) this.#finishStop({ run, task: id, attempt });
    this.#stopAbandoned();
  }

  /** An attempt that was being stopped when the last engine died: nobody runs it here, so only its end is missing. */
  #finishStop(key: AttemptKey): void {
    const name = attemptName(key);
    const state = this.#context.journal.view.stateOf(key.task);
    if (state.is !== 'stopping' || this.#running.has(name)) return;
    void this.#start(name, key, async () => {
      const { processes, repository } = this.#context.parts;
      const slot = await repository.slots.held(key);
      const [rescue] = slot === null ? [] : await slot.rescue(state.because.reason);
      await processes.end(markOf(key.run, key.task, key.attempt), slot?.dir ?? null, 1_000);
      await failAttempt(this.#context, key, { because: state.because, rescue: rescue ?? null });
      await slot?.abandon();
      this.#context.notify();
    });
  }

  /** What is under way for an attempt that is over (cancelled, or replaced by a retry) is told to end; its work is kept. */
  #stopAbandoned(): void {
    for (const { key, stop } of this.#running.values()) {
      if (key !== null && !isCurrent(this.#context, key)) stop.abort();
    }
  }

  async #accept(delivery: Delivery): Promise<Verdict> {
    try {
      return await this.#take(delivery);
    } catch (broken) {
      // Not even the claim could be read or what happened be written: whoever opens the state again finds the job.
      this.#breakDown(broken);
      return { done: false, retry_ms: 1_000 };
    }
  }

  async #take(delivery: Delivery): Promise<Verdict> {
    if (this.#closing) return { done: false, retry_ms: 0 };
    const key = keyOf(delivery.job);
    const { journal, parts } = this.#context;
    await journal.refresh();
    const fence = await parts.store.claim(key, `${parts.host}:${parts.pid}`);
    if (fence === null) return { done: true };
    if (this.#closing) return { done: false, retry_ms: 0 };
    let verdict: Verdict = { done: true };
    await this.#start(attemptName(key), key, async (stop) => {
      verdict = await performAttempt(this.#context, { key, fence, signal: AbortSignal.any([delivery.signal, stop]) });
    });
    return verdict;
  }

  #start(name: string, key: AttemptKey | null, effect: (stop: AbortSignal) => Promise<void>): Promise<void> {
    const running = this.#running.get(name);
    if (running !== undefined) return running.promise;
    const stop = new AbortController();
    const promise = effect(stop.signal)
      .catch((broken: unknown) => this.#broke(key, broken))
      .catch((broken: unknown) => this.#breakDown(broken))
      .finally(() => {
        this.#running.delete(name);
        this.#context.notify();
      });
    this.#running.set(name, { promise, stop, key });
    return promise;
  }

  /** What only needs to be done again is done again here, before finished work is sent back for it. */
  async #steadily(stop: AbortSignal, effect: () => Promise<void>): Promise<void> {
    const { clock } = this.#context.parts;
    for (const wait_ms of [250, 2_000]) {
      try {
        return await effect();
      } catch (broken) {
        if (stop.aborted) throw broken;
        await clock.until(clock.now() + wait_ms, stop);
      }
    }
    return effect();
  }

  /** Something that nobody expected, a full disk for one: it costs the task no attempt, and its third time asks a person. */
  async #broke(key: AttemptKey | null, broken: unknown): Promise<void> {
    if (this.#closing) return;
    const message = broken instanceof Error ? broken.message : String(broken);
    if (key !== null)
      return failAttempt(this.#context, key, { because: { reason: 'workspace', message }, rescue: null });
    const command = `final checks: ${message}`;
    await this.#context.journal.append([{ type: 'final-check-finished', command, code: null, log: '', took_ms: 0 }]);
  }

  #breakDown(broken: unknown): void {
    this.#broken ??= broken instanceof Error ? broken : new Error(String(broken));
    this.#context.notify();
  }

  #job(key: AttemptKey): Job {
    const { position } = this.#context.journal.view.recordOf(key.task);
    return {
      id: `${key.run}/${key.task}/${key.attempt}`,
      lane: laneOf(key.run),
      priority: Number.isFinite(position) ? position : PLACES_MAX,
      notBefore: null,
      payload: JSON.stringify(key),
    };
  }

  /** The journal knows where the target stood; a verification names where it really stands. */
  async #intent(action: Action): Promise<RunEvent | null> {
    const intent = intentOf(action, this.#context.journal.view);
    return intent?.type === 'task-verifying' ? { ...intent, onto: await currentTip(this.#context) } : intent;
  }
}

/** Places are counted by `decide`; the queue must only never be the narrower of the two. */
const PLACES_MAX = 1_000_000;
const laneOf = (run: string): string => `attempts/${run}`;
const FINAL_CHECKS = 'final-checks';
const attemptName = ({ task, attempt }: AttemptKey): string => `attempt ${task} ${attempt}`;

function keyOf({ payload }: Job): AttemptKey {
  return JSON.parse(payload) as AttemptKey;
}
