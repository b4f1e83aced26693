import type { Failure } from '../failure.ts';
import type { Result } from '../result.ts';
import type { AttemptKey } from './store.ts';

export type Oid = string;
/** A full ref name, `refs/…`. */
export type RefName = string;

/** One user's repository with its private hub and slots. Nothing here writes the user's checkout, index, stash or config. */
export interface Repository {
  /** Stable for this repository on this machine (from its common directory). */
  readonly key: string;
  readonly root: string;
  /** Short name of the branch checked out in the user's repository; null when detached. */
  readonly head: string | null;
  /** The commit of a ref in the user's repository. */
  tip(ref: RefName): Promise<Oid | null>;
  /** Where a branch is checked out in the user's repository and its linked worktrees. Empty: it may be moved. */
  checkouts(ref: RefName): Promise<readonly { readonly path: string; readonly clean: boolean }[]>;
  /** Mirrors the user's refs into the hub under `refs/branchline/user/`. */
  sync(): Promise<Result<void, GitFailure>>;
  /** All paths in a commit, for scope hints and checks. */
  paths(commit: Oid): Promise<readonly string[]>;
  /** The object id of a file in a commit; null when absent. */
  oidOf(commit: Oid, path: string): Promise<Oid | null>;
  /** The text of a file in a commit; null when absent. */
  readFile(commit: Oid, path: string): Promise<string | null>;
  slots: Slots;
  /** Tree of the three-way merge of `theirs` into `ours`, made without a work tree. */
  merge(ours: Oid, theirs: Oid): Promise<Result<MergeResult, GitFailure>>;
  /** What exactly changes between two commits or trees: no rename detection, both names of a rename are listed. */
  changes(from: Oid, to: Oid): Promise<readonly Change[]>;
  /** The text of an object; null when there is none. */
  blob(oid: Oid): Promise<string | null>;
  /** Other paths of a commit that differ from `path` in case or Unicode form alone. */
  twins(commit: Oid, path: string): Promise<readonly string[]>;
  /** `tree` with some paths put back to what they are in `from`. */
  without(wanted: {
    readonly tree: Oid;
    readonly from: Oid;
    readonly paths: readonly string[];
  }): Promise<Result<Oid, GitFailure>>;
  /** What changes between two commits as text for a person, at most some megabytes of it. */
  patch(from: Oid, to: Oid): Promise<string>;
  /** Writes a commit into the hub, with the user's identity and today's date. */
  commit(spec: { readonly tree: Oid; readonly parents: readonly Oid[]; readonly message: string }): Promise<Oid>;
  isAncestor(ancestor: Oid, descendant: Oid): Promise<boolean>;
  /** Brings `commit` into the user's repository and moves `target` from `expected` (null: creates it) by compare-and-swap. */
  land(move: {
    readonly target: RefName;
    readonly commit: Oid;
    readonly expected: Oid | null;
  }): Promise<Result<void, LandRefusal>>;
  /** Keeps an object reachable in the hub: `refs/branchline/pin/<name>`, `refs/branchline/rescue/<name>`. */
  pin(ref: RefName, commit: Oid): Promise<void>;
  unpin(ref: RefName): Promise<void>;
  refs(prefix: RefName): Promise<readonly { readonly ref: RefName; readonly oid: Oid }[]>;
  /** How many git processes this object has started: a figure of the bench. */
  readonly processes: number;
  close(): Promise<void>;
}

export type MergeResult =
  | { readonly clean: true; readonly tree: Oid }
  /** `tree` holds the conflict markers. */
  | { readonly clean: false; readonly tree: Oid; readonly conflicts: readonly string[]; readonly messages: string };

export type Change = {
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted' | 'mode' | 'type';
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldOid: Oid;
  readonly newOid: Oid;
};

export type GitFailure = {
  readonly reason: 'git';
  readonly command: string;
  readonly code: number | null;
  readonly stderr: string;
};
export type LandRefusal =
  | { readonly reason: 'moved'; readonly tip: Oid | null }
  | { readonly reason: 'checked-out'; readonly paths: readonly string[] }
  | { readonly reason: 'not-a-descendant' }
  | GitFailure;

export interface Slots {
  /**
   * Leases a slot: a free one if there is one, else a new one. Rescues whatever was left in it, brings its files to `base`
   * (or, with `merge`, to the merge of that earlier work onto `base`, conflict markers and all) and rebuilds its `.git`.
   */
  lease(request: SlotRequest): Promise<Result<Slot, Failure>>;
  /** The slot that attempt `from` still holds, for a later one of the same task, with everything in it as it is; null: it is gone. */
  goOn(from: AttemptKey, to: AttemptKey): Promise<Slot | null>;
  /** The slot that an attempt still holds (after a crash, or while it asks); null when it is gone or was leased again. */
  held(key: AttemptKey): Promise<Slot | null>;
  /** A clean slot at `commit` for running checks; set-up kept between uses under `setupKey`. */
  leaseForChecks(commit: Oid, setupKey: string, keep?: readonly string[]): Promise<Result<Slot, Failure>>;
  list(): Promise<readonly SlotView[]>;
}
export type SlotRequest = {
  readonly key: AttemptKey;
  readonly base: Oid;
  /** Short branch name that the agent finds checked out. */
  readonly branch: string;
  readonly merge: Oid | null;
  /** Ignored paths that survive between leases. */
  readonly keep: readonly string[];
  /** Same key: the set-up of the last lease still holds. */
  readonly setupKey: string;
};
export interface Slot {
  readonly number: number;
  /** The work tree that the agent sees. */
  readonly dir: string;
  /** Private TMPDIR and HOME of this slot, outside the work tree. */
  readonly tmp: string;
  readonly home: string;
  /** First of ten TCP ports that are this slot's alone. */
  readonly port: number;
  readonly base: Oid;
  readonly setupDone: boolean;
  markSetupDone(): Promise<void>;
  /** The attempt's result as one commit in the hub, by the rules of harvest. The slot stays leased. */
  harvest(message: string): Promise<Result<Harvest, Failure>>;
  /** Everything in the slot under rescue refs, whatever state it is in. Returns the refs; empty when there was nothing to save. */
  rescue(why: string): Promise<readonly RefName[]>;
  /** Gives the slot back. Anything not harvested is rescued first. */
  release(): Promise<void>;
  /** Lets go of it in this process only: the attempt still holds it, for a person to look into or a later attempt to take over. */
  abandon(): Promise<void>;
}
export type Harvest = {
  readonly commit: Oid;
  readonly changes: readonly Change[];
  /** Commits that the agent made elsewhere, kept under these refs. */
  readonly rescued: readonly RefName[];
};
export type SlotView = {
  readonly number: number;
  readonly dir: string;
  readonly state: 'free' | 'leased' | 'held';
  readonly key: AttemptKey | null;
};
