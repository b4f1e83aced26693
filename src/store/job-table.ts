import type { Job } from '../core/ports/queue.ts';
import type { Clock } from '../core/time.ts';
import type { Database, Query, Row } from './db.ts';
import { number, text } from './db.ts';
import type { Owner } from './owner.ts';
import { ownerOf, type Takeover } from './takeover.ts';

export type JobTableParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly owner: Owner;
  readonly takeover: Takeover;
  readonly lease_ms: number;
};

/** A job handed to this process. `delivery` rises each time: with it, what an earlier owner still says is told apart. */
export type Delivered = { readonly job: Job; readonly delivery: number };

/** The queue's one table. A waiting job has no owner; a job in delivery has one, and a lease like any other. */
export class JobTable {
  readonly #parts: JobTableParts;

  constructor(parts: JobTableParts) {
    this.#parts = parts;
  }

  async submitIn(q: Query, jobs: readonly Job[]): Promise<void> {
    for (const { id, lane, priority, notBefore, payload } of jobs) {
      await q(
        `insert into jobs (id, place, lane, priority, not_before, payload, delivery, renewed_at, ttl_ms)
         values ($1, coalesce((select max(place) from jobs), 0) + 1, $2, $3, $4, $5, 0, 0, 0)
         on conflict (id) do nothing`,
        [id, lane, priority, notBefore ?? 0, payload],
      );
    }
  }

  /** False: no such job, or it is being delivered and so cannot be taken back. */
  async remove(id: string): Promise<boolean> {
    return this.#parts.db.tx(async (q) => {
      // It may not have left the outbox yet.
      const posted = await q('delete from outbox where id = $1 returning id', [id]);
      const waiting = await q('delete from jobs where id = $1 and owner_pid is null returning id', [id]);
      return posted.length + waiting.length > 0;
    });
  }

  /** Takes up to `count` jobs that are due, first those that a lost owner left. Empty when there is nothing to do. */
  async claim(lane: string, count: number): Promise<readonly Delivered[]> {
    const { db, clock } = this.#parts;
    const lost = await this.#lost(lane);
    if (lost.length === 0 && (await due(db.q, lane, { now: clock.now(), count: 1 })).length === 0) return [];
    return db.tx(async (q) => {
      for (const row of lost) {
        const sql = 'update jobs set owner_pid = null where id = $1 and delivery = $2';
        await q(sql, [text(row, 'id'), number(row, 'delivery')]);
      }
      const claimed: Delivered[] = [];
      for (const row of await due(q, lane, { now: clock.now(), count })) claimed.push(await this.#own(q, row));
      return claimed;
    });
  }

  /** True when a job in delivery has lost its owner. */
  async hasLost(lane: string): Promise<boolean> {
    return (await this.#lost(lane)).length > 0;
  }

  /** When the next waiting job becomes due; null when none waits. */
  async nextDue(lane: string): Promise<number | null> {
    const sql = 'select min(not_before) as due from jobs where lane = $1 and owner_pid is null';
    const [row] = await this.#parts.db.q(sql, [lane]);
    return row === undefined || row['due'] === null ? null : number(row, 'due');
  }

  /** False: it is somebody else's by now. */
  async renew({ job, delivery }: Delivered): Promise<boolean> {
    return this.#change('update jobs set renewed_at = $1 where id = $2 and delivery = $3 and owner_pid is not null', [
      this.#parts.clock.now(),
      job.id,
      delivery,
    ]);
  }

  async finish({ job, delivery }: Delivered): Promise<void> {
    await this.#change('delete from jobs where id = $1 and delivery = $2', [job.id, delivery]);
  }

  async giveBack({ job, delivery }: Delivered, retry_ms: number): Promise<void> {
    const notBefore = this.#parts.clock.now() + retry_ms;
    const sql = 'update jobs set owner_pid = null, not_before = $1 where id = $2 and delivery = $3';
    await this.#change(sql, [notBefore, job.id, delivery]);
  }

  async #change(sql: string, params: readonly (string | number)[]): Promise<boolean> {
    return (await this.#parts.db.tx((q) => q(`${sql} returning id`, params))).length > 0;
  }

  async #lost(lane: string): Promise<readonly Row[]> {
    const rows = await this.#parts.db.q('select * from jobs where lane = $1 and owner_pid is not null', [lane]);
    const judged = new Map<string, boolean>();
    return rows.filter((row) => {
      const owner = ownerOf(row);
      if (owner === null) return false;
      // Many jobs of one owner are the rule, and asking the system about a process costs more than all else here.
      const key = `${owner.host} ${owner.pid} ${owner.startTime} ${row['renewed_at']} ${row['ttl_ms']}`;
      const holding = { owner, renewedAt: number(row, 'renewed_at'), ttl_ms: number(row, 'ttl_ms') };
      const taken = judged.get(key) ?? this.#parts.takeover.mayTake(holding);
      judged.set(key, taken);
      return taken;
    });
  }

  async #own(q: Query, row: Row): Promise<Delivered> {
    const { owner, clock, lease_ms } = this.#parts;
    const delivery = number(row, 'delivery') + 1;
    await q(
      `update jobs set owner_pid = $1, owner_start = $2, owner_host = $3, renewed_at = $4, ttl_ms = $5, delivery = $6
       where id = $7`,
      [owner.pid, owner.startTime, owner.host, clock.now(), lease_ms, delivery, text(row, 'id')],
    );
    return { job: jobFrom(row), delivery };
  }
}

const due = (q: Query, lane: string, { now, count }: { now: number; count: number }): Promise<readonly Row[]> =>
  q(
    `select * from jobs where lane = $1 and owner_pid is null and not_before <= $2
     order by priority, place limit $3 for update`,
    [lane, now, count],
  );

const jobFrom = (row: Row): Job => ({
  id: text(row, 'id'),
  lane: text(row, 'lane'),
  priority: number(row, 'priority'),
  notBefore: number(row, 'not_before') === 0 ? null : number(row, 'not_before'),
  payload: text(row, 'payload'),
});
