import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Room } from '../../test/rig/room.ts';

test('rule 1: nothing that an agent plants in its slot runs when we look at it', async () => {
  await using room = await Room.create({
    'a.txt': 'one\n',
    '.gitattributes': '*.txt filter=evil diff=evil merge=evil\n',
  });
  const canary = room.user.beside('canary');
  const evil = `sh -c 'touch ${canary}; cat'`;
  const slot = await room.lease();
  const git = join(slot.dir, '.git');
  const config = ['[core]', `fsmonitor = ${canary}.sh`, `hooksPath = ${git}/hooks`, `attributesFile = ${git}/attr`];
  const filter = ['[filter "evil"]', `clean = "${evil}"`, `smudge = "${evil}"`, 'required = true'];
  const rest = ['[diff "evil"]', `textconv = "${evil}"`, `command = "${evil}"`, '[merge "evil"]', `driver = "${evil}"`];
  await appendFile(join(git, 'config'), [...config, ...filter, ...rest].join('\n'));
  await mkdir(join(git, 'hooks'));
  for (const hook of ['post-index-change', 'reference-transaction', 'pre-auto-gc', 'post-checkout', 'pre-commit']) {
    await writeFile(join(git, 'hooks', hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
  }
  await writeFile(`${canary}.sh`, `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
  await writeFile(join(slot.dir, 'a.txt'), 'changed\n');
  await slot.rescue('a look');
  const { commit } = await room.harvest(slot);
  await room.repository.merge(await room.base(), commit);
  await slot.release();
  await (await room.lease({ key: { run: 'r1', task: 'other', attempt: 1 } })).release();
  expect(existsSync(canary)).toBe(false);
});

test('rule 1: a submodule that an agent filled with settings of its own starts no git there', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' });
  const oid = await room.base();
  await room.user.git('update-index', '--add', '--cacheinfo', `160000,${oid},sub`);
  await room.user.git('commit', '-qm', 'a submodule');
  await room.repository.sync();
  const canary = room.user.beside('canary');
  await writeFile(`${canary}.sh`, `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
  const slot = await room.lease();
  const sub = join(slot.dir, 'sub');
  await room.user.gitIn(slot.dir, 'init', '-q', 'sub');
  await writeFile(join(sub, 'inner.txt'), 'inner\n');
  await room.user.gitIn(sub, 'add', '-A');
  await room.user.gitIn(sub, 'commit', '-qm', 'inner');
  await room.user.gitIn(sub, 'config', 'core.fsmonitor', `${canary}.sh`);
  await writeFile(join(slot.dir, 'b.txt'), 'b\n');
  expect(await slot.harvest('m')).toEqual({ ok: false, error: { reason: 'nested-repository', paths: ['sub'] } });
  await slot.release();
  expect(existsSync(canary)).toBe(false);
  expect(await room.inHub('rev-list', '--objects', '--all')).toContain('inner.txt');
  const next = await room.lease({ key: { run: 'r2', task: 'x', attempt: 1 } });
  await writeFile(join(next.dir, 'b.txt'), 'b\n');
  expect((await room.harvest(next)).changes.map(({ path }) => path)).toEqual(['b.txt']);
  expect(await room.user.gitIn(next.dir, 'status', '--porcelain')).toBe('?? b.txt');
});

test('rule 1: an object whose content is not what its name says does not get into the hub', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' });
  const slot = await room.lease();
  const git = (...args: string[]): Promise<string> => room.user.gitIn(slot.dir, ...args);
  await writeFile(join(slot.dir, 'b.txt'), 'honest\n');
  await git('add', '-A');
  await git('commit', '-qm', 'looks honest');
  const blob = await git('rev-parse', 'HEAD:b.txt');
  const path = join(slot.dir, '.git/objects', blob.slice(0, 2), blob.slice(2));
  await chmod(path, 0o644);
  await writeFile(path, deflateSync(Buffer.from('blob 5\0lies\n')));
  const { commit } = await room.harvest(slot);
  expect(await room.inHub('show', `${commit}:b.txt`)).toBe('honest');
  expect(await room.inHub('fsck', '--full', '--strict', '--no-dangling')).toBe('');
});

test('rule 1: replace refs, grafts and foreign alternates of a slot change nothing', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' });
  const slot = await room.lease();
  const git = (...args: string[]): Promise<string> => room.user.gitIn(slot.dir, ...args);
  await writeFile(join(slot.dir, 'b.txt'), 'b\n');
  await git('add', '-A');
  await git('commit', '-qm', 'mine');
  await git('replace', '--graft', 'HEAD');
  await appendFile(join(slot.dir, '.git/objects/info/alternates'), `${room.user.dir}/.git/objects\n`);
  const { commit } = await room.harvest(slot);
  expect(await room.inHub('rev-parse', `${commit}^`)).toBe(await room.base());
});

test('rule 3: what was handed out stays reachable in the hub, also when the user drops it and prunes', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' });
  await room.user.git('checkout', '-qb', 'gone');
  const base = await room.user.commit({ 'b.txt': 'b\n' }, 'soon gone');
  await room.repository.sync();
  const slot = await room.lease({ base });
  await room.user.git('checkout', '-q', 'main');
  await room.user.git('branch', '-D', 'gone');
  await room.user.git('reflog', 'expire', '--expire=now', '--all');
  await room.user.git('gc', '-q', '--prune=now');
  await room.repository.sync();
  await room.inHub('gc', '-q', '--prune=now');
  expect(await room.user.gitIn(slot.dir, 'fsck', '--no-dangling')).toBe('');
  await writeFile(join(slot.dir, 'c.txt'), 'c\n');
  expect((await room.harvest(slot)).changes).toHaveLength(1);
});

