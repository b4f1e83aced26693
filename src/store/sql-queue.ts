import type { Delivery, Job, Queue, QueueWorker, Verdict } from '../core/ports/queue.ts';
import type { Clock } from '../core/time.ts';
import type { Database } from './db.ts';
import type { JobTable } from './job-table.ts';
import { LaneWorker } from './lane-worker.ts';
import type { Outbox } from './outbox.ts';
import type { Takeover } from './takeover.ts';

export type QueueParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly table: JobTable;
  readonly outbox: Outbox;
  readonly takeover: Takeover;
  readonly lease_ms: number;
};

/** How soon what other processes did is noticed. One poll that finds nothing costs microseconds. */
const poll_ms = 500;

/** The queue in the state file itself: any number of processes on this host work on it, and nothing has to be started. */
export class SqlQueue implements Queue {
  readonly lease_ms: number;
  readonly #parts: QueueParts;
  readonly #workers = new Set<LaneWorker>();
  #timer: NodeJS.Timeout | null = null;
  #polling: Promise<void> | null = null;
  #pollAgain = false;
  #version = -1;
  #closed = false;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.lease_ms = parts.lease_ms;
  }

  async submit(jobs: readonly Job[]): Promise<void> {
    await this.#parts.db.tx((q) => this.#parts.table.submitIn(q, jobs));
    this.wake();
  }

  async remove(id: string): Promise<boolean> {
    return this.#parts.table.remove(id);
  }

  async work(
    lane: string,
    { capacity }: { readonly capacity: number },
    handle: (delivery: Delivery) => Promise<Verdict>,
  ): Promise<QueueWorker> {
    const { table, clock } = this.#parts;
    const onClosed = (closed: LaneWorker): void => this.#forget(closed);
    const worker = new LaneWorker({ table, clock, lease_ms: this.lease_ms, lane, capacity, handle, onClosed });
    this.#workers.add(worker);
    await this.#parts.outbox.relay();
    worker.wake();
    this.#schedule();
    return worker;
  }

  /** Every worker looks at once, without waiting for the next poll. */
  wake(): void {
    for (const worker of this.#workers) worker.wake();
  }

  /** Passes the outbox on soon, but not before the caller of `append` has gone on. */
  relaySoon(): void {
    setImmediate(() => {
      if (!this.#closed) this.#poll();
    });
  }

  async close(): Promise<void> {
    const closing = await Promise.allSettled([...this.#workers].map((worker) => worker.close()));
    await this.#polling;
    if (!this.#closed) await this.#parts.outbox.relay();
    this.#closed = true;
    const failed = closing.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    if (failed.length > 0) throw new AggregateError(failed, 'A queue worker failed.');
  }

  #forget(worker: LaneWorker): void {
    this.#workers.delete(worker);
    if (this.#workers.size > 0 || this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /**
   * An open worker keeps its process alive, as a listening socket does: a process that waits for work must not end
   * because nothing happens to be under way.
   */
  #schedule(): void {
    if (this.#timer !== null || this.#workers.size === 0) return;
    const now = this.#parts.clock.now();
    const due = Math.min(...[...this.#workers].map(({ dueAt }) => dueAt ?? Number.POSITIVE_INFINITY));
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#poll();
      },
      Math.min(poll_ms, Math.max(1, due - now)),
    );
  }

  /** Asked for during a poll, there is one more after it: that one may have looked too early. */
  #poll(): void {
    this.#pollAgain = true;
    this.#polling ??= this.#lookUntilQuiet()
      // A store that cannot be read now may be at the next poll; who appends to it is told by the append.
      .catch(() => undefined)
      .finally(() => {
        this.#polling = null;
        this.#schedule();
      });
  }

  async #lookUntilQuiet(): Promise<void> {
    while (this.#pollAgain) {
      this.#pollAgain = false;
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    this.#parts.takeover.observe();
    const version = await this.#parts.db.version();
    const changed = version !== this.#version;
    this.#version = version;
    if (!changed) {
      await Promise.all([...this.#workers].map((worker) => worker.check()));
      return;
    }
    await this.#parts.outbox.relay();
    this.wake();
  }
}
