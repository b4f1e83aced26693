import { access } from 'node:fs/promises';
import {
  type Health,
  NO_POOL,
  type PoolDesk,
  type PooledSlot,
  type PoolView,
  type Released,
} from '../cli/pool-port.ts';
import type { Pool, PoolSlot } from '../core/ports/pool.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Refusal } from '../report/explanation.ts';
import { newToken } from '../system/ids.ts';
import type { Opened, State } from './opened.ts';
import { acquireSlot } from './pool-acquire.ts';
import { mergePool } from './pool-merge.ts';
import { giveBackStrays, releaseSlot, strays } from './pool-release.ts';
import { branchOf, idOf, placeOf } from './pool-words.ts';
import type { Surroundings } from './world.ts';

const SLOTS_DEFAULT = 8;
const SLOTS_MAX = 1000;

/** Slots that people and scripts take by hand. */
export function poolDesk(around: Surroundings): PoolDesk {
  const { opened, state } = around;
  const wished = (): number => {
    const written = around.environment.variables['POOL_SIZE'] ?? '';
    return /^[1-9]\d{0,3}$/.test(written) ? Number(written) : SLOTS_DEFAULT;
  };
  return {
    init: async (slots) => initPool(await state(), slots ?? wished()),
    status: async () => {
      const pool = await (await state()).pool.read();
      return pool === null ? err(NO_POOL) : ok(await viewOf(pool));
    },
    acquire: async (task, base) => acquireSlot(await opened(), task, base),
    release: async (id) => releaseNamed(await opened(), id),
    merge: async (wish) => mergePool(await opened(), wish),
    cleanup: async () => releaseAll(await opened()),
    reset: async (slots) => resetPool(await opened(), slots),
    health: async () => healthOf(await opened()),
  };
}

async function initPool({ pool }: State, slots: number): Promise<Result<PoolView, Refusal>> {
  if (slots > SLOTS_MAX) return err(tooMany(slots));
  const sized = await pool.size(slots, nameOfPool());
  if (sized === null) return err(NO_POOL);
  return sized.busy.length > 0 ? err(inUse(sized.busy)) : ok(await viewOf(sized.pool));
}

/** Stands where runs have their names: no run is called so. */
const nameOfPool = (): string => `pool-${newToken().slice(0, 12)}`;

async function viewOf(pool: Pool): Promise<PoolView> {
  return { createdAt: pool.createdAt, slots: await Promise.all(pool.slots.map(slotOf)) };
}

async function slotOf(slot: PoolSlot): Promise<PooledSlot> {
  const { task, dir, acquiredAt } = slot;
  const id = idOf(slot);
  const isIdle = slot.state === 'idle' || slot.state === 'left';
  if (isIdle || task === null) return { id, status: 'idle', task: null, path: null, branch: null, acquiredAt: null };
  const status = dir === null || (await isThere(dir)) ? 'busy' : 'error';
  return { id, status, task, path: dir, branch: branchOf(task), acquiredAt };
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function releaseNamed(opened: Opened, id: string): Promise<Result<Released, Refusal>> {
  const pool = await opened.pool.read();
  if (pool === null) return err(NO_POOL);
  const slot = pool.slots.find(({ place }) => place === placeOf(id));
  if (slot === undefined) return err(noSuchSlot(id, pool.slots.length));
  return releaseSlot(opened, pool.name, slot);
}

async function releaseAll(opened: Opened): Promise<Result<readonly Released[], Refusal>> {
  const pool = await opened.pool.read();
  if (pool === null) return err(NO_POOL);
  const released: Released[] = [];
  for (const slot of pool.slots) {
    if (slot.state === 'idle') continue;
    const given = await releaseSlot(opened, pool.name, slot);
    if (!given.ok) return given;
    released.push(given.value);
  }
  await giveBackStrays(opened);
  return ok(released);
}

async function resetPool(
  opened: Opened,
  slots: number | null,
): Promise<Result<{ readonly released: readonly Released[]; readonly pool: PoolView }, Refusal>> {
  const before = await opened.pool.read();
  if (before === null) return err(NO_POOL);
  const wanted = slots ?? before.slots.length;
  if (wanted > SLOTS_MAX) return err(tooMany(wanted));
  const released = await releaseAll(opened);
  if (!released.ok) return released;
  const isNew = await opened.pool.renew(wanted, nameOfPool());
  const pool = await opened.pool.read();
  if (!isNew || pool === null) return err(takenMeanwhile());
  return ok({ released: released.value, pool: await viewOf(pool) });
}

async function healthOf(opened: Opened): Promise<Result<Health, Refusal>> {
  const pool = await opened.pool.read();
  if (pool === null) return err(NO_POOL);
  const { slots } = await viewOf(pool);
  const issues = [
    ...slots
      .filter(({ status }) => status === 'error')
      .map(({ id, path }) => `${id}: its folder ${path} is gone; give it back with: branchline pool release ${id}`),
    ...pool.slots
      .filter(({ state }) => state === 'left')
      .map((slot) => `${idOf(slot)}: whoever was acquiring it ended before it was done; the next acquire takes it`),
    ...(await strays(opened)).map(
      ({ dir }) =>
        `${dir} belongs to no slot of the pool any more; it is given back, and kept, with: branchline pool cleanup`,
    ),
  ];
  return ok({ worktrees: slots.filter(({ status }) => status === 'busy').length, issues });
}

const tooMany = (slots: number): Refusal => ({
  what: `A pool of ${slots} slots is too large`,
  why: `There can be ${SLOTS_MAX}`,
  next: 'Name a smaller number',
});
const inUse = (busy: readonly number[]): Refusal => ({
  what: 'The pool cannot become that small',
  why: `${busy.map((place) => idOf({ place })).join(', ')} would be lost and is acquired`,
  next: 'Release it first, or give everything back with: branchline pool reset SIZE',
  exit: 1,
});
const noSuchSlot = (id: string, count: number): Refusal => ({
  what: `There is no slot ${id}`,
  why: `The pool has wt-1 to wt-${count}`,
  next: 'See which there are: branchline pool status',
  exit: 1,
});
const takenMeanwhile = (): Refusal => ({
  what: 'The pool was not made anew',
  why: 'Somebody acquired a slot of it at the same time',
  next: 'Try again: branchline pool reset',
  exit: 1,
});
