import type { Failure } from './failure.ts';
import type { Instant } from './time.ts';

/** A state holds exactly what is known in it, so no field is ever "maybe set". `attempt` is the fence. */
export type TaskState =
  | { readonly is: 'waiting' }
  | { readonly is: 'ready'; readonly attempt: number }
  /** `question`: its agent waits for the answer to it; null: for nothing. */
  | { readonly is: 'working'; readonly attempt: number; readonly since: Instant; readonly question: string | null }
  /** `because`: the failure that makes us ask; null: the agent itself asks. */
  | {
      readonly is: 'asking';
      readonly attempt: number;
      readonly question: string;
      readonly since: Instant;
      readonly because: Failure | null;
    }
  | { readonly is: 'stopping'; readonly attempt: number; readonly because: Failure }
  | { readonly is: 'resting'; readonly attempt: number; readonly until: Instant; readonly because: Failure }
  | { readonly is: 'reported'; readonly attempt: number; readonly commit: string }
  | { readonly is: 'verifying'; readonly attempt: number; readonly commit: string }
  | { readonly is: 'verified'; readonly attempt: number; readonly commit: string; readonly merged: Merged }
  | { readonly is: 'landing'; readonly attempt: number; readonly commit: string; readonly merged: Merged }
  | { readonly is: 'landed'; readonly attempt: number; readonly commit: string }
  | { readonly is: 'blocked'; readonly attempt: number; readonly because: Failure }
  | { readonly is: 'failed'; readonly attempt: number; readonly because: Failure }
  | { readonly is: 'skipped'; readonly attempt: number; readonly because: string }
  | { readonly is: 'cancelled'; readonly attempt: number };

/** The commit that was verified, and the target tip that it was made on. `commit === onto`: nothing to land. */
export type Merged = { readonly commit: string; readonly onto: string };

export type TaskStateName = TaskState['is'];
