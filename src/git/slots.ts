import { mkdir, readdir } from 'node:fs/promises';
import type { Failure } from '../core/failure.ts';
import type { Oid, Slot, SlotRequest, Slots, SlotView } from '../core/ports/git.ts';
import type { Lease, Leases } from '../core/ports/leases.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { ok, type Result } from '../core/result.ts';
import { type CloneFace, cloneFace, rebuildDotGit } from './dot-git.ts';
import { type Hub, syncHub } from './hub.ts';
import { copyIncluded } from './include.ts';
import { mergeTrees } from './merge.ts';
import { matchesBytes, pathMatcher } from './patterns.ts';
import { leasePorts } from './ports.ts';
import { areIgnored, inspectSlot, prepareFiles, shieldSlot } from './prepare.ts';
import { renewPrivate } from './private-folders.ts';
import { PIN_REFS } from './refs.ts';
import { rescueSlot } from './rescue.ts';
import { removeTree } from './safe-fs.ts';
import { LeasedSlot, leased, workspace } from './slot.ts';
import {
  isSameAttempt,
  readRecord,
  type SlotFolder,
  type SlotRecord,
  slotFolder,
  slotsDir,
  writeRecord,
} from './slot-record.ts';
import { indexChecksum } from './stage.ts';

/** A slot's lease outlives pauses of a laptop; on this host only the end of our process ends it. */
const LEASE_MS = 10 * 60_000;
const SLOTS_MAX = 4096;
const BROKEN_MAX = 3;
const BRANCH =
  /^(?!-)(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)|\/\.|\.\/))[^\x00-\x20\x7f~^:?*[\\/.][^\x00-\x20\x7f~^:?*[\\]*(?<![/.])$/;

type Broken = { readonly is: 'broken'; readonly why: string; readonly setAside: () => Promise<void> };

type Wanted = {
  readonly key: AttemptKey | null;
  readonly base: Oid;
  readonly branch: string | null;
  readonly merge: Oid | null;
  readonly keep: readonly string[];
  readonly setupKey: string;
};

/** The slots of one repository on this machine, shared by every process that works on it. */
export class SlotPool implements Slots {
  readonly #hub: Hub;
  readonly #leases: Leases;
  readonly #open = new Map<number, LeasedSlot>();
  readonly #busy = new Set<number>();
  #face: Promise<CloneFace> | null = null;

  constructor(hub: Hub, leases: Leases) {
    this.#hub = hub;
    this.#leases = leases;
  }

  /** The user's refs were mirrored again: slots leased from now on show the new ones. */
  forgetFace(): void {
    this.#face = null;
  }

  async lease(request: SlotRequest): Promise<Result<Slot, Failure>> {
    if (!BRANCH.test(request.branch) || request.branch === 'HEAD' || request.branch.length > 200) {
      return workspace(`Not a branch name: ${JSON.stringify(request.branch.slice(0, 200))}`);
    }
    return this.#lease(request);
  }

  async leaseForChecks(commit: Oid, setupKey: string, keep: readonly string[] = []): Promise<Result<Slot, Failure>> {
    return this.#lease({ key: null, base: commit, branch: null, merge: null, keep, setupKey });
  }

  async held(key: AttemptKey): Promise<LeasedSlot | null> {
    for (const number of await this.#numbers()) {
      const open = this.#open.get(number);
      const record = open?.record ?? (await readRecord(slotFolder(this.#hub.stateDir, number)));
      if (record?.state !== 'leased' || record.key === null || !isSameAttempt(record.key, key)) continue;
      if (open !== undefined) return open;
      const lease = await this.#take(number);
      if (lease === null) return null;
      return this.#hand(slotFolder(this.#hub.stateDir, number), record, lease);
    }
    return null;
  }

  async goOn(from: AttemptKey, to: AttemptKey): Promise<Slot | null> {
    const held = await this.held(from);
    if (held === null || isSameAttempt(from, to)) return held;
    return this.#open.get(held.number)?.handTo(to) ?? null;
  }

  async list(): Promise<readonly SlotView[]> {
    const views: SlotView[] = [];
    for (const number of await this.#numbers()) {
      const folder = slotFolder(this.#hub.stateDir, number);
      const record = await readRecord(folder);
      const isAlive = (await this.#leases.holder(this.#name(number))) !== null;
      const state = isAlive ? 'leased' : record?.state === 'leased' ? 'held' : 'free';
      views.push({ number, dir: folder.work, state, key: state === 'free' ? null : (record?.key ?? null) });
    }
    return views;
  }

  /** Lets go of everything that this process holds; attempts keep their slots. */
  async close(): Promise<void> {
    for (const slot of [...this.#open.values()]) await slot.abandon();
  }

  async #lease(wanted: Wanted): Promise<Result<Slot, Failure>> {
    const tree = await this.#startTree(wanted);
    if (!tree.ok) return tree;
    let problem = 'no slot is free';
    const broken: (() => Promise<void>)[] = [];
    for (const number of await this.#candidates(wanted)) {
      const lease = await this.#take(number);
      if (lease === null) continue;
      const tried = await this.#tryNumber(number, { wanted, tree: tree.value, lease });
      if (tried.is === 'slot') {
        for (const setAside of broken) await setAside();
        return leased(tried.slot);
      }
      await lease.release();
      this.#busy.delete(number);
      if (tried.is === 'not-free') continue;
      problem = tried.why;
      broken.push(tried.setAside);
      if (broken.length >= BROKEN_MAX) break;
    }
    return workspace(problem);
  }

  /** Tree that the files start from: that of the base, or earlier work merged onto it, conflicts and all. */
  async #startTree({ base, merge }: Wanted): Promise<Result<Oid, Failure>> {
    if ((await this.#hub.objects.find(base)) === null) await syncHub(this.#hub);
    const tree = await this.#hub.objects.treeOf(base);
    if (tree === null) return workspace(`The commit ${base} is not in this repository.`);
    if (merge === null) return ok(tree);
    const merged = await mergeTrees(this.#hub, base, merge);
    return merged.ok ? ok(merged.value.tree) : workspace(`${merged.error.command}: ${merged.error.stderr}`);
  }

  /** An earlier attempt's own slot first, then one with the right set-up, then any, then new ones. */
  async #candidates({ key, setupKey }: Wanted): Promise<readonly number[]> {
    const numbers = (await this.#numbers()).filter((number) => !this.#busy.has(number));
    const ranked = await Promise.all(
      numbers.map(async (number) => {
        const record = await readRecord(slotFolder(this.#hub.stateDir, number));
        const isOwn = key !== null && record?.key?.run === key.run && record.key.task === key.task;
        return { number, rank: isOwn ? 0 : record?.setupKey === setupKey ? 1 : 2 };
      }),
    );
    const known = ranked.sort((a, b) => a.rank - b.rank || a.number - b.number).map(({ number }) => number);
    const taken = new Set([...known, ...this.#busy]);
    const fresh = Array.from({ length: SLOTS_MAX }, (_, number) => number).filter((number) => !taken.has(number));
    return [...known, ...fresh];
  }

  async #tryNumber(
    number: number,
    { wanted, tree, lease }: { readonly wanted: Wanted; readonly tree: Oid; readonly lease: Lease },
  ): Promise<{ is: 'slot'; slot: LeasedSlot } | { is: 'not-free' } | Broken> {
    const folder = slotFolder(this.#hub.stateDir, number);
    const record = await readRecord(folder);
    if (record?.state === 'broken' || isHeldByOther(record, wanted.key)) return { is: 'not-free' };
    await this.#waitForMaintenance();
    try {
      return { is: 'slot', slot: await this.#prepare(folder, { wanted, tree, lease, record }) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // Only when another slot could be prepared is it this one's fault and not, say, a full disk's.
      const setAside = async (): Promise<void> => {
        if (record !== null) await writeRecord(folder, { ...record, state: 'broken' });
      };
      return { is: 'broken', why, setAside };
    }
  }

  async #prepare(
    folder: SlotFolder,
    of: { readonly wanted: Wanted; readonly tree: Oid; readonly lease: Lease; readonly record: SlotRecord | null },
  ): Promise<LeasedSlot> {
    const { wanted, tree } = of;
    await mkdir(folder.dir, { recursive: true });
    await this.#hub.refs.update([{ ref: `${PIN_REFS}slot/${folder.number}`, to: wanted.base }]);
    const { record, found } = await this.#saveLeftovers(folder, of.record);
    const isSameSetup = record !== null && wanted.setupKey !== '' && record.setupKey === wanted.setupKey;
    const starting: SlotRecord = {
      ...{
        state: 'preparing',
        key: wanted.key,
        base: wanted.base,
        startTree: tree,
        indexTree: '',
        harvested: false,
        savedTree: null,
        givenIndex: '',
      },
      ...{ keep: wanted.keep, setupKey: wanted.setupKey, setupPaths: null, gitlinks: [], included: [] },
    };
    await writeRecord(folder, starting);
    const keep = isSameSetup || record?.setupKey === '' ? wanted.keep : [];
    const prepared = await prepareFiles(this.#hub, folder, { tree, keep, record, found });
    if (!prepared.ok) throw new Error(prepared.error);
    const { removed, gitlinks } = prepared.value;
    this.#face ??= cloneFace(this.#hub);
    await rebuildDotGit(this.#hub, folder, { base: wanted.base, branch: wanted.branch, face: await this.#face });
    const givenIndex = await indexChecksum(folder.index);
    if (gitlinks.length > 0) await shieldSlot(this.#hub, folder);
    const included = await copyIncluded(this.#hub, folder, tree);
    await renewPrivate(this.#hub, folder);
    const wasSetUp =
      isSameSetup && record.setupPaths !== null && !removed.some((path) => record.setupPaths?.includes(path));
    const setupPaths = wasSetUp ? record.setupPaths : null;
    const state = wanted.key === null ? 'checks' : 'leased';
    return this.#hand(
      folder,
      { ...starting, state, indexTree: tree, setupPaths, gitlinks, included, givenIndex },
      of.lease,
    );
  }

  /** Nothing of a former attempt is touched before it is saved; what cannot be looked at is kept whole in the trash. */
  async #saveLeftovers(folder: SlotFolder, record: SlotRecord | null) {
    if (record === null) return { record: null, found: null };
    const found = await inspectSlot(this.#hub, folder);
    const { key, harvested, state } = record;
    if (key === null || state === 'preparing') return { record, found };
    const stays = pathMatcher([...record.keep, ...record.included.map(({ path }) => `/${path}`)]);
    const isClean = harvested && found?.changed === false && found.untracked.every((path) => matchesBytes(stays, path));
    if (isClean) return { record, found };
    // What is ignored is no part of any result; it goes to the trash as it is.
    if (harvested && found?.changed === false && (await areIgnored(this.#hub, folder, found.untracked)))
      return { record, found };
    const saved = await rescueSlot(this.#hub, folder, { key, record, why: 'found in the slot at its next lease' });
    return { record, found: saved.complete ? found : null };
  }

  async #hand(folder: SlotFolder, record: SlotRecord, lease: Lease): Promise<LeasedSlot> {
    const ports = await leasePorts(this.#leases, `${this.#hub.key}/${folder.number}`, LEASE_MS);
    // Left by a git of ours that was killed; the slot's lease is ours now.
    await removeTree(`${folder.index}.lock`);
    await writeRecord(folder, record);
    const onRelease = (): void => {
      this.#open.delete(folder.number);
      this.#busy.delete(folder.number);
    };
    const leases = [ports.lease, lease];
    const slot = new LeasedSlot({ hub: this.#hub, folder, record, port: ports.first, leases, onRelease });
    this.#open.set(folder.number, slot);
    return slot;
  }

  async #take(number: number): Promise<Lease | null> {
    if (this.#busy.has(number)) return null;
    this.#busy.add(number);
    const lease = await this.#leases.take(this.#name(number), LEASE_MS);
    if (lease === null) this.#busy.delete(number);
    return lease;
  }

  /** `gc` works alone: it takes this lease first and the slots' after it, and we the other way round. */
  async #waitForMaintenance(): Promise<void> {
    const name = `hub:${this.#hub.key}`;
    while ((await this.#leases.holder(name)) !== null) {
      const lease = await this.#leases.take(name, LEASE_MS);
      await lease?.release();
      if (lease === null) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #numbers(): Promise<readonly number[]> {
    const names = await readdir(slotsDir(this.#hub.stateDir)).catch(() => []);
    return names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  readonly #name = (number: number): string => `slot:${this.#hub.key}/${number}`;
}

/** An attempt keeps its slot until it gives it back; only a later attempt at the same task may take it over. */
function isHeldByOther(record: SlotRecord | null, key: AttemptKey | null): boolean {
  if (record?.state !== 'leased' || record.key === null) return false;
  if (key === null) return true;
  return record.key.run !== key.run || record.key.task !== key.task || record.key.attempt > key.attempt;
}
