import type { Claim, Pool, PoolPlace, PoolSlot, PoolTable } from '../core/ports/pool.ts';
import type { Clock } from '../core/time.ts';
import type { Database, Query, Row } from './db.ts';
import { number, numberOrNull, text, textOrNull } from './db.ts';
import type { Owner } from './owner.ts';
import { ownerOf, type Takeover } from './takeover.ts';

export type PoolParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly owner: Owner;
  readonly takeover: Takeover;
};

/** How long a command of another host may have a place in its hands; on this host only its end counts. */
const HAND_MS = 10 * 60_000;

/** One row per place of the pool. Every step is one transaction, so of any number of callers exactly one takes a place. */
export class SqlPoolTable implements PoolTable {
  readonly #parts: PoolParts;

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  async read(): Promise<Pool | null> {
    return this.#readIn(this.#parts.db.q);
  }

  async size(slots: number, name: string): Promise<{ readonly pool: Pool; readonly busy: readonly number[] } | null> {
    return this.#parts.db.tx(async (q) => {
      await this.#make(q, name);
      const before = await this.#readIn(q);
      if (before === null) return null;
      const busy = before.slots.filter(({ place, state }) => place > slots && state !== 'idle');
      if (busy.length > 0) return { pool: before, busy: busy.map(({ place }) => place) };
      await q('delete from pool_slots where place > $1', [slots]);
      await addPlaces(q, slots);
      const pool = await this.#readIn(q);
      return pool === null ? null : { pool, busy: [] };
    });
  }

  async renew(slots: number, name: string): Promise<boolean> {
    return this.#parts.db.tx(async (q) => {
      const before = await this.#readIn(q);
      if (before?.slots.some(({ state }) => state !== 'idle')) return false;
      await q('delete from pool_slots');
      await this.#make(q, name);
      // The numbers of acquisitions go on, so that what was meant for the old pool never fits the new one.
      await q('update pool set name = $1, created_at = $2', [name, this.#parts.clock.now()]);
      await addPlaces(q, slots);
      return true;
    });
  }

  async claim(task: string): Promise<Claim> {
    return this.#parts.db.tx(async (q) => {
      const pool = await this.#readIn(q);
      if (pool === null) return { is: 'no-pool' };
      const own = pool.slots.find((slot) => slot.task === task);
      if (own !== undefined && own.state !== 'left') return { is: 'taken', place: own.place };
      const found = own ?? pool.slots.find(({ state }) => state === 'idle' || state === 'left');
      if (found === undefined) return { is: 'exhausted' };
      const [row] = await q('update pool set attempts = attempts + 1 returning attempts');
      const at: PoolPlace = { place: found.place, attempt: row === undefined ? 0 : number(row, 'attempts') };
      await q(
        `update pool_slots set state = 'acquiring', task = $1, attempt = $2, dir = null, base = null,
         acquired_at = null where place = $3`,
        [task, at.attempt, at.place],
      );
      await this.#own(q, at);
      return { is: 'claimed', pool: pool.name, at, wasLeft: found.state === 'left' };
    });
  }

  async settle(at: PoolPlace, { dir, base }: { readonly dir: string; readonly base: string }): Promise<void> {
    const sql = `update pool_slots set state = 'busy', owner_pid = null, dir = $1, base = $2, acquired_at = $3
      where place = $4 and attempt = $5 and state = 'acquiring' and owner_pid = $6 returning place`;
    const { clock, owner } = this.#parts;
    await this.#change(sql, [dir, base, clock.now(), at.place, at.attempt, owner.pid]);
  }

  async hold(at: PoolPlace): Promise<PoolSlot | null> {
    return this.#parts.db.tx(async (q) => {
      const slot = (await this.#readIn(q))?.slots.find(({ place }) => place === at.place);
      if (slot === undefined || slot.attempt !== at.attempt || slot.inHand) return null;
      if (slot.state !== 'busy' && slot.state !== 'left') return null;
      await this.#own(q, at);
      return { ...slot, inHand: true };
    });
  }

  async letGo(at: PoolPlace): Promise<void> {
    const sql = `update pool_slots set owner_pid = null
      where place = $1 and attempt = $2 and owner_pid = $3 returning place`;
    await this.#change(sql, [at.place, at.attempt, this.#parts.owner.pid]);
  }

  async free(at: PoolPlace): Promise<void> {
    const sql = `update pool_slots set state = 'idle', task = null, dir = null, base = null, acquired_at = null,
      owner_pid = null where place = $1 and attempt = $2 and owner_pid = $3 returning place`;
    await this.#change(sql, [at.place, at.attempt, this.#parts.owner.pid]);
  }

  async #change(sql: string, params: readonly (string | number)[]): Promise<void> {
    const changed = await this.#parts.db.tx((q) => q(sql, params));
    if (changed.length === 0) throw new Error('A place of the pool is no longer in the hands of this process.');
  }

  async #make(q: Query, name: string): Promise<void> {
    await q('insert into pool (one, name, created_at, attempts) values (1, $1, $2, 0) on conflict (one) do nothing', [
      name,
      this.#parts.clock.now(),
    ]);
  }

  async #own(q: Query, at: PoolPlace): Promise<void> {
    const { owner, clock } = this.#parts;
    await q(
      `update pool_slots set owner_pid = $1, owner_start = $2, owner_host = $3, renewed_at = $4, ttl_ms = $5
       where place = $6`,
      [owner.pid, owner.startTime, owner.host, clock.now(), HAND_MS, at.place],
    );
  }

  async #readIn(q: Query): Promise<Pool | null> {
    const [pool] = await q('select * from pool where one = 1 for update');
    if (pool === undefined) return null;
    const rows = await q('select * from pool_slots order by place');
    return {
      name: text(pool, 'name'),
      createdAt: number(pool, 'created_at'),
      slots: rows.map((row) => this.#slotOf(row)),
    };
  }

  #slotOf(row: Row): PoolSlot {
    const owner = ownerOf(row);
    const held = owner === null ? null : { owner, renewedAt: number(row, 'renewed_at'), ttl_ms: number(row, 'ttl_ms') };
    const inHand = held !== null && !this.#parts.takeover.mayTake(held);
    return {
      place: number(row, 'place'),
      attempt: number(row, 'attempt'),
      state: stateOf(text(row, 'state'), inHand),
      task: textOrNull(row, 'task'),
      dir: textOrNull(row, 'dir'),
      base: textOrNull(row, 'base'),
      acquiredAt: numberOrNull(row, 'acquired_at'),
      inHand,
    };
  }
}

function stateOf(written: string, inHand: boolean): PoolSlot['state'] {
  if (written === 'acquiring') return inHand ? 'acquiring' : 'left';
  return written === 'busy' ? 'busy' : 'idle';
}

async function addPlaces(q: Query, slots: number): Promise<void> {
  const sql = `insert into pool_slots (place, state, attempt, renewed_at, ttl_ms) values ($1, 'idle', 0, 0, 0)
    on conflict (place) do nothing`;
  for (let place = 1; place <= slots; place += 1) await q(sql, [place]);
}
