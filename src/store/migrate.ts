import { chmodSync, renameSync, rmSync } from 'node:fs';
import { err, ok, type Result } from '../core/result.ts';
import type { Query } from './db.ts';
import { number } from './db.ts';
import type { StoreRefusal } from './refusal.ts';
import { type Migration, migrations } from './schema.ts';
import type { SqliteDatabase } from './sqlite.ts';

/**
 * Brings the file to the newest schema that this program knows. Whatever held something is copied first, to
 * `<file>.v<version>.backup`. A file that a newer program wrote is refused: we could only damage it.
 */
export async function migrate(
  db: SqliteDatabase,
  file: string,
  steps: readonly Migration[] = migrations,
): Promise<Result<void, StoreRefusal>> {
  const known = steps.at(-1)?.version ?? 0;
  const found = await versionOf(db.q);
  if (found > known) return err(newer(file, found, known));
  if (found === known) return ok(undefined);
  if (found > 0) await backUp(db, `${file}.v${found}.backup`);
  await db.tx((q) => apply(q, steps));
  return ok(undefined);
}

const newer = (file: string, found: number, known: number): StoreRefusal => ({
  reason: 'newer-file',
  message: `${file} was written by a newer Branchline (schema ${found}; this one knows ${known}). Use that one, or update this one.`,
});

/** 0: the file is empty. */
async function versionOf(q: Query): Promise<number> {
  const tables = await q("select name from sqlite_master where name = 'schema_version'");
  if (tables.length === 0) return 0;
  const [row] = await q('select version from schema_version');
  return row === undefined ? 0 : number(row, 'version');
}

/** Another process may do the same at this moment: each makes its own copy, the last one stays, and all are whole. */
async function backUp(db: SqliteDatabase, backup: string): Promise<void> {
  const partial = `${backup}.${process.pid}`;
  rmSync(partial, { force: true });
  await db.copyTo(partial);
  chmodSync(partial, 0o600);
  renameSync(partial, backup);
}

async function apply(q: Query, steps: readonly Migration[]): Promise<void> {
  // Asked again under the lock, because another process may have been faster.
  const found = await versionOf(q);
  for (const { version, statements } of steps) {
    if (version <= found) continue;
    for (const statement of statements) await q(statement);
  }
  await q('create table if not exists schema_version (version integer not null)');
  await q('delete from schema_version');
  await q('insert into schema_version (version) values ($1)', [Math.max(found, steps.at(-1)?.version ?? 0)]);
}