test('rule 3: refs of the user live under their own prefix and never meet ours', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' });
  await room.user.git('tag', 'v1');
  await room.user.git('update-ref', 'refs/branchline/pin/planted', 'HEAD');
  await room.user.git('branch', 'a');
  await room.repository.sync();
  await room.user.git('branch', '-D', 'a');
  await room.user.git('branch', 'a/b');
  expect(await room.repository.sync()).toMatchObject({ ok: true });
  const refs = (await room.repository.refs('refs/')).map(({ ref }) => ref);
  expect(refs).toEqual([
    'refs/branchline/user/heads/a/b',
    'refs/branchline/user/heads/main',
    'refs/branchline/user/tags/v1',
  ]);
});

test('rule 7: a slot looks like a clone, without credentials and without a way to push', async () => {
  const config = { 'remote.origin.url': 'https://me:secret@example.com/shop.git', 'core.autocrlf': 'input' };
  await using room = await Room.create({ 'a.txt': 'one\n' }, { config });
  await room.user.git('tag', '-a', 'v1', '-m', 'one');
  await room.repository.sync();
  const slot = await room.lease();
  const git = (...args: string[]): Promise<string> => room.user.gitIn(slot.dir, ...args);
  expect(await git('remote', 'get-url', 'origin')).toBe('https://example.com/shop.git');
  expect(await git('remote', 'get-url', '--push', 'origin')).toBe('branchline-no-push:///disabled');
  expect(await git('rev-parse', 'origin/main', 'origin/HEAD')).toBe(`${await room.base()}\n${await room.base()}`);
  expect(await git('describe')).toBe('v1');
  expect(await git('symbolic-ref', '--short', 'HEAD')).toBe('r1/api');
  expect(await git('config', 'core.autocrlf')).toBe('input');
  expect(await git('config', 'user.email')).toBe('ada@example.com');
  await expect(git('push', 'origin', 'HEAD')).rejects.toThrow(/branchline-no-push/);
  expect(await readFile(join(slot.dir, '.git/config'), 'utf8')).not.toContain('secret');
  expect(await git('fsck')).toBe('');
});

test('a link planted in place of a folder is never followed out of the slot', async () => {
  await using room = await Room.create({ 'dir/a.txt': 'one\n', 'deep/er/b.txt': 'b\n' });
  const outside = room.user.beside('outside');
  await mkdir(join(outside, 'er'), { recursive: true });
  await writeFile(join(outside, 'a.txt'), 'precious\n');
  await writeFile(join(outside, 'er/b.txt'), 'precious\n');
  const slot = await room.lease();
  await rm(join(slot.dir, 'dir'), { recursive: true });
  await symlink(outside, join(slot.dir, 'dir'));
  await rename(join(slot.dir, 'deep'), join(slot.dir, 'moved'));
  await symlink(outside, join(slot.dir, 'deep'));
  await symlink('/', join(slot.dir, 'root'));
  await rm(join(slot.dir, '.git'), { recursive: true });
  await symlink(join(room.user.dir, '.git'), join(slot.dir, '.git'));
  const before = await room.user.snapshot();
  await slot.release();
  const next = await room.lease({ key: { run: 'r2', task: 'x', attempt: 1 } });
  expect(next.number).toBe(slot.number);
  expect(await readFile(join(next.dir, 'dir/a.txt'), 'utf8')).toBe('one\n');
  expect(await room.user.gitIn(next.dir, 'status', '--porcelain')).toBe('');
  expect(await readFile(join(outside, 'a.txt'), 'utf8')).toBe('precious\n');
  expect(await readFile(join(outside, 'er/b.txt'), 'utf8')).toBe('precious\n');
  expect(await room.user.snapshot()).toEqual(before);
});
