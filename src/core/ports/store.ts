import type { Entry, RunEvent } from '../event.ts';
import type { Result } from '../result.ts';
import type { Spending } from '../spent.ts';
import type { Instant } from '../time.ts';
import type { Job } from './queue.ts';

/** The truth. Appending runs the reducer in the same transaction, under a lock on the run. */
export interface Store {
  /**
   * Appends all or nothing. Each task event goes through `evolve` against the task's stored state; a refusal
   * (stale attempt, wrong state) appends nothing and is returned. `jobs` leave through the outbox, written in the same transaction.
   */
  append(
    run: string,
    events: readonly RunEvent[],
    jobs?: readonly Job[],
  ): Promise<Result<readonly Entry[], AppendRefusal>>;
  /** Entries with `seq > after`, in order, at most `limit`. */
  entries(run: string, after: number, limit?: number): Promise<readonly Entry[]>;
  runs(): Promise<readonly RunSummary[]>;
  /** Changes whenever any process committed something: cheap enough to poll. */
  version(): Promise<number>;
  /** What the agents of all runs spent from `at` on, by the times of their entries. Cheap enough to ask every few seconds. */
  spentSince(at: Instant): Promise<Spending>;
  /** Claims an attempt: raises its fence and returns it; null when the attempt is over or cancelled. */
  claim(key: AttemptKey, worker: string): Promise<number | null>;
  /** True while (attempt, fence) is the live claim: an outcome with an older fence must not be appended. */
  holds(key: AttemptKey, fence: number): Promise<boolean>;
  close(): Promise<void>;
}

export type AppendRefusal =
  | { readonly reason: 'no-such-run' }
  | { readonly reason: 'exists' }
  | {
      readonly reason: 'stale-attempt' | 'wrong-state';
      readonly task: string;
      readonly state: string;
      readonly event: string;
    };

export type RunSummary = {
  readonly run: string;
  readonly plan: string;
  readonly repository: string;
  readonly target: string;
  readonly createdAt: Instant;
  readonly state: 'running' | 'paused' | 'ended';
  readonly seq: number;
};

export type AttemptKey = { readonly run: string; readonly task: string; readonly attempt: number };
