import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Room } from '../../test/rig/room.ts';
import type { Slot } from '../core/ports/git.ts';

const START = { 'a.txt': 'one\n', 'dir/b.txt': 'b\n', '.gitignore': '*.log\nout/\nnode_modules/\n' };
const PATHS = ['a.txt', 'dir/b.txt', 'new', 'dir/new', 'x.log', 'out/made', 'node_modules/m', 'deep/er/est', 'inner/f'];
const ACTS = ['commit', 'branch', 'stash', 'reset', 'amend', 'detach', 'nested', 'add', 'harvest', 'seal'] as const;

type Step = { readonly write: string } | { readonly act: (typeof ACTS)[number] };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...PATHS).map((write) => ({ write })) },
  { weight: 1, arbitrary: fc.constantFrom(...ACTS).map((act) => ({ act })) },
);

/** Plays an agent. Returns nothing: the bytes on disk and in commits are what counts. */
async function play(room: Room, slot: Slot, act: (typeof ACTS)[number]): Promise<void> {
  const git = (...args: string[]): Promise<unknown> => room.user.gitIn(slot.dir, ...args).catch(() => null);
  if (act === 'harvest') await slot.harvest('m');
  if (act === 'seal') execFileSync('chmod', ['0555', slot.dir]);
  if (act === 'nested') await git('init', '-q', 'inner');
  if (act === 'stash') await git('stash', '-qu');
  if (act === 'reset') await git('reset', '-q', '--hard', 'HEAD~1');
  if (act === 'detach') await git('checkout', '-q', '--detach');
  if (act === 'add' || act === 'commit' || act === 'amend') await git('add', '-A');
  if (act === 'commit') await git('commit', '-qm', 'x');
  if (act === 'amend') await git('commit', '-q', '--amend', '-m', 'y');
  if (act === 'branch') await git('checkout', '-qb', `b${Math.trunc(slot.port)}`);
}

/** Ids of every blob that some ref of the hub reaches, or that lies in the trash, there as a file or in a `.git`. */
async function keptBlobs(room: Room): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  const listed = await room.inHub('rev-list', '--objects', '--all');
  for (const line of listed.split('\n')) kept.add(line.split(' ')[0] ?? '');
  await collect(join(room.state, room.repository.key, 'trash'), kept);
  return kept;
}

async function collect(dir: string, kept: Set<string>): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) await collect(path, kept);
    else if (/\/objects\/[0-9a-f]{2}\/[0-9a-f]{38}$/.test(path)) kept.add(path.slice(-41).replace('/', ''));
    else if (entry.isFile()) kept.add(blobId(await readFile(path)));
  }
}

const blobId = (bytes: Buffer): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

test('whatever an agent does, every byte it ever committed or left is under a ref or in the trash (U45, U99)', async () => {
  await using room = await Room.create(START);
  let attempt = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 9 }), async (steps) => {
      attempt += 1;
      const slot = await room.lease({ key: { run: 'r', task: 't', attempt } });
      let at = 0;
      for (const one of steps) {
        at += 1;
        if ('act' in one) {
          await play(room, slot, one.act);
          continue;
        }
        await mkdir(dirname(join(slot.dir, one.write)), { recursive: true });
        await writeFile(join(slot.dir, one.write), `${attempt} ${at}\n`);
      }
      const precious = [...(await left(slot.dir)), ...(await committed(room, slot.dir))];
      await slot.release();
      const next = await room.lease({ key: { run: 'r', task: 'sweep', attempt } });
      expect(await room.user.gitIn(next.dir, 'status', '--porcelain', '--ignored')).toBe('');
      await next.release();
      const kept = await keptBlobs(room);
      expect(precious.filter((id) => !kept.has(id))).toEqual([]);
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

/** Everything that a ref or reflog of the slot reaches: commits, trees and blobs. */
async function committed(room: Room, dir: string): Promise<readonly string[]> {
  const listed = await room.user.gitIn(dir, 'rev-list', '--objects', '--all', '--reflog');
  return listed.split('\n').map((line) => line.split(' ')[0] ?? '');
}

/** Blob ids of all files in a work tree, but for those of `.git`. */
async function left(dir: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const name of await readdir(dir)) {
    if (name === '.git') continue;
    await collect(join(dir, name), found);
    const bytes = await readFile(join(dir, name)).catch(() => null);
    if (bytes !== null) found.add(blobId(bytes));
  }
  return [...found];
}

test('folders deeper than a path can name are kept, and gone from the next lease', async () => {
  await using room = await Room.create(START);
  const slot = await room.lease();
  const script = 'for i in $(seq 1 60); do mkdir "$0" && cd "$0" || exit 1; done; echo deep > bottom';
  execFileSync('bash', ['-c', script, 'd'.repeat(100)], { cwd: slot.dir });
  await slot.release();
  const next = await room.lease({ key: { run: 'r2', task: 't', attempt: 1 } });
  expect((await readdir(next.dir)).sort()).toEqual(['.git', '.gitignore', 'a.txt', 'dir']);
  const plan = await room.repository.planGc({ retention_ms: -1000, isLive: () => false, slots: false });
  await room.repository.performGc(plan);
  expect(await readdir(join(room.state, room.repository.key, 'trash'))).toEqual([]);
});

test('gc names what it would do, does no more than that, and leaves what is young, live or in use (U99)', async () => {
  await using room = await Room.create(START);
  const slot = await room.lease();
  await writeFile(join(slot.dir, 'x'), 'rescued\n');
  await writeFile(join(slot.dir, 'node_modules'), 'a file');
  await slot.release();
  const busy = await room.lease({ key: { run: 'r2', task: 't', attempt: 1 } });
  const isLive = (run: string): boolean => run === 'r2';
  const old = { retention_ms: -10_000, isLive, slots: true };
  const kinds = async (options: typeof old): Promise<string[]> =>
    (await room.repository.planGc(options)).steps.map(({ kind }) => kind);
  expect(await kinds({ ...old, retention_ms: 3_600_000 })).toEqual(['objects']);
  expect(await kinds({ ...old, isLive: () => true })).not.toContain('ref');
  const plan = await room.repository.planGc(old);
  expect(plan.steps.map(({ kind }) => kind)).toContain('ref');
  const lines = await room.repository.performGc(plan);
  expect(lines).toContain('left objects: a slot is in use');
  expect(await room.repository.refs('refs/branchline/rescue/')).toEqual([]);
  await writeFile(join(busy.dir, 'y'), 'y');
  expect((await room.harvest(busy)).changes).toHaveLength(1);
  await busy.release();
  const rest = await room.repository.performGc(await room.repository.planGc(old));
  expect(rest).toEqual(expect.arrayContaining(['removed slot 0', 'packed and pruned objects']));
  await rm(join(room.state, room.repository.key, 'trash'), { recursive: true, force: true });
  await (await room.lease()).release();
});
