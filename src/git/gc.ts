import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lease, Leases } from '../core/ports/leases.ts';
import type { Hub } from './hub.ts';
import { PIN_REFS, RESCUE_REFS, refPart } from './refs.ts';
import { removeTree } from './safe-fs.ts';
import { readRecord, slotFolder, slotsDir } from './slot-record.ts';
import { emptyTrash, listTrash, TrashBag } from './trash.ts';

export type GcOptions = {
  /** Trash and rescued work younger than this stay. */
  readonly retention_ms: number;
  /** Whether a run may still need its slots, pins and rescued work. */
  readonly isLive: (run: string) => boolean;
  /** Also remove free slots; they are made again when needed, at the price of a checkout. */
  readonly slots: boolean;
};

export type GcStep =
  | { readonly kind: 'trash' | 'slot'; readonly name: string; readonly bytes: number; readonly why: string }
  | { readonly kind: 'ref'; readonly name: string; readonly oid: string; readonly why: string }
  | { readonly kind: 'objects'; readonly name: string; readonly bytes: number; readonly why: string };

export type GcPlan = { readonly steps: readonly GcStep[]; readonly bytes: number };

const LEASE_MS = 10 * 60_000;

/** Names everything that `performGc` would remove. Looks only. */
export async function planGc(hub: Hub, options: GcOptions): Promise<GcPlan> {
  const steps = [
    ...(await trashSteps(hub, options)),
    ...(options.slots ? await slotSteps(hub, options) : []),
    ...(await refSteps(hub, options)),
  ];
  const loose = {
    kind: 'objects',
    name: 'hub.git',
    bytes: 0,
    why: 'objects that nothing refers to for 14 days',
  } as const;
  const all: readonly GcStep[] = [...steps, loose];
  return { steps: all, bytes: all.reduce((sum, step) => sum + ('bytes' in step ? step.bytes : 0), 0) };
}

async function trashSteps(hub: Hub, { retention_ms }: GcOptions): Promise<readonly GcStep[]> {
  const old = (await listTrash(hub.stateDir)).filter(({ at }) => at + retention_ms <= hub.now());
  const steps = old.map(
    async ({ name, dir, why }) => ({ kind: 'trash', name, bytes: await sizeOf(dir), why }) as const,
  );
  return Promise.all(steps);
}

async function slotSteps(hub: Hub, { isLive }: GcOptions): Promise<readonly GcStep[]> {
  const steps: GcStep[] = [];
  for (const number of await numbersIn(slotsDir(hub.stateDir))) {
    const folder = slotFolder(hub.stateDir, number);
    const record = await readRecord(folder);
    const isBroken = record?.state === 'broken';
    const isUsed = record?.key != null && !record.harvested && isLive(record.key.run);
    if (!isBroken && (record?.state !== 'free' || isUsed)) continue;
    const why = isBroken ? 'it could not be prepared; goes to the trash' : 'no attempt uses it';
    steps.push({ kind: 'slot', name: String(number), bytes: await sizeOf(folder.dir), why });
  }
  return steps;
}

/** Pins and rescued work of runs that are over, by the age of the commit. */
async function refSteps(hub: Hub, { isLive, retention_ms }: GcOptions): Promise<readonly GcStep[]> {
  const format = '--format=%(objectname) %(creatordate:unix) %(refname)';
  const ran = await hub.git.run(hub.place, ['for-each-ref', format, PIN_REFS, RESCUE_REFS]);
  const steps: GcStep[] = [];
  for (const line of ran.stdout.toString('utf8').split('\n').filter(Boolean)) {
    const [oid = '', date = '', ref = ''] = line.split(' ');
    const run = ref.split('/')[3] ?? '';
    const isSlotPin = ref.startsWith(`${PIN_REFS}slot/`);
    const isYoung = Number(date) * 1000 + retention_ms > hub.now();
    if (isSlotPin || isYoung || isLive(decodePart(run))) continue;
    const what = ref.startsWith(RESCUE_REFS) ? 'rescued work' : 'a result';
    steps.push({ kind: 'ref', name: ref, oid, why: `${what} of a run that is over, past retention` });
  }
  return steps;
}

