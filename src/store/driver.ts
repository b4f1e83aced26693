import { createRequire } from 'node:module';
import { err, ok, type Result } from '../core/result.ts';
import type { StoreRefusal } from './refusal.ts';

/** What both SQLite libraries have in common: a synchronous connection. */
export interface Connection {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): unknown;
}
export interface Statement {
  all(...params: readonly unknown[]): unknown[];
  run(...params: readonly unknown[]): { readonly changes: number | bigint };
}
export type SqliteDriver = { readonly name: string; open(file: string): Connection };
export type DriverLoader = () => SqliteDriver | null;

/** Older ones can corrupt a WAL file that several connections write: the WAL-reset bug, fixed in 3.51.3. */
const sqliteVersion_min = '3.51.3';

/** The first driver that is there and new enough, or why there is none. */
export function chooseDriver(
  loaders: readonly DriverLoader[] = [nodeSqlite, betterSqlite3],
): Result<SqliteDriver, StoreRefusal> {
  const tooOld: string[] = [];
  for (const load of loaders) {
    const driver = load();
    if (driver === null) continue;
    const version = versionOf(driver);
    if (isAtLeast(version, sqliteVersion_min)) return ok(driver);
    tooOld.push(`${driver.name} brings SQLite ${version}`);
  }
  return err(tooOld.length === 0 ? noSqlite() : sqliteTooOld(tooOld));
}

const waysOut =
  'Either use a Node that brings it (24, or a late 22), or install the optional package: npm install better-sqlite3';

const noSqlite = (): StoreRefusal => ({
  reason: 'no-sqlite',
  message: `Nothing here can open the state file: this Node has no node:sqlite and better-sqlite3 is not installed. ${waysOut}`,
});

const sqliteTooOld = (found: readonly string[]): StoreRefusal => ({
  reason: 'sqlite-too-old',
  message: `SQLite ${sqliteVersion_min} or newer is needed, because older ones can damage a file that several processes write; ${found.join(' and ')}. ${waysOut}`,
});

function versionOf(driver: SqliteDriver): string {
  const connection = driver.open(':memory:');
  const [row] = connection.prepare('select sqlite_version() as version').all();
  connection.close();
  return typeof row === 'object' && row !== null && 'version' in row ? String(row.version) : '0';
}

/** Compares dotted version numbers part by part. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((dotted) => dotted.split('.').map(Number));
  for (const [at, part] of (want ?? []).entries()) {
    const mine = have?.[at] ?? 0;
    if (mine !== part) return mine > part;
  }
  return true;
}

function nodeSqlite(): SqliteDriver | null {
  const builtin = withoutExperimentalWarning(() => process.getBuiltinModule?.('node:sqlite'));
  if (typeof builtin !== 'object' || builtin === null || !('DatabaseSync' in builtin)) return null;
  const DatabaseSync = builtin.DatabaseSync as new (file: string) => Connection;
  return { name: 'node:sqlite', open: (file) => new DatabaseSync(file) };
}

/** Node 22 warns about node:sqlite on standard error, which belongs to the person at the terminal. */
function withoutExperimentalWarning<T>(load: () => T): T {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function betterSqlite3(): SqliteDriver | null {
  const load = createRequire(import.meta.url);
  try {
    const Database = load('better-sqlite3') as new (file: string) => Connection;
    // Constructing is what loads the native part: a package whose build failed must count as absent.
    new Database(':memory:').close();
    return { name: 'better-sqlite3', open: (file) => new Database(file) };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  (/Cannot find module|Could not locate the bindings|different Node\.js version|ERR_DLOPEN_FAILED/.test(
    error.message,
  ) ||
    ('code' in error && (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_DLOPEN_FAILED')));
