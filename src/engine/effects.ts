import type { Action } from '../core/action.ts';
import type { RunEvent } from '../core/event.ts';
import { intentOf } from '../core/intent.ts';
import type { Delivery, Job, QueueWorker, Verdict } from '../core/ports/queue.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { performAttempt } from './attempt.ts';
import { type Context, planOf } from './context.ts';
import { failAttempt } from './fail.ts';
import { runFinalChecks } from './final-checks.ts';
import { land } from './land.ts';
import { markOf } from './parts.ts';
import { currentTip } from './tip.ts';
import { verify } from './verify.ts';

/**
 * Everything that is under way for one run. An action becomes a durable intent first; then its effect starts and this
 * returns. The effect's end appends its outcome and notifies the loop.
 */
export class Effects {
  readonly #context: Context;
  readonly #running = new Map<string, { readonly promise: Promise<void>; readonly stop: AbortController }>();
  readonly #closing = new AbortController();
  #worker: QueueWorker | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** Final checks have no state of their own in the run, so that they are under way is known here alone. */
  get checksFinally(): boolean {
    return this.#running.has(FINAL_CHECKS);
  }

  /** Takes up what an earlier engine left under way, then starts to accept attempts from the queue. */
  async open(): Promise<void> {
    const { parts, journal, facts } = this.#context;
    const working = journal.view.tasksIn('working');
    await parts.queue.submit(working.map(({ id, attempt }) => this.#job({ run: facts.run, task: id, attempt })));
    this.#worker = await parts.queue.work(laneOf(facts.run), { capacity: PLACES_MAX }, (delivery) =>
      this.#accept(delivery),
    );
    this.reconcile();
  }

  /** Ends every agent, keeps its work, and waits until nothing of ours is left. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { stop } of this.#running.values()) stop.abort();
    // Both at once: the queue must not hand out again what has just been put down.
    await Promise.all([this.#worker?.close(), ...[...this.#running.values()].map(({ promise }) => promise)]);
  }

  async perform(action: Action): Promise<void> {
    const { journal, facts } = this.#context;
    const intent = await this.#intent(action);
    const jobs =
      action.do === 'start' ? [this.#job({ run: facts.run, task: action.task, attempt: action.attempt })] : [];
    if (intent !== null) {
      const appended = await journal.append([intent], jobs);
      // Somebody else was quicker (a cancellation, say): the next tick sees what is so now.
      if (!appended.ok) return journal.refresh();
    }
    if (action.do === 'final-checks') void this.#start(FINAL_CHECKS, (signal) => runFinalChecks(this.#context, signal));
    this.reconcile();
  }

  /** Starts the effect of every state that has one under way and none running here; stops those that lost their reason. */
  reconcile(): void {
    const { journal, facts } = this.#context;
    const { run } = facts;
    for (const { id, attempt } of journal.view.tasksIn('verifying')) {
      const key = { run, task: id, attempt };
      const state = journal.view.stateOf(id);
      if (state.is === 'verifying')
        void this.#start(`verify ${id} ${attempt}`, (signal) =>
          verify(this.#context, key, { commit: state.commit, signal }),
        );
    }
    for (const { id, attempt } of journal.view.tasksIn('landing')) {
      const key = { run, task: id, attempt };
      const state = journal.view.stateOf(id);
      if (state.is === 'landing')
        void this.#start(`land ${id} ${attempt}`, () => land(this.#context, key, state.merged));
    }
    for (const { id, attempt } of journal.view.tasksIn('stopping')) this.#finishStop({ run, task: id, attempt });
    this.#stopAbandoned();
  }

  /** An attempt that was being stopped when the last engine died: nobody runs it here, so only its end is missing. */
  #finishStop(key: AttemptKey): void {
    const name = attemptName(key);
    const state = this.#context.journal.view.stateOf(key.task);
    if (state.is !== 'stopping' || this.#running.has(name)) return;
    void this.#start(name, async () => {
      const { processes, repository } = this.#context.parts;
      const slot = await repository.slots.held(key);
      const [rescue] = slot === null ? [] : await slot.rescue(state.because.reason);
      await processes.end(markOf(key.run, key.task, key.attempt), slot?.dir ?? null, 1_000);
      await failAttempt(this.#context, key, { because: state.because, rescue: rescue ?? null });
      await slot?.abandon();
      this.#context.notify();
    });
  }

  /** A cancelled task's effect goes on to nothing: it is told to end, and keeps what there is. */
  #stopAbandoned(): void {
    const { view } = this.#context.journal;
    for (const [name, { stop }] of this.#running) {
      const [, task] = name.split(' ');
      if (task !== undefined && view.stateOf(task).is === 'cancelled') stop.abort();
    }
  }

  async #accept(delivery: Delivery): Promise<Verdict> {
    if (this.#closing.signal.aborted) return { done: false, retry_ms: 0 };
    const key = keyOf(delivery.job);
    const { journal, parts } = this.#context;
    await journal.refresh();
    const fence = await parts.store.claim(key, `${parts.host}:${parts.pid}`);
    if (fence === null) return { done: true };
    let verdict: Verdict = { done: true };
    const name = attemptName(key);
    await this.#start(name, async (stop) => {
      const signal = AbortSignal.any([delivery.signal, this.#closing.signal, stop]);
      verdict = await performAttempt(this.#context, { key, fence, signal });
    });
    return verdict;
  }

  #start(name: string, effect: (stop: AbortSignal) => Promise<void>): Promise<void> {
    const running = this.#running.get(name);
    if (running !== undefined) return running.promise;
    const stop = new AbortController();
    const promise = effect(stop.signal)
      .catch((broken: unknown) => this.#broke(name, broken))
      .finally(() => {
        this.#running.delete(name);
        this.#context.notify();
      });
    this.#running.set(name, { promise, stop });
    return promise;
  }

  /** Something that nobody expected, a full disk for one: it costs the task no attempt, and its third time asks a person. */
  async #broke(name: string, broken: unknown): Promise<void> {
    const [, task, attempt] = name.split(' ');
    if (task === undefined || this.#closing.signal.aborted) return;
    const message = broken instanceof Error ? broken.message : String(broken);
    const key = { run: this.#context.facts.run, task, attempt: Number(attempt) };
    await failAttempt(this.#context, key, { because: { reason: 'workspace', message }, rescue: null });
  }

  #job(key: AttemptKey): Job {
    const position = planOf(this.#context).tasks.findIndex(({ id }) => id === key.task);
    return {
      id: `${key.run}/${key.task}/${key.attempt}`,
      lane: laneOf(key.run),
      priority: position,
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
