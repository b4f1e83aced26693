import type { Change, GitFailure, LandRefusal, MergeResult, Oid, RefName, Repository } from '../core/ports/git.ts';
import type { Leases } from '../core/ports/leases.ts';
import type { Result } from '../core/result.ts';
import { checkoutsOf, isClean } from './checkouts.ts';
import { type GcOptions, type GcPlan, performGc, planGc } from './gc.ts';
import { type Hub, syncHub } from './hub.ts';
import { forgetKnownTips } from './import.ts';
import { isAncestor, landCommit, type Move, userTip } from './land.ts';
import { mergeTrees } from './merge.ts';
import { type Ref, USER_REFS } from './refs.ts';
import type { CommitSpec } from './settings.ts';
import { SlotPool } from './slots.ts';
import { twinsOf } from './twins.ts';
import { treeWithout } from './without.ts';
import { writeCommit } from './write-commit.ts';

const PATCH_MAX = 4 << 20;

/** The user's repository seen through its hub. */
export class HubRepository implements Repository {
  readonly key: string;
  readonly root: string;
  readonly head: string | null;
  readonly slots: SlotPool;
  readonly #hub: Hub;
  readonly #leases: Leases;

  constructor(hub: Hub, { head, leases }: { readonly head: string | null; readonly leases: Leases }) {
    this.#hub = hub;
    this.#leases = leases;
    this.key = hub.key;
    this.root = hub.user.root;
    this.head = head;
    this.slots = new SlotPool(hub, leases);
  }

  get processes(): number {
    return this.#hub.git.started;
  }

  tip(ref: RefName): Promise<Oid | null> {
    return userTip(this.#hub, ref);
  }

  async checkouts(ref: RefName): Promise<readonly { readonly path: string; readonly clean: boolean }[]> {
    const { git, user } = this.#hub;
    const found = await checkoutsOf(user, ref);
    return Promise.all(found.map(async (at) => ({ path: at.path, clean: await isClean(git, user, at) })));
  }

  async sync(): Promise<Result<void, GitFailure>> {
    const synced = await syncHub(this.#hub);
    this.slots.forgetFace();
    forgetKnownTips(this.#hub);
    return synced;
  }

  async paths(commit: Oid): Promise<readonly string[]> {
    const ran = await this.#hub.git.output(this.#hub.place, ['ls-tree', '-r', '-z', '--name-only', commit]);
    if (!ran.ok) throw new Error(`${ran.error.command}: ${ran.error.stderr}`);
    return ran.value.toString('utf8').split('\0').filter(Boolean);
  }

  async oidOf(commit: Oid, path: string): Promise<Oid | null> {
    const { objects } = this.#hub;
    const tree = await objects.treeOf(commit);
    return tree === null ? null : ((await objects.entry(tree, path))?.oid ?? null);
  }

  async readFile(commit: Oid, path: string): Promise<string | null> {
    const { objects } = this.#hub;
    const tree = await objects.treeOf(commit);
    const entry = tree === null ? null : await objects.entry(tree, path);
    if (entry === null || !entry.mode.startsWith('100')) return null;
    return (await objects.contents(entry.oid))?.bytes.toString('utf8') ?? null;
  }

  async merge(ours: Oid, theirs: Oid): Promise<Result<MergeResult, GitFailure>> {
    await this.#learn(ours);
    return mergeTrees(this.#hub, ours, theirs);
  }

  async changes(from: Oid, to: Oid): Promise<readonly Change[]> {
    const { objects, differences } = this.#hub;
    const [before, after] = await Promise.all([objects.treeOf(from), objects.treeOf(to)]);
    if (before === null || after === null) throw new Error(`Not in the hub: ${before === null ? from : to}`);
    return differences.between(before, after);
  }

  async blob(oid: Oid): Promise<string | null> {
    return (await this.#hub.objects.contents(oid))?.bytes.toString('utf8') ?? null;
  }

  async twins(commit: Oid, path: string): Promise<readonly string[]> {
    const tree = await this.#hub.objects.treeOf(commit);
    return tree === null ? [] : twinsOf(this.#hub.objects, tree, path);
  }

  without(wanted: {
    readonly tree: Oid;
    readonly from: Oid;
    readonly paths: readonly string[];
  }): Promise<Result<Oid, GitFailure>> {
    return treeWithout(this.#hub, wanted);
  }

  async patch(from: Oid, to: Oid): Promise<string> {
    const args = ['diff-tree', '-r', '-p', '--no-ext-diff', '--no-textconv', '--no-color', from, to];
    const ran = await this.#hub.git.run(this.#hub.place, args, { stdout_max: PATCH_MAX });
    return ran.stdout.toString('utf8');
  }

  commit(spec: CommitSpec): Promise<Oid> {
    return writeCommit(this.#hub, spec);
  }

  async isAncestor(ancestor: Oid, descendant: Oid): Promise<boolean> {
    await this.#learn(descendant);
    return isAncestor(this.#hub, ancestor, descendant);
  }

  /** Whether a branch or tag of the user's, as last mirrored, contains a commit. */
  async isOnBranch(commit: Oid): Promise<boolean> {
    const args = ['for-each-ref', '--count=1', '--format=%(refname)', '--contains', commit, USER_REFS];
    const ran = await this.#hub.git.run(this.#hub.place, args);
    return ran.code === 0 && ran.stdout.length > 0;
  }

  /** The hub's folder: what it keeps can be fetched from there. */
  get hubDir(): string {
    return this.#hub.dir;
  }

  land(move: Move): Promise<Result<void, LandRefusal>> {
    return landCommit(this.#hub, move);
  }

  async pin(ref: RefName, commit: Oid): Promise<void> {
    await this.#move(ref, commit);
  }

  async unpin(ref: RefName): Promise<void> {
    await this.#move(ref, null);
  }

  refs(prefix: RefName): Promise<readonly Ref[]> {
    return this.#hub.refs.list(prefix);
  }

  /** What could be removed, and why. Removes nothing. */
  planGc(options: GcOptions): Promise<GcPlan> {
    return planGc(this.#hub, options);
  }

  /** Removes what a plan names; leaves out what has come into use since. */
  performGc(plan: GcPlan): Promise<readonly string[]> {
    return performGc(this.#hub, this.#leases, plan);
  }

  async close(): Promise<void> {
    await this.slots.close();
    const { git, objects, userObjects, refs, userRefs, differences } = this.#hub;
    await Promise.all([
      git.close(),
      objects.close(),
      userObjects.close(),
      refs.close(),
      userRefs.close(),
      differences.close(),
    ]);
  }

  /** A commit that somebody made in the user's repository since we looked is not in the hub yet. */
  async #learn(commit: Oid): Promise<void> {
    if ((await this.#hub.objects.find(commit)) === null) await this.sync();
  }

  async #move(ref: RefName, to: Oid | null): Promise<void> {
    const isOurs = ref.startsWith('refs/branchline/') && !ref.startsWith(USER_REFS) && !/[\s~^:?*[\\]|\.\./.test(ref);
    if (!isOurs) throw new Error(`Not a ref of ours: ${ref}`);
    const done = await this.#hub.refs.update([{ ref, to }]);
    if (!done.ok) throw new Error(`${done.error.command}: ${done.error.stderr}`);
  }
}
