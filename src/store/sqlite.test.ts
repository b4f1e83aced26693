import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../system/clock.ts';
import { translate } from './db.ts';
import { chooseDriver, isAtLeast, type SqliteDriver } from './driver.ts';
import { migrate } from './migrate.ts';
import { isNetworkFileSystem } from './network-fs.ts';
import { isGone, startTimeOf, thisOwner } from './owner.ts';
import { migrations } from './schema.ts';
import { openSqlite, type SqliteDatabase } from './sqlite.ts';
import { openStore } from './store.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'branchline-sqlite-'));
  file = join(folder, 'state', 'state.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = async (): Promise<SqliteDatabase> => {
  const opened = await openSqlite(file);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
};

const openAll = () => openStore({ file, clock: systemClock, owner: thisOwner() });

const NEXT = migrations.length + 1;

test('the state file is made with its folder, and only its owner may read either', async () => {
  const opened = await openAll();
  expect(opened.ok).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
  if (opened.ok) await opened.value.store.close();
});

test('the file is written in WAL mode, and every commit is on disk before it is reported', async () => {
  const db = await open();
  const [[mode], [synchronous], [foreign]] = [
    await db.q('pragma journal_mode'),
    await db.q('pragma synchronous'),
    await db.q('pragma foreign_keys'),
  ];
  expect([mode?.['journal_mode'], synchronous?.['synchronous'], foreign?.['foreign_keys']]).toEqual(['wal', 2, 1]);
  await db.close();
});

test('a SQLite that can damage the file is refused, with both ways out', async () => {
  const current = chooseDriver();
  if (!current.ok) throw new Error(current.error.message);
  const old = withVersion(current.value, '3.51.2');
  const refused = await openSqlite(file, chooseDriver([() => old]));
  expect(refused).toMatchObject({ ok: false, error: { reason: 'sqlite-too-old' } });
  if (!refused.ok) expect(refused.error.message).toMatch(/3\.51\.2.*Node.*npm install better-sqlite3/);
  expect(existsSync(file)).toBe(false);
  expect(chooseDriver([() => old, () => current.value])).toEqual(current);
  expect(chooseDriver([() => null, () => null])).toMatchObject({ ok: false, error: { reason: 'no-sqlite' } });
});

test('versions are compared part by part', () => {
  expect(['3.51.3', '3.51.4', '3.53.0', '4.0', '3.51.10'].every((each) => isAtLeast(each, '3.51.3'))).toBe(true);
  expect(['3.51.2', '3.51', '3.9.9', '2.99.99', ''].some((each) => isAtLeast(each, '3.51.3'))).toBe(false);
});

test('a file that a newer program wrote is refused and left as it is', async () => {
  const db = await open();
  const next = { version: NEXT, statements: ['create table later (id text)'] };
  expect(await migrate(db, file, [...migrations, next])).toEqual({ ok: true, value: undefined });
  await db.close();
  const refused = await openAll();
  expect(refused).toMatchObject({ ok: false, error: { reason: 'newer-file' } });
  if (!refused.ok) expect(refused.error.message).toMatch(`schema ${NEXT}; this one knows ${NEXT - 1}`);
});

test('a migration copies the whole file first and keeps what is in it', async () => {
  const db = await open();
  await migrate(db, file);
  await db.tx((q) => q("insert into leases values ('engine', 7, null, null, null, 1, 1, 1)"));
  const next = { version: NEXT, statements: ["alter table leases add column note text default 'new'"] };
  await migrate(db, file, [...migrations, next]);
  expect(await db.q('select fence, note from leases')).toMatchObject([{ fence: 7, note: 'new' }]);
  await db.close();
  expect(readdirSync(join(folder, 'state'))).toEqual(['state.db', `state.db.v${NEXT - 1}.backup`]);
  expect(statSync(`${file}.v${NEXT - 1}.backup`).mode & 0o777).toBe(0o600);
  const backup = await openStore({ file: `${file}.v${NEXT - 1}.backup`, clock: systemClock, owner: thisOwner() });
  if (!backup.ok) throw new Error(backup.error.message);
  expect((await backup.value.leases.take('engine', 1))?.fence).toBe(8);
  await backup.value.store.close();
});

test('a migration that fails changes nothing', async () => {
  const db = await open();
  await migrate(db, file);
  const broken = { version: NEXT, statements: ['create table half (id text)', 'create nonsense'] };
  await expect(migrate(db, file, [...migrations, broken])).rejects.toThrow(/syntax/);
  expect(await db.q("select name from sqlite_master where name = 'half'")).toEqual([]);
  await db.close();
  const opened = await openAll();
  expect(opened.ok).toBe(true);
  if (opened.ok) await opened.value.store.close();
});