/** The run's own name, where `refPart` only spelled characters in hex; a hashed name stays as it is. */
const decodePart = (part: string): string => {
  const bytes = part.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return refPart(text) === part ? text : part;
};

/**
 * Removes what the plan names, each thing only if it is still as the plan found it. Objects are pruned last, and only
 * while no slot is in anybody's hands. Returns one line per thing done or left.
 */
export async function performGc(hub: Hub, leases: Leases, plan: GcPlan): Promise<readonly string[]> {
  await using lease = await leases.take(`hub:${hub.key}`, LEASE_MS);
  if (lease === null) return ['left everything: another process is cleaning up'];
  const lines: string[] = [];
  for (const step of plan.steps) lines.push(await perform(hub, leases, step));
  return lines;
}

async function perform(hub: Hub, leases: Leases, step: GcStep): Promise<string> {
  switch (step.kind) {
    case 'trash': {
      const entry = (await listTrash(hub.stateDir)).find(({ name }) => name === step.name);
      if (entry !== undefined) await emptyTrash(entry);
      return `removed trash ${step.name}`;
    }
    case 'slot':
      return removeSlot(hub, leases, Number(step.name));
    case 'ref':
      return removeRef(hub, step.name, step.oid);
    case 'objects':
      return pruneObjects(hub, leases);
  }
}

async function removeSlot(hub: Hub, leases: Leases, number: number): Promise<string> {
  await using lease = await leases.take(`slot:${hub.key}/${number}`, LEASE_MS);
  const folder = slotFolder(hub.stateDir, number);
  const state = (await readRecord(folder))?.state;
  if (lease === null || (state !== 'free' && state !== 'broken')) return `left slot ${number}: it is in use`;
  if (state === 'free') await removeTree(folder.dir);
  else await new TrashBag(hub, `slot ${number} was broken`).take(slotsDir(hub.stateDir), String(number));
  await hub.refs.update([{ ref: `${PIN_REFS}slot/${number}`, to: null }]);
  return `removed slot ${number}`;
}

async function removeRef(hub: Hub, ref: string, oid: string): Promise<string> {
  const ran = await hub.git.run(hub.place, ['update-ref', '-d', ref, oid]);
  return ran.code === 0 ? `removed ${ref}` : `left ${ref}: it has moved`;
}

/** Exclusive: every existing slot's lease is taken, and none may be held by a waiting attempt either. */
async function pruneObjects(hub: Hub, leases: Leases): Promise<string> {
  const taken: Lease[] = [];
  try {
    for (const number of await numbersIn(slotsDir(hub.stateDir))) {
      const lease = await leases.take(`slot:${hub.key}/${number}`, LEASE_MS);
      if (lease === null) return 'left objects: a slot is in use';
      taken.push(lease);
      const record = await readRecord(slotFolder(hub.stateDir, number));
      if (record?.state === 'leased') return 'left objects: an attempt holds a slot';
    }
    const ran = await hub.git.run(hub.place, ['gc', '--quiet', '--prune=14.days.ago']);
    return ran.code === 0 ? 'packed and pruned objects' : `left objects: ${ran.stderr.trim()}`;
  } finally {
    for (const lease of taken) await lease.release();
  }
}

async function numbersIn(dir: string): Promise<readonly number[]> {
  const numbers: number[] = [];
  const open = await opendir(dir).catch(() => null);
  if (open !== null) for await (const { name } of open) if (/^\d+$/.test(name)) numbers.push(Number(name));
  return numbers.sort((a, b) => a - b);
}

/** Bytes below a folder, links not followed. */
async function sizeOf(path: string): Promise<number> {
  const stat = await lstat(path).catch(() => null);
  if (stat === null) return 0;
  if (!stat.isDirectory()) return stat.size;
  let bytes = 0;
  const open = await opendir(path).catch(() => null);
  if (open !== null) for await (const { name } of open) bytes += await sizeOf(join(path, name));
  return bytes;
}
