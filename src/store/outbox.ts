import type { Job } from '../core/ports/queue.ts';
import type { Database, Query } from './db.ts';
import { text } from './db.ts';

/**
 * Jobs on their way from the store to the queue, written in the transaction of the events that cause them. Whoever is
 * there afterwards, not only who wrote them, passes them on. Here the queue is in the same file, so that submitting and
 * crossing out is one transaction; with a queue elsewhere it is two, and submit is idempotent for that reason.
 */
export class Outbox {
  readonly #db: Database;
  readonly #submitIn: (q: Query, jobs: readonly Job[]) => Promise<void>;

  constructor(db: Database, submitIn: (q: Query, jobs: readonly Job[]) => Promise<void>) {
    this.#db = db;
    this.#submitIn = submitIn;
  }

  async writeIn(q: Query, jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      await q(
        `insert into outbox (id, place, job) values ($1, coalesce((select max(place) from outbox), 0) + 1, $2)
         on conflict (id) do nothing`,
        [job.id, JSON.stringify(job)],
      );
    }
  }

  /** Passes on whatever is there, also what another process left behind when it died. */
  async relay(): Promise<void> {
    // Looked at outside a transaction first, because it is nearly always empty.
    if ((await this.#db.q('select id from outbox limit 1')).length === 0) return;
    await this.#db.tx(async (q) => {
      const rows = await q('select job from outbox order by place for update');
      await this.#submitIn(
        q,
        rows.map((row) => JSON.parse(text(row, 'job')) as Job),
      );
      await q('delete from outbox');
    });
  }
}
