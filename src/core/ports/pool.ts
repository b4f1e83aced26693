import type { Instant } from '../time.ts';
import type { Oid } from './git.ts';

/** The slots that people and scripts take by hand. What is taken stays taken until it is given back, whoever has ended by then. */
export interface PoolTable {
  /** null: there is no pool. */
  read(): Promise<Pool | null>;
  /** Makes the pool, or makes the one that is there larger or smaller; `busy` names places that a smaller one would lose. */
  size(slots: number, name: string): Promise<{ readonly pool: Pool; readonly busy: readonly number[] } | null>;
  /** Puts a new pool in the place of the old one; false when something of that one is not idle. */
  renew(slots: number, name: string): Promise<boolean>;
  /** Takes the first free place for a task, in this process's hands until `settle` or `free`. */
  claim(task: string): Promise<Claim>;
  /** The place is acquired from now on; no process holds it. */
  settle(place: PoolPlace, at: { readonly dir: string; readonly base: Oid }): Promise<void>;
  /** Takes a place that is acquired (or was left) in hand; null while another command has it, or when it is idle. */
  hold(place: PoolPlace): Promise<PoolSlot | null>;
  /** Out of hand again, as it was. */
  letGo(place: PoolPlace): Promise<void>;
  /** Idle again. Only from the hands of this process. */
  free(place: PoolPlace): Promise<void>;
}

export type Pool = { readonly name: string; readonly createdAt: Instant; readonly slots: readonly PoolSlot[] };

/** One acquisition of a place: `attempt` rises with each, so that what was meant for an earlier one is told apart. */
export type PoolPlace = { readonly place: number; readonly attempt: number };

export type PoolSlot = PoolPlace & {
  /** `left`: whoever was acquiring it has ended before it was done. It counts as idle. */
  readonly state: 'idle' | 'acquiring' | 'left' | 'busy';
  readonly task: string | null;
  readonly dir: string | null;
  readonly base: Oid | null;
  readonly acquiredAt: Instant | null;
  /** A command that is still running has it in its hands. */
  readonly inHand: boolean;
};

export type Claim =
  | { readonly is: 'claimed'; readonly pool: string; readonly at: PoolPlace; readonly wasLeft: boolean }
  | { readonly is: 'no-pool' | 'exhausted' }
  /** That task has a slot already. */
  | { readonly is: 'taken'; readonly place: number };
