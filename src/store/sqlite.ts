import { chmodSync, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok, type Result } from '../core/result.ts';
import type { Database, Param, Query, Row, Translated } from './db.ts';
import { translate } from './db.ts';
import type { Connection, SqliteDriver, Statement } from './driver.ts';
import { chooseDriver } from './driver.ts';
import { isNetworkFileSystem } from './network-fs.ts';
import type { StoreRefusal } from './refusal.ts';

/** How long SQLite itself waits for a lock. Short, because it blocks this whole process while it does. */
const busyTimeout_ms = 20;
/** How often we ask for the lock, between waits that let this process do other things: about two minutes in all. */
const tries_max = 2_400;

/** Opens (or makes) the one state file. Its folder and it are readable by their owner only: briefs can hold secrets. */
export async function openSqlite(
  file: string,
  driver: Result<SqliteDriver, StoreRefusal> = chooseDriver(),
): Promise<Result<SqliteDatabase, StoreRefusal>> {
  if (!driver.ok) return driver;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (isNetworkFileSystem(statfsSync(dirname(file)).type, process.platform)) return err(onNetwork(file));
    return ok(new SqliteDatabase(file, await connect(file, driver.value)));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const next = 'Restore it from a backup, or set BRANCHLINE_STATE_DIR to another folder.';
    return err({ reason: 'unreadable', message: `${file} cannot be used: ${error.message}. ${next}` });
  }
}

async function connect(file: string, driver: SqliteDriver): Promise<Connection> {
  const isNew = file !== ':memory:' && !existsSync(file);
  const connection = driver.open(file);
  if (isNew) chmodSync(file, 0o600);
  connection.exec(`pragma busy_timeout=${busyTimeout_ms}`);
  await patiently(file, () => connection.prepare('pragma journal_mode=wal').all());
  connection.exec('pragma synchronous=full');
  connection.exec('pragma foreign_keys=on');
  return connection;
}

const onNetwork = (file: string): StoreRefusal => ({
  reason: 'network-file-system',
  message: `${file} is on a network file system, whose locks cannot be trusted with it. Set BRANCHLINE_STATE_DIR to a local folder.`,
});

type Prepared = Translated & { readonly statement: Statement };
type Work = {
  run(): Promise<void>;
  /** null: it succeeded; it is told only after the commit. */
  settle(failure: Error | null): void;
};

/**
 * One connection, one transaction at a time. Transactions that are asked for together share one commit (each in a
 * savepoint of its own), since the wait for the disk is nearly all that a small one costs.
 */
export class SqliteDatabase implements Database {
  readonly #file: string;
  readonly #connection: Connection;
  readonly #statements = new Map<string, Prepared>();
  #waiting: Work[] = [];
  #draining: Promise<void> | null = null;
  #inTransaction = false;
  #version = 0;
  #dataVersion = -1;
  #dirty = false;

  constructor(file: string, connection: Connection) {
    this.#file = file;
    this.#connection = connection;
  }

  readonly q: Query = async (sql, params = []) => {
    // Between two steps of a transaction its half-made changes could be seen.
    while (this.#inTransaction && this.#draining !== null) await this.#draining;
    return patiently(this.#file, () => this.#run(sql, params));
  };

  tx<T>(work: (q: Query) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let value: T;
      this.#waiting.push({
        run: async () => {
          value = await work(this.#query);
        },
        settle: (failure) => (failure === null ? resolve(value) : reject(failure)),
      });
      this.#draining ??= this.#drain();
    });
  }

  async version(): Promise<number> {
    const [row] = await this.q('pragma data_version');
    const seen = Number(row?.['data_version']);
    if (seen !== this.#dataVersion) this.#version += 1;
    this.#dataVersion = seen;
    return this.#version;
  }

  async close(): Promise<void> {
    await this.#draining;
    this.#statements.clear();
    this.#connection.close();
  }

  /** A copy of everything committed, as one file without a journal. `file` must not exist yet. */
  async copyTo(file: string): Promise<void> {
    await this.q('vacuum into $1', [file]);
  }

  readonly #query: Query = async (sql, params = []) => this.#run(sql, params);

  #run(sql: string, params: readonly Param[]): readonly Row[] {
    const known = this.#statements.get(sql) ?? this.#prepare(sql);
    const bound = known.order.map((at) => params[at] ?? null);
    if (known.returnsRows) return known.statement.all(...bound) as Row[];
    if (Number(known.statement.run(...bound).changes) > 0) this.#dirty = true;
    return [];
  }

  #prepare(sql: string): Prepared {
    const translated = translate(sql);
    const prepared = { ...translated, statement: this.#connection.prepare(translated.text) };
    this.#statements.set(sql, prepared);
    return prepared;
  }

  async #drain(): Promise<void> {
    // One turn, so that everything asked for in this one can share the commit.
    await null;
    while (this.#waiting.length > 0) {
      await this.#commitTogether(this.#waiting.splice(0, 64));
    }
    this.#draining = null;
  }

  async #commitTogether(group: readonly Work[]): Promise<void> {
    const outcomes = new Map<Work, Error | null>();
    try {
      await patiently(this.#file, () => this.#connection.exec('begin immediate'));
      this.#inTransaction = true;
      for (const work of group) outcomes.set(work, await this.#savepoint(work, group.length > 1));
      const alone = group.length === 1 ? outcomes.get(group[0] as Work) : null;
      this.#connection.exec(alone === null || alone === undefined ? 'commit' : 'rollback');
    } catch (error) {
      const failure = this.#abandon(asError(error));
      for (const work of group) outcomes.set(work, failure);
    }
    this.#inTransaction = false;
    if (this.#dirty) this.#version += 1;
    this.#dirty = false;
    for (const work of group) work.settle(outcomes.get(work) ?? null);
  }

  async #savepoint(work: Work, shared: boolean): Promise<Error | null> {
    if (shared) this.#connection.exec('savepoint one');
    let failure: Error | null = null;
    try {
      await work.run();
    } catch (error) {
      failure = asError(error);
      if (shared) this.#connection.exec('rollback to one');
    }
    if (shared) this.#connection.exec('release one');
    return failure;
  }

  #abandon(cause: Error): Error {
    try {
      this.#connection.exec('rollback');
      return cause;
    } catch (error) {
      // SQLite may have rolled back by itself (a full disk, for one). What led here is what the callers must see.
      return /no transaction is active/.test(asError(error).message) ? cause : new AggregateError([cause, error]);
    }
  }
}

/** Tries again while another process holds the lock. Two processes side by side must never see "database is locked". */
async function patiently<T>(file: string, attempt: () => T): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (tries > tries_max) throw new Error(`Another process keeps ${file} to itself.`, { cause: error });
    }
    // Waits that differ from process to process, or two of them would ask at the same moments for ever.
    await sleep(1 + ((process.pid * 7919 + tries * 104_729) % Math.min(5 * (tries + 1), 50)));
  }
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** Primary result code 5, in the words of either library. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error && typeof error.errcode === 'number') return (error.errcode & 0xff) === 5;
  return 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

/** What a person can do something about: not a database, damaged, no permission, no such folder, a read-only disk. */
function isUnreadable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error && typeof error.errcode === 'number') return [3, 8, 11, 14, 26].includes(error.errcode & 0xff);
  const code = 'code' in error ? String(error.code) : '';
  return /^SQLITE_(NOTADB|CORRUPT|CANTOPEN|READONLY|PERM)|^E(ACCES|PERM|ROFS|NOTDIR|EXIST|NOSPC)$/.test(code);
}
