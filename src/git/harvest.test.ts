import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Room } from '../../test/rig/room.ts';
import type { Slot } from '../core/ports/git.ts';

const START = { 'a.txt': 'one\n', 'dir/b.txt': 'b\n', '.gitignore': '*.log\nout/\n' };

async function working(): Promise<{ room: Room; slot: Slot; git: (...args: string[]) => Promise<string> }> {
  const room = await Room.create(START);
  const slot = await room.lease();
  return { room, slot, git: (...args) => room.user.gitIn(slot.dir, ...args) };
}

const read = (room: Room, commit: string, path: string): Promise<string> => room.inHub('show', `${commit}:${path}`);

test('what is committed, staged and just left becomes one result on the commits of the agent', async () => {
  const { room, slot, git } = await working();
  await using _ = room;
  await writeFile(join(slot.dir, 'committed'), '1');
  await git('add', '-A');
  await git('commit', '-qm', 'mine');
  const mine = await git('rev-parse', 'HEAD');
  await writeFile(join(slot.dir, 'staged'), '2');
  await git('add', 'staged');
  await writeFile(join(slot.dir, 'left'), '3');
  await rm(join(slot.dir, 'dir/b.txt'));
  const { commit, changes, rescued } = await room.harvest(slot);
  expect(await room.inHub('rev-parse', `${commit}^`)).toBe(mine);
  expect(changes.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    'added committed',
    'deleted dir/b.txt',
    'added left',
    'added staged',
  ]);
  expect(rescued).toEqual([]);
  expect(await room.inHub('log', '-1', '--format=%an <%ae> %s', commit)).toBe('Ada Author <ada@example.com> work');
});

test('a result that the agent committed whole is that commit itself', async () => {
  const { room, slot, git } = await working();
  await using _ = room;
  await writeFile(join(slot.dir, 'x'), '1');
  await git('add', '-A');
  await git('commit', '-qm', 'mine');
  await git('commit', '-q', '--amend', '-m', 'mine, better');
  const { commit, rescued } = await room.harvest(slot);
  expect(commit).toBe(await git('rev-parse', 'HEAD'));
  // The commit that was amended away is only in the reflog.
  expect(rescued).toHaveLength(1);
});

test('an ignored file that the agent added on purpose belongs to the result, one that it did not add does not', async () => {
  const { room, slot, git } = await working();
  await using _ = room;
  await writeFile(join(slot.dir, 'wanted.log'), '1');
  await writeFile(join(slot.dir, 'unwanted.log'), '2');
  await git('add', '-f', 'wanted.log');
  const { changes } = await room.harvest(slot);
  expect(changes.map(({ path }) => path)).toEqual(['wanted.log']);
});

test('hidden changes are seen: assume-unchanged and skip-worktree of the agent have no effect', async () => {
  const { room, slot, git } = await working();
  await using _ = room;
  await git('update-index', '--assume-unchanged', 'a.txt');
  await git('update-index', '--skip-worktree', 'dir/b.txt');
  await writeFile(join(slot.dir, 'a.txt'), 'hidden\n');
  await writeFile(join(slot.dir, 'dir/b.txt'), 'hidden too\n');
  const { commit } = await room.harvest(slot);
  expect(await read(room, commit, 'a.txt')).toBe('hidden');
  expect(await read(room, commit, 'dir/b.txt')).toBe('hidden too');
});

test('no change at all is no-change; commits that cancel each other out are kept but count for nothing', async () => {
  const { room, slot, git } = await working();
  await using _ = room;
  expect(await slot.harvest('m')).toEqual({ ok: false, error: { reason: 'no-change' } });
  await writeFile(join(slot.dir, 'a.txt'), 'two\n');
  await git('commit', '-qam', 'there');
  const there = await git('rev-parse', 'HEAD');
  await git('revert', '--no-edit', 'HEAD');
  expect(await slot.harvest('m')).toEqual({ ok: false, error: { reason: 'no-change' } });
  const refs = await room.repository.refs('refs/branchline/rescue/');
  expect(await room.inHub('log', '--format=%H', ...refs.map(({ oid }) => oid))).toContain(there);
});

const ELSEWHERE: Readonly<Record<string, (git: (...args: string[]) => Promise<string>) => Promise<void>>> = {
  'on another branch': async (git) => {
    await git('checkout', '-qb', 'other');
    await git('add', '-A');
    await git('commit', '-qm', 'x');
    await git('checkout', '-q', 'r1/api');
  },
  'in the stash': async (git) => {
    await git('stash', '-qu');
  },
  'detached and left': async (git) => {
    await git('checkout', '-q', '--detach');
    await git('add', '-A');
    await git('commit', '-qm', 'x');
    await git('checkout', '-q', 'r1/api');
  },
  'reset away': async (git) => {
    await git('add', '-A');
    await git('commit', '-qm', 'x');
    await git('reset', '-q', '--hard', 'HEAD~1');
  },
};

