import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Room } from '../../test/rig/room.ts';

test('work goes from a slot into a branch of the user, and nothing else of the user changes', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n', 'src/b.txt': 'b\n' });
  const before = await room.user.snapshot();
  const slot = await room.lease();
  expect(await readFile(join(slot.dir, 'src/b.txt'), 'utf8')).toBe('b\n');
  expect(await room.user.gitIn(slot.dir, 'status', '--porcelain')).toBe('');
  await writeFile(join(slot.dir, 'new.txt'), 'new\n');
  const { commit, changes } = await room.harvest(slot);
  expect(changes.map(({ path, kind }) => [path, kind])).toEqual([['new.txt', 'added']]);
  const landed = await room.repository.land({ target: 'refs/heads/target', commit, expected: null });
  expect(landed).toEqual({ ok: true, value: undefined });
  await slot.release();
  expect(await room.user.git('show', 'target:new.txt')).toBe('new');
  const { 'refs/heads/target': target, ...after } = await room.user.snapshot();
  expect(target).toBe(commit);
  expect(after).toEqual(before);
  expect(await room.user.git('fsck', '--strict')).toBe('');
});

test('a task on a reused slot costs at most eight git processes', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' });
  const target = 'refs/heads/target';
  let tip = await room.base();
  expect(await room.repository.land({ target, commit: tip, expected: null })).toMatchObject({ ok: true });
  const spent: number[] = [];
  for (let task = 0; task < 4; task += 1) {
    const before = room.repository.processes;
    const slot = await room.lease({ base: await room.base(), key: { run: 'r', task: `t${task}`, attempt: 1 } });
    await writeFile(join(slot.dir, `${task}.txt`), `${task}\n`);
    const { commit } = await room.harvest(slot);
    const merged = await room.repository.merge(tip, commit);
    if (!merged.ok || !merged.value.clean) throw new Error('not clean');
    const landing = await room.repository.commit({ tree: merged.value.tree, parents: [tip, commit], message: 'land' });
    expect(await room.repository.land({ target, commit: landing, expected: tip })).toMatchObject({ ok: true });
    tip = landing;
    await slot.release();
    spent.push(room.repository.processes - before);
  }
  expect(Math.max(...spent.slice(1))).toBeLessThanOrEqual(8);
  expect(await room.user.git('ls-tree', '-r', '--name-only', 'target')).toBe('0.txt\n1.txt\n2.txt\n3.txt\na.txt');
});

test('of two landings at once one wins and the other is told where the branch is', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' });
  const base = await room.base();
  const target = 'refs/heads/target';
  await room.user.git('branch', 'target');
  const tree = await room.user.git('rev-parse', 'main^{tree}');
  const commits = await Promise.all(
    Array.from({ length: 6 }, (_, n) => room.repository.commit({ tree, parents: [base], message: `n${n}` })),
  );
  const landed = await Promise.all(commits.map((commit) => room.repository.land({ target, commit, expected: base })));
  const winners = landed.filter(({ ok }) => ok);
  expect(winners).toHaveLength(1);
  const tip = await room.user.git('rev-parse', 'target');
  for (const result of landed) if (!result.ok) expect(result.error).toEqual({ reason: 'moved', tip });
});

test('a branch that is checked out anywhere is never moved, nor one that a rebase goes back to', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' });
  const base = await room.base();
  const tree = await room.user.git('rev-parse', 'main^{tree}');
  const commit = await room.repository.commit({ tree, parents: [base], message: 'next' });
  const main = await room.repository.land({ target: 'refs/heads/main', commit, expected: base });
  expect(main).toEqual({ ok: false, error: { reason: 'checked-out', paths: [room.user.dir] } });
  await room.user.git('worktree', 'add', '-q', '-b', 'side', room.user.beside('linked'));
  const side = await room.repository.land({ target: 'refs/heads/side', commit, expected: base });
  expect(side).toMatchObject({ ok: false, error: { reason: 'checked-out', paths: [room.user.beside('linked')] } });
  await writeFile(join(room.user.beside('linked'), 'a.txt'), 'changed');
  await writeFile(join(room.user.dir, 'plan.yaml'), 'git does not know it');
  expect(await room.repository.checkouts('refs/heads/side')).toEqual([
    { path: room.user.beside('linked'), clean: false },
  ]);
  expect(await room.repository.checkouts('refs/heads/main')).toEqual([{ path: room.user.dir, clean: true }]);
  expect(await room.user.git('rev-parse', 'main', 'side')).toBe(`${base}\n${base}`);
});

test('a commit that does not contain the tip is refused, and no hook of the user runs', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n' });
  const base = await room.base();
  await room.user.git('branch', 'target');
  const hook = join(room.user.dir, '.git/hooks/reference-transaction');
  await writeFile(hook, `#!/bin/sh\ntouch ${room.user.beside('canary')}\n`, { mode: 0o755 });
  const tree = await room.user.git('rev-parse', 'main^{tree}');
  const orphan = await room.repository.commit({ tree, parents: [], message: 'orphan' });
  const refused = await room.repository.land({ target: 'refs/heads/target', commit: orphan, expected: base });
  expect(refused).toEqual({ ok: false, error: { reason: 'not-a-descendant' } });
  const next = await room.repository.commit({ tree, parents: [base], message: 'next' });
  expect(await room.repository.land({ target: 'refs/heads/target', commit: next, expected: base })).toMatchObject({
    ok: true,
  });
  expect(existsSync(room.user.beside('canary'))).toBe(false);
});

test('a merge reports each conflicting path and keeps the markers (U96)', async () => {
  await using room = await Room.create({ 'a.txt': 'one\n', 'b.txt': 'b\n' });
  const ours = await room.user.commit({ 'a.txt': 'ours\n' }, 'ours');
  await room.user.git('checkout', '-q', '-b', 'x', 'HEAD~1');
  const theirs = await room.user.commit({ 'a.txt': 'theirs\n', 'b.txt': 'c\n' }, 'theirs');
  await room.repository.sync();
  const merged = await room.repository.merge(ours, theirs);
  if (!merged.ok || merged.value.clean) throw new Error('a conflict was expected');
  expect(merged.value.conflicts).toEqual(['a.txt']);
  expect(merged.value.messages).toContain('CONFLICT (content)');
  expect(await room.repository.readFile(ours, 'a.txt')).toBe('ours\n');
  expect(await room.inHub('show', `${merged.value.tree}:a.txt`)).toContain('<<<<<<<');
  const processes = room.repository.processes;
  const onto = await room.repository.merge(`${await room.user.git('rev-parse', 'main~1')}`, theirs);
  expect(onto).toMatchObject({ ok: true, value: { clean: true } });
  expect(room.repository.processes).toBe(processes);
});
