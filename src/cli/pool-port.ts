import type { Oid } from '../core/ports/git.ts';
import type { Result } from '../core/result.ts';
import type { Instant } from '../core/time.ts';
import type { Refusal } from '../report/explanation.ts';

/** Slots that people and scripts take by hand, outside of any run. A refusal that is `NO_POOL` has a line of its own. */
export interface PoolDesk {
  /** Makes the pool, or changes its size. null: as many slots as `POOL_SIZE` says, else 8. */
  init(slots: number | null): Promise<Result<PoolView, Refusal>>;
  status(): Promise<Result<PoolView, Refusal>>;
  /** A slot with the branch `auto/<task>` at `base` (null: the branch that is checked out); `exhausted`: none is idle. */
  acquire(task: string, base: string | null): Promise<Result<Acquired | 'exhausted', Refusal>>;
  /** Gives a slot back; what is on no branch is kept first. */
  release(id: string): Promise<Result<Released, Refusal>>;
  /** Lands what the acquired slots have committed, one after the other. */
  merge(wish: MergeWish): Promise<Result<Merged, Refusal>>;
  /** Gives every slot back. */
  cleanup(): Promise<Result<readonly Released[], Refusal>>;
  /** The same, and a new pool afterwards. null: of the same size. */
  reset(
    slots: number | null,
  ): Promise<Result<{ readonly released: readonly Released[]; readonly pool: PoolView }, Refusal>>;
  health(): Promise<Result<Health, Refusal>>;
}

/** What every command but `init` says before there is a pool. */
export const NO_POOL: Refusal = {
  what: 'Pool not initialized',
  why: '',
  next: 'branchline pool init',
  exit: 1,
};

export type PoolView = { readonly createdAt: Instant; readonly slots: readonly PooledSlot[] };
export type PooledSlot = {
  /** `wt-1` */
  readonly id: string;
  /** `error`: it is acquired, and its folder is gone. */
  readonly status: 'idle' | 'busy' | 'error';
  readonly task: string | null;
  readonly path: string | null;
  readonly branch: string | null;
  readonly acquiredAt: Instant | null;
};
export type Acquired = {
  readonly id: string;
  readonly path: string;
  readonly branch: string;
  readonly base: Oid;
};
export type Released = { readonly id: string; readonly task: string | null; readonly kept: readonly Kept[] };
/** Work that is on no branch: where it is kept, and the line that makes a branch of it. */
export type Kept = { readonly ref: string; readonly commit: Oid; readonly restore: string };

export type MergeWish = {
  /** null: the branch that is checked out. */
  readonly branch: string | null;
  /** A line for `sh` that must end well on the merged files before they land; null: they are not looked at. */
  readonly check: string | null;
};
export type Merged = {
  /** Where the work landed: short names of branches. They differ when the wanted one is checked out in `checkout`. */
  readonly target: string;
  readonly wanted: string;
  readonly checkout: string | null;
  /** Brings the work over from `target`; null when there is nothing to bring. */
  readonly next: string | null;
  readonly slots: readonly MergedSlot[];
};
export type MergedSlot = {
  readonly id: string;
  readonly branch: string;
  readonly result: 'merged' | 'nothing' | 'failed';
  /** The merge commit. */
  readonly commit: Oid | null;
  /** Why it failed, or why there was nothing; empty when it was merged. */
  readonly why: string;
  /** What is in the slot's files and in no commit was left there. */
  readonly uncommitted: boolean;
};
export type Health = { readonly worktrees: number; readonly issues: readonly string[] };
