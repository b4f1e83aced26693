import type { Leases } from '../core/ports/leases.ts';
import type { PoolTable } from '../core/ports/pool.ts';
import type { Queue } from '../core/ports/queue.ts';
import { ok, type Result } from '../core/result.ts';
import type { Clock } from '../core/time.ts';
import { JobTable } from './job-table.ts';
import { SqlLeases } from './leases.ts';
import { migrate } from './migrate.ts';
import { Outbox } from './outbox.ts';
import { type Owner, startTimeOf } from './owner.ts';
import { SqlPoolTable } from './pool-table.ts';
import type { StoreRefusal } from './refusal.ts';
import { SqlQueue } from './sql-queue.ts';
import { SqlStore } from './sql-store.ts';
import { openSqlite, type SqliteDatabase } from './sqlite.ts';
import { Takeover } from './takeover.ts';

export type StoreOptions = {
  /** The state file; its folder is made when it is missing. Must be on a local file system. */
  readonly file: string;
  readonly clock: Clock;
  /** Normally `thisOwner()`. */
  readonly owner: Owner;
  /** How long a delivery may go without renewal before another host takes it. Default: half a minute. */
  readonly lease_ms?: number;
};

/** Everything that is kept in one state file. Closing the store closes the queue and the file. */
export type OpenedStore = {
  readonly store: SqlStore;
  readonly leases: Leases;
  readonly queue: Queue;
  readonly pool: PoolTable;
};

/** Opens the state file, making or migrating it when needed. Any number of processes of one host may have it open. */
export async function openStore(options: StoreOptions): Promise<Result<OpenedStore, StoreRefusal>> {
  const opened = await openSqlite(options.file);
  if (!opened.ok) return opened;
  const migrated = await migrate(opened.value, options.file);
  if (migrated.ok) return ok(assemble(opened.value, options));
  await opened.value.close();
  return migrated;
}

function assemble(db: SqliteDatabase, { clock, owner: given, lease_ms = 30_000 }: StoreOptions): OpenedStore {
  const owner = asOthersSeeIt(given);
  const takeover = new Takeover(clock, owner);
  const table = new JobTable({ db, clock, owner, takeover, lease_ms });
  const outbox = new Outbox(db, (q, jobs) => table.submitIn(q, jobs));
  const queue = new SqlQueue({ db, clock, table, outbox, takeover, lease_ms });
  const onClose = async (): Promise<void> => {
    try {
      await queue.close();
    } finally {
      await db.close();
    }
  };
  const store = new SqlStore({ db, clock, outbox, onJobs: () => queue.relaySoon(), onClose });
  const shared = { db, clock, owner, takeover };
  return { store, leases: new SqlLeases(shared), queue, pool: new SqlPoolTable(shared) };
}

/** The start time of this very process is read here: written in any other form, it would make us look dead to others. */
function asOthersSeeIt(owner: Owner): Owner {
  const startTime = owner.pid === process.pid ? startTimeOf(process.pid) : null;
  return startTime === null ? owner : { ...owner, startTime };
}
