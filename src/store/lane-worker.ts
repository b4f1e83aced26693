import type { Delivery, QueueWorker, Verdict } from '../core/ports/queue.ts';
import type { Clock } from '../core/time.ts';
import type { Delivered, JobTable } from './job-table.ts';
import { keepAlive } from './keep-alive.ts';

export type LaneWorkerParts = {
  readonly table: JobTable;
  readonly clock: Clock;
  readonly lease_ms: number;
  readonly lane: string;
  readonly capacity: number;
  readonly handle: (delivery: Delivery) => Promise<Verdict>;
  readonly onClosed: (worker: LaneWorker) => void;
};

/** How long a job rests after its handler threw: that is our bug, and it must not become a busy loop. */
const afterThrow_ms = 1_000;

/** Takes jobs of one lane whenever it is woken and has room. It never polls: whoever owns it does. */
export class LaneWorker implements QueueWorker {
  readonly #parts: LaneWorkerParts;
  readonly #running = new Set<Promise<void>>();
  readonly #errors: unknown[] = [];
  #looking: Promise<void> | null = null;
  #wokenAgain = false;
  #open = true;
  #dueAt: number | null = null;

  constructor(parts: LaneWorkerParts) {
    this.#parts = parts;
  }

  /** The instant at which a waiting job becomes due, as of the last look. */
  get dueAt(): number | null {
    return this.#dueAt;
  }

  /** Looks for jobs, soon. Waking it twice looks at least once after the second time. */
  wake(): void {
    this.#wokenAgain = true;
    if (!this.#open) return;
    this.#looking ??= this.#look()
      .catch((error: unknown) => this.#remember(error))
      .finally(() => {
        this.#looking = null;
      });
  }

  /** For polls at which nothing was committed anywhere: an owner may have died all the same, or a job become due. */
  async check(): Promise<void> {
    if (this.#isFull()) return;
    const isDue = this.#dueAt !== null && this.#dueAt <= this.#parts.clock.now();
    if (isDue || (await this.#parts.table.hasLost(this.#parts.lane))) this.wake();
  }

  /** Takes no more jobs and waits for those at work. Rejects with what handlers threw: such a throw is a bug of ours. */
  async close(): Promise<void> {
    this.#open = false;
    await this.#looking;
    await Promise.all(this.#running);
    this.#parts.onClosed(this);
    if (this.#errors.length > 0)
      throw new AggregateError(this.#errors.splice(0), `Work on ${this.#parts.lane} failed.`);
  }

  async #look(): Promise<void> {
    while (this.#wokenAgain && this.#open) {
      this.#wokenAgain = false;
      const { table, lane, capacity } = this.#parts;
      if (this.#isFull()) return;
      for (const delivered of await table.claim(lane, capacity - this.#running.size)) this.#start(delivered);
      this.#dueAt = this.#isFull() ? null : await table.nextDue(lane);
    }
  }

  #isFull(): boolean {
    return this.#running.size >= this.#parts.capacity;
  }

  #start(delivered: Delivered): void {
    const running: Promise<void> = this.#deliver(delivered)
      .catch((error: unknown) => this.#remember(error))
      .finally(() => {
        this.#running.delete(running);
        this.wake();
      });
    this.#running.add(running);
  }

  async #deliver(delivered: Delivered): Promise<void> {
    const { table, clock, lease_ms } = this.#parts;
    const abort = new AbortController();
    const stop = keepAlive({
      lease_ms,
      clock,
      renew: () => table.renew(delivered),
      onLost: (why) => abort.abort(new Error(why)),
    });
    const verdict = await this.#handle({ ...delivered, signal: abort.signal });
    stop();
    if (verdict.done) await table.finish(delivered);
    else await table.giveBack(delivered, verdict.retry_ms);
  }

  async #handle(delivery: Delivery): Promise<Verdict> {
    try {
      return await this.#parts.handle(delivery);
    } catch (error) {
      this.#remember(error);
      return { done: false, retry_ms: afterThrow_ms };
    }
  }

  /** Keeps the first few: the same failure at every poll must not fill the memory. */
  #remember(error: unknown): void {
    if (this.#errors.length < 10) this.#errors.push(error);
  }
}
