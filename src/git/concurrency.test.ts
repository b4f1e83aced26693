import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GIT_ENV, openIn, Room } from '../../test/rig/room.ts';

const FILES = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`src/${n % 7}/${n}.txt`, `${n}\n`]));

/** A user at work in the repository: adds and removes worktrees and fetches, until told to stop. */
function foreignLoop(room: Room): { stop: () => Promise<number> } {
  const script = `n=0; while [ ! -e "$0/stop" ]; do n=$((n+1))
    git worktree add -q --detach "$0/w$n" >/dev/null 2>&1; git fetch -q . main:refs/heads/fetched-$n 2>/dev/null
    git worktree remove --force "$0/w$n" >/dev/null 2>&1; git worktree prune; done; echo $n`;
  const child = spawn('sh', ['-c', script, room.user.beside('')], { cwd: room.user.dir, env: { ...GIT_ENV } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    stop: async () => {
      await writeFile(room.user.beside('stop'), '');
      await ended;
      return Number(output);
    },
  };
}

test('sixteen slots at once from two openings, beside a user who adds worktrees and fetches: nothing fails', async () => {
  await using room = await Room.create(FILES);
  const second = await openIn(room.user, room.leases);
  const loop = foreignLoop(room);
  const base = await room.base();
  const targets: string[] = [];
  for (let round = 0; round < 2; round += 1) {
    const work = Array.from({ length: 16 }, async (_, n) => {
      const repository = n % 2 === 0 ? room.repository : second;
      const key = { run: 'r', task: `t${round}-${n}`, attempt: 1 };
      const leased = await repository.slots.lease(await room.request({ key, base, branch: `b/${n}` }));
      if (!leased.ok) throw new Error(JSON.stringify(leased.error));
      await writeFile(join(leased.value.dir, 'mine.txt'), `${round} ${n}\n`);
      const { commit } = await room.harvest(leased.value);
      const target = `refs/heads/target/${round}-${n}`;
      targets.push(target);
      const landed = await repository.land({ target, commit, expected: null });
      expect(landed).toEqual({ ok: true, value: undefined });
      expect(await repository.sync()).toEqual({ ok: true, value: undefined });
      await leased.value.release();
      return leased.value.number;
    });
    expect(new Set(await Promise.all(work)).size).toBeGreaterThan(1);
  }
  const rounds = await loop.stop();
  expect(rounds).toBeGreaterThan(0);
  expect(targets).toHaveLength(32);
  for (const target of targets) expect(await room.user.git('show', `${target}:mine.txt`)).toMatch(/^\d \d+$/);
  expect(await room.inHub('fsck', '--no-dangling', '--strict')).toBe('');
  await second.close();
});

test('a user repository that is collected in mid-run loses and breaks nothing', async () => {
  await using room = await Room.create(FILES);
  const base = await room.base();
  const slots = await Promise.all(
    Array.from({ length: 4 }, (_, n) => room.lease({ base, key: { run: 'r', task: `${n}`, attempt: 1 } })),
  );
  await room.user.git('gc', '-q', '--prune=now', '--aggressive');
  for (const [n, slot] of slots.entries()) {
    await writeFile(join(slot.dir, `${n}.txt`), `${n}\n`);
    const { commit } = await room.harvest(slot);
    const target = `refs/heads/t${n}`;
    expect(await room.repository.land({ target, commit, expected: null })).toMatchObject({ ok: true });
  }
  expect(await room.user.git('fsck', '--no-dangling')).toBe('');
});
