import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MemoryLeases } from '../../test/rig/memory-leases.ts';
import { openIn, Room } from '../../test/rig/room.ts';

const other = { key: { run: 'r2', task: 'other', attempt: 1 } };
const START = { 'a.txt': 'one\n', 'dir/b.txt': 'b\n', '.gitignore': 'node_modules/\n*.log\n.env\n' };

const trashed = (room: Room): string =>
  execFileSync('find', [join(room.state, room.repository.key, 'trash'), '-type', 'f'], { encoding: 'utf8' });

test('a slot is reused without its dirt, and the dirt is under refs or in the trash (U45, U99)', async () => {
  await using room = await Room.create(START);
  const slot = await room.lease();
  await writeFile(join(slot.dir, 'a.txt'), 'changed\n');
  await writeFile(join(slot.dir, 'untracked'), 'untracked\n');
  await writeFile(join(slot.dir, 'x.log'), 'ignored\n');
  await mkdir(join(slot.dir, 'node_modules/p'), { recursive: true });
  await writeFile(join(slot.dir, 'node_modules/p/index.js'), 'reproducible\n');
  await mkdir(join(slot.dir, 'empty'));
  await mkdir(join(slot.dir, 'sealed/in'), { recursive: true });
  await writeFile(join(slot.dir, 'sealed/in/file'), 'sealed\n');
  await chmod(join(slot.dir, 'sealed/in'), 0o555);
  await chmod(join(slot.dir, 'sealed'), 0o555);
  await writeFile(join(slot.tmp, 't'), 't');
  await writeFile(join(slot.home, '.session'), 'said\n');
  await slot.release();
  const [ref] = await room.repository.refs('refs/branchline/rescue/r1/api/1/');
  const saved = await room.inHub('ls-tree', '-r', '--name-only', ref?.oid ?? '');
  expect(saved.split('\n')).toEqual(['.gitignore', 'a.txt', 'dir/b.txt', 'sealed/in/file', 'untracked', 'x.log']);
  const next = await room.lease(other);
  expect(next.number).toBe(slot.number);
  expect((await readdir(next.dir)).sort()).toEqual(['.git', '.gitignore', 'a.txt', 'dir']);
  expect(await room.user.gitIn(next.dir, 'status', '--porcelain', '--ignored')).toBe('');
  expect([await readdir(next.tmp), await readdir(next.home)]).toEqual([[], []]);
  expect(trashed(room)).toContain('node_modules/p/index.js');
  expect(trashed(room)).toContain('home/.session');
});

test('a change between the harvest and the next lease is rescued, not carried over', async () => {
  await using room = await Room.create(START);
  const slot = await room.lease();
  await writeFile(join(slot.dir, 'a.txt'), 'work\n');
  await room.harvest(slot);
  await slot.release();
  await writeFile(join(slot.dir, 'a.txt'), 'too late\n');
  await writeFile(join(slot.dir, 'straggler'), 'too late\n');
  const next = await room.lease(other);
  expect(await readFile(join(next.dir, 'a.txt'), 'utf8')).toBe('one\n');
  const refs = await room.repository.refs('refs/branchline/rescue/r1/api/1/');
  expect(refs).toHaveLength(1);
  expect(await room.inHub('show', `${refs[0]?.oid}:straggler`)).toBe('too late');
});

test('kept paths and their set-up survive while the set-up is the same, and only if they are ignored', async () => {
  await using room = await Room.create(START);
  const set = { keep: ['node_modules', 'plain'], setupKey: 's1' };
  const slot = await room.lease(set);
  expect(slot.setupDone).toBe(false);
  await mkdir(join(slot.dir, 'node_modules'));
  await writeFile(join(slot.dir, 'node_modules/x'), 'x');
  await slot.markSetupDone();
  await writeFile(join(slot.dir, 'work.txt'), 'w');
  await room.harvest(slot);
  await writeFile(join(slot.dir, 'plain'), 'not ignored');
  await slot.release();
  const same = await room.lease({ ...set, ...other });
  expect([same.number, same.setupDone]).toEqual([slot.number, true]);
  expect((await readdir(same.dir)).sort()).toEqual(['.git', '.gitignore', 'a.txt', 'dir', 'node_modules']);
  await same.release();
  const changed = await room.lease({ ...set, setupKey: 's2', key: { run: 'r3', task: 't', attempt: 1 } });
  expect([changed.number, changed.setupDone]).toEqual([slot.number, false]);
  expect(existsSync(join(changed.dir, 'node_modules'))).toBe(false);
});

test('without keep, what set-up made is gone and set-up has to run again', async () => {
  await using room = await Room.create(START);
  const commit = await room.base();
  const first = await room.repository.slots.leaseForChecks(commit, 's1');
  if (!first.ok) throw new Error('no slot');
  await writeFile(join(first.value.dir, 'made.log'), 'x');
  await first.value.markSetupDone();
  await first.value.release();
  const second = await room.repository.slots.leaseForChecks(commit, 's1');
  expect(second).toMatchObject({ ok: true, value: { number: first.value.number, setupDone: false } });
  expect(await room.repository.refs('refs/branchline/rescue/')).toEqual([]);
});

test('an attempt keeps its slot when its process dies, and nobody else gets it', async () => {
  await using room = await Room.create(START);
  const { key } = await room.request();
  const slot = await room.lease();
  await writeFile(join(slot.dir, 'half'), 'half done\n');
  room.leases.forgetAll();
  const later = await openIn(room.user, room.leases);
  const stranger = await later.slots.lease(await room.request(other));
  expect(stranger).toMatchObject({ ok: true, value: { number: 1 } });
  expect((await later.slots.list()).map(({ state }) => state)).toEqual(['held', 'leased']);
  const held = await later.slots.held(key);
  expect([held?.number, held?.base, held?.port]).toEqual([slot.number, slot.base, slot.port]);
  const harvest = await held?.harvest('m');
  expect(harvest).toMatchObject({ ok: true, value: { changes: [{ path: 'half' }] } });
  await held?.release();
  expect(await later.slots.held(key)).toBeNull();
  await later.close();
});

