import type { Lease, LeaseHolder, Leases } from '../core/ports/leases.ts';
import type { Clock } from '../core/time.ts';
import type { Database, Query, Row } from './db.ts';
import { number } from './db.ts';
import type { Owner } from './owner.ts';
import { ownerOf, type Takeover } from './takeover.ts';

export type LeaseParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly owner: Owner;
  readonly takeover: Takeover;
};

/** The lease table: one row per name, for ever, so that fences only rise. */
export class SqlLeases implements Leases {
  readonly #parts: LeaseParts;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
  }

  async take(name: string, ttl_ms: number): Promise<Lease | null> {
    // Asked outside a transaction first: a lease in good hands must not cost every writer a turn.
    const before = await read(this.#parts.db.q, name);
    if (before !== null && !this.#isFree(before)) return null;
    const fence = await this.#parts.db.tx((q) => this.#takeIn(q, name, ttl_ms));
    return fence === null ? null : new HeldLease(this.#parts, name, fence);
  }

  async holder(name: string): Promise<LeaseHolder | null> {
    const row = await read(this.#parts.db.q, name);
    const owner = row === null ? null : ownerOf(row);
    if (row === null || owner === null || this.#isFree(row)) return null;
    return { pid: owner.pid, host: owner.host, fence: number(row, 'fence'), since: number(row, 'since') };
  }

  async #takeIn(q: Query, name: string, ttl_ms: number): Promise<number | null> {
    const row = await read(q, name, ' for update');
    if (row !== null && !this.#isFree(row)) return null;
    const fence = row === null ? 1 : number(row, 'fence') + 1;
    const { owner, clock } = this.#parts;
    const now = clock.now();
    await q(
      `insert into leases (name, fence, owner_pid, owner_start, owner_host, since, renewed_at, ttl_ms)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (name) do update set fence = excluded.fence,
       owner_pid = excluded.owner_pid, owner_start = excluded.owner_start, owner_host = excluded.owner_host,
       since = excluded.since, renewed_at = excluded.renewed_at, ttl_ms = excluded.ttl_ms`,
      [name, fence, owner.pid, owner.startTime, owner.host, now, now, ttl_ms],
    );
    return fence;
  }

  #isFree(row: Row): boolean {
    const owner = ownerOf(row);
    if (owner === null) return true;
    return this.#parts.takeover.mayTake({
      owner,
      renewedAt: number(row, 'renewed_at'),
      ttl_ms: number(row, 'ttl_ms'),
    });
  }
}

async function read(q: Query, name: string, lock = ''): Promise<Row | null> {
  const [row] = await q(`select * from leases where name = $1${lock}`, [name]);
  return row ?? null;
}

class HeldLease implements Lease {
  readonly name: string;
  readonly fence: number;
  readonly #parts: LeaseParts;

  constructor(parts: LeaseParts, name: string, fence: number) {
    this.#parts = parts;
    this.name = name;
    this.fence = fence;
  }

  /** False: it has another owner now, and whatever it protected must stop. */
  async renew(): Promise<boolean> {
    const sql =
      'update leases set renewed_at = $1 where name = $2 and fence = $3 and owner_pid is not null returning name';
    const now = this.#parts.clock.now();
    return (await this.#parts.db.tx((q) => q(sql, [now, this.name, this.fence]))).length > 0;
  }

  async release(): Promise<void> {
    const sql = 'update leases set owner_pid = null where name = $1 and fence = $2';
    await this.#parts.db.tx((q) => q(sql, [this.name, this.fence]));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}