for (const [where, act] of Object.entries(ELSEWHERE)) {
  test(`work ${where} is rescued and reported as work-elsewhere`, async () => {
    const { room, slot, git } = await working();
    await using _ = room;
    await writeFile(join(slot.dir, 'lost.txt'), 'precious\n');
    await act(git);
    const harvest = await slot.harvest('m');
    if (harvest.ok || harvest.error.reason !== 'work-elsewhere') throw new Error(JSON.stringify(harvest));
    const objects = await room.inHub('rev-list', '--objects', '--all');
    expect(objects).toContain('lost.txt');
    expect(harvest.error.refs.every((ref) => ref.startsWith('refs/branchline/rescue/r1/api/1/'))).toBe(true);
    await slot.release();
    expect(await room.inHub('rev-list', '--objects', '--all')).toContain('lost.txt');
  });
}

test('a new repository inside is rescued with its files and commits, and needs a person', async () => {
  const { room, slot, git } = await working();
  await using _ = room;
  await mkdir(join(slot.dir, 'inner'));
  await room.user.gitIn(join(slot.dir, 'inner'), 'init', '-q');
  await writeFile(join(slot.dir, 'inner/file'), 'inside\n');
  expect(await slot.harvest('m')).toEqual({ ok: false, error: { reason: 'nested-repository', paths: ['inner'] } });
  await git('-C', 'inner', 'add', '-A');
  await git('-C', 'inner', 'commit', '-qm', 'inner commit');
  const inner = await git('-C', 'inner', 'rev-parse', 'HEAD');
  await writeFile(join(slot.dir, 'inner/later'), 'later\n');
  expect(await slot.harvest('m')).toEqual({ ok: false, error: { reason: 'nested-repository', paths: ['inner'] } });
  const refs = await room.repository.refs('refs/branchline/rescue/');
  expect(refs.map(({ oid }) => oid)).toContain(inner);
  const work = refs.filter(({ ref }) => ref.endsWith('/work')).map(({ oid }) => oid);
  const trees = await Promise.all(work.map((oid) => room.inHub('ls-tree', '-r', '--name-only', oid)));
  expect(trees.join('\n')).toContain('inner/later');
});

test('pipes and sockets are left out, links are taken as links', async () => {
  const { room, slot } = await working();
  await using _ = room;
  execFileSync('mkfifo', [join(slot.dir, 'pipe')]);
  await rm(join(slot.dir, 'a.txt'));
  execFileSync('mkfifo', [join(slot.dir, 'a.txt')]);
  await symlink('/etc', join(slot.dir, 'link'));
  const { changes } = await room.harvest(slot);
  expect(changes.map(({ path, kind, newMode }) => [path, kind, newMode])).toEqual([
    ['a.txt', 'deleted', '000000'],
    ['link', 'added', '120000'],
  ]);
});

test('names that are no text, modes and types arrive as they are', async () => {
  const { room, slot, git } = await working();
  await using _ = room;
  execFileSync('chmod', ['+x', join(slot.dir, 'a.txt')]);
  await rm(join(slot.dir, 'dir'), { recursive: true });
  await symlink('a.txt', join(slot.dir, 'dir'));
  await writeFile(join(slot.dir, 'new\nline'), 'x');
  const { changes, commit } = await room.harvest(slot);
  expect(changes.map(({ path, kind }) => `${kind} ${JSON.stringify(path)}`)).toEqual([
    'mode "a.txt"',
    'added "dir"',
    'deleted "dir/b.txt"',
    'added "new\\nline"',
  ]);
  expect(await room.repository.changes(await room.base(), commit)).toEqual(changes);
  expect(await git('status', '--porcelain')).not.toBe('');
});

test('a slot whose .git was destroyed or points elsewhere still gives its work tree', async () => {
  const { room, slot } = await working();
  await using _ = room;
  await rm(join(slot.dir, '.git'), { recursive: true });
  await writeFile(join(slot.dir, '.git'), `gitdir: ${room.user.dir}/.git\n`);
  await writeFile(join(slot.dir, 'x'), '1');
  const { commit, changes } = await room.harvest(slot);
  expect(changes.map(({ path }) => path)).toEqual(['x']);
  expect(await room.inHub('rev-parse', `${commit}^`)).toBe(await room.base());
});

test('work of an earlier attempt can be the start of the next, markers and all', async () => {
  const { room, slot } = await working();
  await using _ = room;
  await writeFile(join(slot.dir, 'a.txt'), 'agent\n');
  const { commit } = await room.harvest(slot);
  await slot.release();
  const base = await room.user.commit({ 'a.txt': 'user\n' }, 'moved on');
  const next = await room.lease({ base, merge: commit, key: { run: 'r1', task: 'api', attempt: 2 } });
  expect(next.number).toBe(slot.number);
  const text = execFileSync('cat', [join(next.dir, 'a.txt')], { encoding: 'utf8' });
  expect(text).toContain('<<<<<<<');
  expect(text).toContain('agent\n');
  await writeFile(join(next.dir, 'a.txt'), 'user and agent\n');
  const second = await room.harvest(next);
  expect(await room.inHub('rev-parse', `${second.commit}^`)).toBe(base);
});