test('a slot of which nothing is known any more goes to the trash whole', async () => {
  await using room = await Room.create(START);
  const slot = await room.lease();
  await writeFile(join(slot.dir, 'precious'), 'p');
  await writeFile(join(slot.dir, '../lease.json'), 'garbage');
  await writeFile(join(slot.dir, '../index.lock'), '');
  room.leases.forgetAll();
  const later = await openIn(room.user, room.leases);
  const leased = await later.slots.lease(await room.request(other));
  expect(leased).toMatchObject({ ok: true, value: { number: 0 } });
  expect(trashed(room)).toContain('work/precious');
  await later.close();
});

test('each slot has ports, a TMPDIR and a HOME of its own', async () => {
  await using room = await Room.create(START);
  const slots = [];
  for (let task = 0; task < 3; task += 1)
    slots.push(await room.lease({ key: { run: 'r', task: `${task}`, attempt: 1 } }));
  expect(new Set(slots.map(({ port }) => port)).size).toBe(3);
  expect(new Set(slots.flatMap(({ tmp, home, dir }) => [tmp, home, dir])).size).toBe(9);
});

test('names that are no branch, and bases that do not exist, are failures and not errors', async () => {
  await using room = await Room.create(START);
  for (const branch of [
    '-x',
    'a..b',
    'a b',
    'x.lock',
    '/x',
    'x/',
    'a//b',
    '.x',
    'HEAD',
    'x\ny',
    '',
    '@{',
    'x'.repeat(300),
  ]) {
    const refused = await room.repository.slots.lease(await room.request({ branch }));
    expect(refused).toMatchObject({ ok: false, error: { reason: 'workspace' } });
  }
  const absent = await room.repository.slots.lease(await room.request({ base: '1'.repeat(40) }));
  expect(absent).toMatchObject({ ok: false, error: { reason: 'workspace' } });
});

test('odd names of runs and tasks become refs and stay apart', async () => {
  await using room = await Room.create(START);
  for (const task of ['../../x', 'a b', 'ü', 'x'.repeat(300), '', 'a~^:?*[\\', '.lock']) {
    const slot = await room.lease({ key: { run: '-r/..', task, attempt: 1 } });
    await writeFile(join(slot.dir, 'f'), task);
    await slot.release();
  }
  expect(await room.repository.refs('refs/branchline/rescue/')).toHaveLength(7);
});

test('.worktreeinclude brings ignored files along, never through a link and never twice (U46)', async () => {
  await using room = await Room.create({ ...START, '.worktreeinclude': '.env\nlinked/\nplain\n' });
  await room.user.write({ '.env': 'SECRET=1\n', plain: 'not ignored\n', 'dir/.env': 'SECRET=2\n' });
  await symlink('/etc', join(room.user.dir, 'linked'));
  const slot = await room.lease();
  expect(await readFile(join(slot.dir, '.env'), 'utf8')).toBe('SECRET=1\n');
  expect(await readFile(join(slot.dir, 'dir/.env'), 'utf8')).toBe('SECRET=2\n');
  expect((await readdir(slot.dir)).sort()).toEqual(['.env', '.git', '.gitignore', '.worktreeinclude', 'a.txt', 'dir']);
  await writeFile(join(slot.dir, 'w'), 'w');
  expect((await room.harvest(slot)).changes.map(({ path }) => path)).toEqual(['w']);
  await slot.release();
  await rm(join(room.user.dir, '.env'));
  const next = await room.lease(other);
  expect(existsSync(join(next.dir, '.env'))).toBe(false);
  expect(existsSync(join(next.dir, 'dir/.env'))).toBe(true);
  expect(await room.repository.refs('refs/branchline/rescue/')).toEqual([]);
});

test('two processes that open a repository for the first time make one hub', async () => {
  await using room = await Room.create(START);
  await rm(room.state, { recursive: true });
  const opened = await Promise.all(Array.from({ length: 4 }, () => openIn(room.user, new MemoryLeases())));
  for (const repository of opened) {
    expect(await repository.paths(await room.base())).toHaveLength(3);
    await repository.close();
  }
  expect((await readdir(join(room.hub, '..'))).filter((name) => name.startsWith('hub.git'))).toEqual(['hub.git']);
});

test('locks left by a killed process are no obstacle', async () => {
  await using room = await Room.create(START);
  const slot = await room.lease();
  await writeFile(join(slot.dir, 'work'), 'w');
  for (const name of ['../index.lock', '../rescue-index.lock']) await writeFile(join(slot.dir, name), '');
  const old = new Date(Date.now() - 60_000);
  await mkdir(join(room.hub, 'refs/branchline/pin/r1/api/1'), { recursive: true });
  await writeFile(join(room.hub, 'refs/branchline/pin/r1/api/1/result.lock'), '');
  await utimes(join(room.hub, 'refs/branchline/pin/r1/api/1/result.lock'), old, old);
  room.leases.forgetAll();
  const later = await openIn(room.user, room.leases);
  const held = await later.slots.held({ run: 'r1', task: 'api', attempt: 1 });
  expect(await held?.rescue('a look')).toHaveLength(1);
  expect(await held?.harvest('m')).toMatchObject({ ok: true });
  await later.close();
});
