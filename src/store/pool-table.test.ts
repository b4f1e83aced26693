import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PoolTable } from '../core/ports/pool.ts';
import { systemClock } from '../system/clock.ts';
import { type Owner, thisOwner } from './owner.ts';
import { type OpenedStore, openStore } from './store.ts';

let folder = '';
let opened: OpenedStore[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'branchline-pool-'));
  opened = [];
});
afterEach(async () => {
  for (const { store } of opened) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The table as this process sees it, or as one saw it that is gone by now. */
async function tableOf(owner: Owner = thisOwner()): Promise<PoolTable> {
  const store = await openStore({ file: join(folder, 'state.db'), clock: systemClock, owner });
  if (!store.ok) throw new Error(store.error.message);
  opened.push(store.value);
  return store.value.pool;
}

const ended = (): Owner => ({ ...thisOwner(), startTime: 'before the last restart of the machine' });
/** A number that no process has: the kernel gives none above four millions. */
const gone = (): Owner => ({ ...ended(), pid: 4_999_999 });

const AT = { dir: '/slots/0/work', base: 'b'.repeat(40) };

async function acquired(table: PoolTable, task: string) {
  const claim = await table.claim(task);
  if (claim.is !== 'claimed') throw new Error(claim.is);
  await table.settle(claim.at, AT);
  return claim.at;
}

test('before it is made there is no pool, and nothing can be claimed', async () => {
  const table = await tableOf();
  expect(await table.read()).toBeNull();
  expect(await table.claim('a')).toEqual({ is: 'no-pool' });
});

test('of five claims on three places three are met, in order, and two find none', async () => {
  const table = await tableOf();
  await table.size(3, 'pool-1');
  const claims = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((task) => table.claim(task)));
  expect(claims.map((claim) => (claim.is === 'claimed' ? claim.at.place : claim.is))).toEqual([
    1,
    2,
    3,
    'exhausted',
    'exhausted',
  ]);
});

test('an acquired place outlives the process that acquired it', async () => {
  const before = await tableOf(gone());
  await before.size(1, 'pool-1');
  await acquired(before, 'a');
  const table = await tableOf();
  expect((await table.read())?.slots).toMatchObject([{ place: 1, state: 'busy', task: 'a', inHand: false, ...AT }]);
  expect(await table.claim('b')).toEqual({ is: 'exhausted' });
});

test('a place whose claimant ended before it was acquired is claimed again, under a new number', async () => {
  const before = await tableOf(gone());
  await before.size(1, 'pool-1');
  await before.claim('a');
  const table = await tableOf();
  expect((await table.read())?.slots).toMatchObject([{ state: 'left', task: 'a', attempt: 1 }]);
  expect(await table.claim('b')).toMatchObject({ is: 'claimed', at: { place: 1, attempt: 2 }, wasLeft: true });
  await expect(before.settle({ place: 1, attempt: 1 }, AT)).rejects.toThrow('no longer in the hands');
});

test('a place that is in hand is nobody else’s, until that process has ended', async () => {
  const table = await tableOf();
  await table.size(2, 'pool-1');
  const [a, b] = [await acquired(table, 'a'), await acquired(table, 'b')];
  expect(await table.hold(a)).toMatchObject({ task: 'a' });
  expect(await table.hold(a)).toBeNull();
  await table.letGo(a);
  expect(await table.hold(a)).not.toBeNull();
  const killed = await tableOf(gone());
  expect(await killed.hold(b)).not.toBeNull();
  expect(await table.hold(b)).not.toBeNull();
  await table.free(b);
  expect((await table.read())?.slots[1]).toMatchObject({ state: 'idle', task: null, dir: null });
  await expect(table.free(b)).rejects.toThrow('no longer in the hands');
});

test('what was meant for an earlier acquisition of the same task is not taken for this one', async () => {
  const table = await tableOf();
  await table.size(1, 'pool-1');
  const first = await acquired(table, 'a');
  await table.hold(first);
  await table.free(first);
  const second = await acquired(table, 'a');
  expect(second.attempt).toBeGreaterThan(first.attempt);
  expect(await table.hold(first)).toBeNull();
});

test('a pool becomes smaller and is made anew only without losing a place that is taken', async () => {
  const table = await tableOf();
  await table.size(3, 'pool-1');
  const [a, b] = [await acquired(table, 'a'), await acquired(table, 'b')];
  expect(await table.size(1, 'pool-2')).toMatchObject({ pool: { name: 'pool-1' }, busy: [2] });
  expect((await table.size(2, 'pool-2'))?.pool.slots).toHaveLength(2);
  expect(await table.renew(5, 'pool-3')).toBe(false);
  for (const at of [a, b]) {
    await table.hold(at);
    await table.free(at);
  }
  expect(await table.renew(5, 'pool-3')).toBe(true);
  expect(await table.read()).toMatchObject({ name: 'pool-3', slots: { length: 5 } });
});