test('many that open a fresh file at once agree on it', async () => {
  const opened = await Promise.all(Array.from({ length: 8 }, openAll));
  expect(opened.map(({ ok }) => ok)).toEqual(Array.from({ length: 8 }, () => true));
  for (const each of opened) if (each.ok) await each.value.store.close();
});

test('something else in place of the state file is refused, not overwritten', async () => {
  writeFileSync(join(folder, 'text'), 'not a database at all, but quite long enough to look like one'.repeat(20));
  file = join(folder, 'text');
  expect(await openAll()).toMatchObject({ ok: false, error: { reason: 'unreadable' } });
  expect(statSync(file).size).toBe(1220);
});

test('a state folder that cannot be made is refused with a way out', async () => {
  writeFileSync(join(folder, 'plain'), '');
  file = join(folder, 'plain', 'below', 'state.db');
  const refused = await openAll();
  expect(refused).toMatchObject({ ok: false, error: { reason: 'unreadable' } });
  if (!refused.ok) expect(refused.error.message).toMatch(/ENOTDIR.*BRANCHLINE_STATE_DIR/);
});

test('NFS, SMB and their like count as network file systems, on Linux', () => {
  expect([0x6969, 0xff534d42, -11317950, 0xfe534d42].map((type) => isNetworkFileSystem(type, 'linux'))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(isNetworkFileSystem(0xef53, 'linux')).toBe(false);
  expect(isNetworkFileSystem(0x6969, 'darwin')).toBe(false);
});

test('placeholders are bound in the order in which they stand, each as often as it stands', async () => {
  expect(translate('select $2, $1, $2 for update')).toEqual({
    text: 'select ?, ?, ?',
    order: [1, 0, 1],
    returnsRows: true,
  });
  const db = await open();
  const [row] = await db.q("select $2 as a, $1 as b, $2 as c, 'x' as d", ['one', 2]);
  expect({ ...row }).toEqual({ a: 2, b: 'one', c: 2, d: 'x' });
  await db.close();
});

test('transactions that share a commit fail one by one', async () => {
  const db = await open();
  await db.tx((q) => q('create table words (word text primary key)'));
  const add = (word: string): Promise<unknown> => db.tx((q) => q('insert into words values ($1)', [word]));
  const half = db.tx(async (q) => {
    await q("insert into words values ('half')");
    throw new Error('on purpose');
  });
  const outcomes = await Promise.allSettled([half, ...['a', 'b', 'a', 'c'].map(add)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  await expect(add('b')).rejects.toThrow(/UNIQUE/);
  expect((await db.q('select word from words order by word')).map((row) => row['word'])).toEqual(['a', 'b', 'c']);
  await db.close();
});

test('nobody sees the middle of a transaction', async () => {
  const db = await open();
  await db.tx((q) => q('create table words (word text)'));
  let seen: Promise<readonly unknown[]> = Promise.resolve([]);
  const writing = db.tx(async (q) => {
    await q("insert into words values ('half')");
    seen = db.q('select word from words');
    await q("insert into words values ('other half')");
  });
  await writing;
  expect(await seen).toHaveLength(2);
  await db.close();
});

test('a process is known by its pid and its start together', () => {
  const me = thisOwner();
  expect(isGone(me)).toBe(false);
  expect(isGone({ ...me, startTime: 'another time' })).toBe(true);
  expect(startTimeOf(2 ** 22 + 1)).toBe(null);
  expect(isGone({ ...me, pid: 2 ** 22 + 1 })).toBe(true);
  expect(startTimeOf(process.pid)).toBe(me.startTime);
});

test.runIf(process.platform === 'linux')('a dead process that nobody has reaped is gone', async () => {
  // The shell becomes a program that never waits for the child it got with it.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(String(line));
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /);
  expect(startTimeOf(pid)).toBe(null);
  parent.kill('SIGKILL');
});

/** The real library, but for what it says about its version. */
const withVersion = (driver: SqliteDriver, version: string): SqliteDriver => ({
  name: 'old-sqlite',
  open: (path) => {
    const connection = driver.open(path);
    return {
      exec: (sql) => connection.exec(sql),
      prepare: (sql) => connection.prepare(sql.replace('sqlite_version()', `'${version}'`)),
      close: () => connection.close(),
    };
  },
});
