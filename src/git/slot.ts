import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { Harvest, Oid, RefName, Slot } from '../core/ports/git.ts';
import type { Lease } from '../core/ports/leases.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import { harvestSlot } from './harvest.ts';
import type { Hub } from './hub.ts';
import { bringCommits } from './import.ts';
import { rescueSlot } from './rescue.ts';
import { removeTree, toText } from './safe-fs.ts';
import { type SlotFolder, type SlotRecord, writeRecord } from './slot-record.ts';
import { copyIndex, inspect, stageAll } from './stage.ts';

export type LeasedParts = {
  readonly hub: Hub;
  readonly folder: SlotFolder;
  readonly record: SlotRecord;
  readonly port: number;
  /** The slot's own lease and that of its ports. */
  readonly leases: readonly Lease[];
  readonly onRelease: () => void;
};

/** What stands in a slot's repository, as far as it is committed. */
export type Committed = {
  /** Its HEAD when that descends from its base, else the base. */
  readonly head: Oid;
  readonly isClean: boolean;
  /** How many tips there are that neither HEAD nor anything of the user's contains. */
  readonly elsewhere: number;
};

/** A slot in this process's hands. Its record on disk says so too, so that another process can take over after a crash. */
export class LeasedSlot implements Slot {
  readonly #hub: Hub;
  readonly #folder: SlotFolder;
  readonly #leases: readonly Lease[];
  readonly #onRelease: () => void;
  readonly port: number;
  #record: SlotRecord;
  #isReleased = false;

  constructor(parts: LeasedParts) {
    this.#hub = parts.hub;
    this.#folder = parts.folder;
    this.#record = parts.record;
    this.#leases = parts.leases;
    this.#onRelease = parts.onRelease;
    this.port = parts.port;
  }

  get number(): number {
    return this.#folder.number;
  }
  get dir(): string {
    return this.#folder.work;
  }
  get tmp(): string {
    return this.#folder.tmp;
  }
  get home(): string {
    return this.#folder.home;
  }
  get base(): Oid {
    return this.#record.base;
  }
  get setupDone(): boolean {
    return this.#record.setupPaths !== null;
  }
  get record(): SlotRecord {
    return this.#record;
  }

  /** The same files in the hands of a later attempt; what the first had brought in is not yet what this one brings in. */
  async handTo(key: AttemptKey): Promise<this> {
    await this.#write({ ...this.#record, key, harvested: false, savedTree: null });
    return this;
  }

  async markSetupDone(): Promise<void> {
    const found = await inspect(this.#hub, this.#folder);
    const copied = new Set(this.#record.included.map(({ path }) => path));
    const untracked = (found?.untracked ?? []).map((path) => toText(path).replace(/\/$/, ''));
    const setupPaths = untracked.filter((path) => !copied.has(path));
    await this.#write({ ...this.#record, setupPaths });
  }

  async harvest(message: string): Promise<Result<Harvest, Failure>> {
    const { key } = this.#record;
    if (key === null) return err({ reason: 'workspace', message: 'A slot for checks has no work to harvest.' });
    // Until it has ended, what our index holds is not known.
    if (this.#record.harvested) await this.#write({ ...this.#record, harvested: false });
    const { result, tree } = await harvestSlot(this.#hub, this.#folder, { key, record: this.#record, message });
    if (result.ok && tree !== null) await this.#write({ ...this.#record, harvested: true, indexTree: tree });
    return result;
  }

  async rescue(why: string): Promise<readonly RefName[]> {
    const { key } = this.#record;
    if (key === null) return [];
    const saved = await rescueSlot(this.#hub, this.#folder, { key, record: this.#record, why });
    if (saved.tree !== null) await this.#write({ ...this.#record, savedTree: saved.tree });
    return saved.refs;
  }

  /** What is committed in the slot, brought into the hub, and whether its files hold more than that. null: it cannot be told. */
  async committed(): Promise<Committed | null> {
    const { base, givenIndex } = this.#record;
    const commits = await bringCommits(this.#hub, join(this.#folder.work, '.git'), base);
    const index = await copyIndex(this.#folder, 'committed-index');
    try {
      const staged = await stageAll(this.#hub, this.#folder, { index, given: givenIndex });
      if (!staged.ok || !commits.complete) return null;
      const isClean = staged.value.tree === (await this.#hub.objects.treeOf(commits.head));
      return { head: commits.head, isClean, elsewhere: commits.elsewhere.length };
    } finally {
      await removeTree(index);
    }
  }

  /** Saves everything and gives the slot back in one step. False: not all of it could be saved, and the slot stays as it is. */
  async saveAndRelease(why: string): Promise<boolean> {
    const { key } = this.#record;
    if (key === null || this.#isReleased) return false;
    // Of a folder that somebody deleted there is nothing left to save, and nothing to wait for.
    const isThere = (await lstat(this.#folder.work).catch(() => null)) !== null;
    const saved = isThere
      ? await rescueSlot(this.#hub, this.#folder, { key, record: this.#record, why })
      : { tree: null, complete: true };
    if (isThere && (saved.tree === null || !saved.complete)) return false;
    this.#isReleased = true;
    await this.#write({ ...this.#record, state: 'free', indexTree: '', savedTree: saved.tree });
    for (const lease of this.#leases) await lease.release();
    this.#onRelease();
    return true;
  }

  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    const { harvested, indexTree } = this.#record;
    // After a harvest the next lease looks again; anything else is saved now, while it is clear whose it is.
    if (!harvested) await this.rescue('the slot was given back without a harvest');
    await this.#write({ ...this.#record, state: 'free', indexTree: harvested ? indexTree : '' });
    for (const lease of this.#leases) await lease.release();
    this.#onRelease();
  }

  /** Lets go of the slot in this process only: the attempt still holds it. */
  async abandon(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    for (const lease of this.#leases) await lease.release();
    this.#onRelease();
  }

  async #write(record: SlotRecord): Promise<void> {
    await writeRecord(this.#folder, record);
    this.#record = record;
  }
}

export const workspace = (message: string): { readonly ok: false; readonly error: Failure } =>
  err({ reason: 'workspace', message });
export const leased = (slot: LeasedSlot): Result<Slot, Failure> => ok(slot);
