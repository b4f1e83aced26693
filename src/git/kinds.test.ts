import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MemoryLeases } from '../../test/rig/memory-leases.ts';
import { HERMETIC_GIT, TestRepo } from '../../test/rig/repo.ts';
import { GIT_ENV, openIn, Room } from '../../test/rig/room.ts';
import { openRepository } from './repository.ts';

async function roundTrip(room: Room): Promise<void> {
  const slot = await room.lease();
  await writeFile(join(slot.dir, 'new.txt'), 'new\n');
  const { commit } = await room.harvest(slot);
  const landed = await room.repository.land({ target: 'refs/heads/target', commit, expected: null });
  expect(landed).toEqual({ ok: true, value: undefined });
  await slot.release();
  expect(await room.user.git('show', 'target:new.txt')).toBe('new');
}

async function refused(dir: string, stateDir: string, env: Readonly<Record<string, string>> = GIT_ENV) {
  const options = { dir, stateDir, leases: new MemoryLeases(), env, ids: () => 'x', now: () => Date.now() };
  const opened = await openRepository(options);
  if (opened.ok) throw new Error('a refusal was expected');
  return opened.error;
}

/** Turns the repository into what `git clone` with these words makes of it. */
async function cloned(user: TestRepo, ...words: string[]): Promise<TestRepo> {
  const source = user.beside('source');
  execFileSync('mv', [user.dir, source]);
  execFileSync('git', ['clone', '-q', ...words, `file://${source}`, user.dir], {
    env: { ...GIT_ENV, ...HERMETIC_GIT },
  });
  return user;
}

test('a sha256 repository works', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' }, { init: ['--object-format=sha256'] });
  await roundTrip(room);
  expect(await room.base()).toHaveLength(64);
});

test('a shallow clone works', async () => {
  const user = await TestRepo.create({ 'a.txt': 'one\n' });
  await user.commit({ 'a.txt': 'two\n' }, 'two');
  await using room = await Room.of(await cloned(user, '--depth=1'));
  await roundTrip(room);
});

test('a repository that borrows objects is copied whole', async () => {
  const user = await TestRepo.create({ 'a.txt': 'one\n' });
  const source = user.beside('source');
  execFileSync('mv', [user.dir, source]);
  execFileSync('git', ['clone', '-q', '--shared', source, user.dir], { env: { ...GIT_ENV } });
  await using room = await Room.of(user);
  await roundTrip(room);
  expect(existsSync(join(room.hub, 'objects/info/alternates'))).toBe(false);
});

test('a state folder on another file system gets copies instead of links', async () => {
  const user = await TestRepo.create({ 'a.txt': 'one\n' });
  const stateDir = await mkdtemp('/dev/shm/branchline-');
  try {
    expect(statSync(stateDir).dev).not.toBe(statSync(user.dir).dev);
    const options = { stateDir, leases: new MemoryLeases(), env: GIT_ENV, ids: () => 'x', now: () => Date.now() };
    const opened = await openRepository({ ...options, dir: user.dir });
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    expect(await opened.value.paths(await user.git('rev-parse', 'main'))).toEqual(['a.txt']);
    await opened.value.close();
  } finally {
    await rm(stateDir, { recursive: true });
    await user[Symbol.asyncDispose]();
  }
});

test('linked checkouts of one repository share their state', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' });
  await room.user.git('worktree', 'add', '-q', '-b', 'side', room.user.beside('linked'));
  const linked = await openIn(room.user, room.leases, room.user.beside('linked'));
  expect(linked.key).toBe(room.repository.key);
  expect(linked.head).toBe('side');
  expect(linked.root).toBe(room.user.beside('linked'));
  await linked.close();
});

test('slots of a sparse checkout are whole, and a detached one opens without a head', async () => {
  await using user = await TestRepo.create({ 'a/1': '1', 'b/2': '2' });
  await user.git('sparse-checkout', 'set', 'a');
  await user.git('checkout', '-q', '--detach');
  const room = await Room.of(user);
  expect(room.repository.head).toBeNull();
  const slot = await room.lease();
  expect((await readdir(slot.dir)).sort()).toEqual(['.git', 'a', 'b']);
  await room.repository.close();
});

test('pointer files of LFS stay pointer files, whatever filters the user has', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 2\n';
  await using user = await TestRepo.create({ 'big.bin': pointer, '.gitattributes': '*.bin filter=lfs -text\n' });
  await user.git('config', 'filter.lfs.smudge', `touch ${user.beside('canary')}; cat`);
  const room = await Room.of(user);
  const slot = await room.lease();
  expect(execFileSync('cat', [join(slot.dir, 'big.bin')], { encoding: 'utf8' })).toBe(pointer);
  expect(existsSync(user.beside('canary'))).toBe(false);
  await room.repository.close();
});

test('line ends follow the settings of the user in both directions', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' }, { config: { 'core.autocrlf': 'true' } });
  const slot = await room.lease();
  expect(execFileSync('cat', [join(slot.dir, 'a.txt')], { encoding: 'utf8' })).toBe('one\r\n');
  await writeFile(join(slot.dir, 'b.txt'), 'b\r\n');
  const { commit, changes } = await room.harvest(slot);
  expect(changes.map(({ path }) => path)).toEqual(['b.txt']);
  expect(await room.inHub('cat-file', 'blob', `${commit}:b.txt`)).toBe('b');
});

test('what cannot be worked on is refused with a sentence each', async () => {
  await using user = await TestRepo.create({ 'a.txt': 'one\n' });
  const state = user.beside('state');
  await mkdir(user.beside('plain'));
  expect(await refused(user.beside('plain'), state)).toMatchObject({ reason: 'not-a-repository' });
  expect(await refused(user.beside('absent'), state)).toMatchObject({ reason: 'not-a-repository' });
  await user.gitIn(user.beside(''), 'init', '-q', '--bare', 'bare');
  expect(await refused(user.beside('bare'), state)).toMatchObject({ reason: 'bare' });
  await user.gitIn(user.beside(''), 'init', '-q', 'fresh');
  expect(await refused(user.beside('fresh'), state)).toMatchObject({
    reason: 'empty',
    what: 'There is no commit yet.',
  });
  expect(await refused(user.dir, state, { PATH: '/nonexistent' })).toMatchObject({ reason: 'git-missing' });
  await user.git('config', 'remote.origin.promisor', 'true');
  expect(await refused(user.dir, state)).toMatchObject({ reason: 'partial-clone' });
});

test('a repository of somebody else is refused with the exact line that would allow it', async () => {
  await using user = await TestRepo.create({ 'a.txt': 'one\n' });
  if (process.getuid?.() === 0) chownSync(user.dir, 12345, 12345);
  const env = { ...GIT_ENV, ...(process.getuid?.() === 0 ? {} : { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }) };
  const refusal = await refused(user.dir, user.beside('state'), env);
  expect(refusal.reason).toBe('owned-by-other');
  expect(refusal.next).toContain(`git config --global --add safe.directory ${user.dir}`);
});
