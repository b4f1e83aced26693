import { setTimeout as pause } from 'node:timers/promises';
import type { Kept, Released } from '../cli/pool-port.ts';
import type { SlotView } from '../core/ports/git.ts';
import type { PoolPlace, PoolSlot } from '../core/ports/pool.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import { RESCUE_REFS } from '../git/refs.ts';
import type { LeasedSlot } from '../git/slot.ts';
import type { Refusal } from '../report/explanation.ts';
import { quoted } from '../report/phrase.ts';
import type { Opened } from './opened.ts';
import { idOf, keyOf } from './pool-words.ts';

const WAIT_MS = 30_000;
const LOOK_MS = 50;

/** Gives a slot back. First everything in it is kept; what of that is on no branch is named. */
export async function releaseSlot(opened: Opened, pool: string, slot: PoolSlot): Promise<Result<Released, Refusal>> {
  const id = idOf(slot);
  // Whoever was killed before it could say where the work is kept asks again.
  if (slot.state === 'idle') return ok({ id, task: null, kept: await keptOf(opened, pool, slot) });
  const held = await inHand(opened, slot);
  if (!held.ok) return (await isIdle(opened, slot)) ? releaseSlot(opened, pool, { ...slot, state: 'idle' }) : held;
  const key = keyOf(pool, slot);
  try {
    const leased = await slotOf(opened, key);
    if (leased !== null && !(await leased.saveAndRelease('given back to the pool'))) {
      await leased.abandon();
      await opened.pool.letGo(slot);
      return err(notSaved(id, leased.dir));
    }
  } catch (broken) {
    await opened.pool.letGo(slot);
    throw broken;
  }
  const kept = await keptOf(opened, pool, slot);
  await opened.pool.free(slot);
  return ok({ id, task: slot.task, kept });
}

/** Somebody else has given it back at the same time. */
async function isIdle({ pool }: Opened, at: PoolPlace): Promise<boolean> {
  const now = (await pool.read())?.slots.find(({ place }) => place === at.place);
  return now?.attempt === at.attempt && now.state === 'idle';
}

/** Waits for another command that has the slot in its hands right now. */
export async function inHand({ pool, clock }: Opened, at: PoolPlace): Promise<Result<PoolSlot, Refusal>> {
  const deadline = clock.monotonic_ms() + WAIT_MS;
  for (;;) {
    const held = await pool.hold(at);
    if (held !== null) return ok(held);
    const now = (await pool.read())?.slots.find(({ place }) => place === at.place);
    const isOver = now?.attempt !== at.attempt || now.state === 'idle';
    if (isOver || clock.monotonic_ms() > deadline) return err(busy(idOf(at)));
    await pause(LOOK_MS);
  }
}

/** The slot of an acquisition. null: it was given back already. `gc` may look into it for a moment, and is waited for. */
export async function slotOf({ repository, clock }: Opened, key: AttemptKey): Promise<LeasedSlot | null> {
  const deadline = clock.monotonic_ms() + WAIT_MS;
  for (;;) {
    const slot = await repository.slots.held(key);
    if (slot !== null) return slot;
    const views = await repository.slots.list();
    if (!views.some((view) => isOf(view, key))) return null;
    if (clock.monotonic_ms() > deadline) throw new Error('A slot of the pool is held by another process.');
    await pause(LOOK_MS);
  }
}

const isOf = ({ key }: SlotView, { run, task, attempt }: AttemptKey): boolean =>
  key?.run === run && key.task === task && key.attempt === attempt;

/** Everything that was kept of an acquisition and that no branch or tag of the user's contains. */
async function keptOf({ repository }: Opened, pool: string, { attempt }: PoolPlace): Promise<readonly Kept[]> {
  const kept: Kept[] = [];
  for (const { ref, oid } of await repository.refs(`${RESCUE_REFS}${pool}/`)) {
    const [task = '', number] = ref.slice(RESCUE_REFS.length).split('/').slice(1);
    if (number !== String(attempt) || (await repository.isOnBranch(oid))) continue;
    // In a task's name only the dot is spelled in hex there.
    const name = `${task.replaceAll('%2e', '.')}-${attempt}`;
    const branch = `kept/${name}${kept.length === 0 ? '' : `-${kept.length + 1}`}`;
    const restore = `git fetch ${quoted(repository.hubDir)} ${quoted(`${ref}:refs/heads/${branch}`)}`;
    kept.push({ ref, commit: oid, restore });
  }
  return kept;
}

/** Slots that were leased for the pool and that no place of it knows: whoever acquired them ended too soon. */
export async function strays({ pool, repository }: Opened): Promise<readonly SlotView[]> {
  // Looked at in this order, so that what is acquired in between is not taken for one.
  const views = await repository.slots.list();
  const now = await pool.read();
  const known = (now?.slots ?? []).map((slot) => keyOf(now?.name ?? '', slot));
  return views.filter(
    (view) => view.state === 'held' && view.key?.run === now?.name && !known.some((key) => isOf(view, key)),
  );
}

/** Nobody was told of them, so nobody worked there; what is in them is kept all the same. */
export async function giveBackStrays(opened: Opened): Promise<void> {
  for (const { key } of await strays(opened)) {
    if (key !== null) await (await opened.repository.slots.held(key))?.release();
  }
}

const busy = (id: string): Refusal => ({
  what: `${id} is in the hands of another command`,
  why: 'It is being released, merged, or was acquired anew at this moment',
  next: 'Look again: branchline pool status',
  exit: 1,
});
const notSaved = (id: string, dir: string): Refusal => ({
  what: `${id} was not given back`,
  why: `Not everything in ${dir} could be kept; a folder that cannot be read, or a repository inside it without a commit`,
  next: 'Look at it there, move away what is in the way, then release it again',
  exit: 1,
});
