import type { Instant } from '../time.ts';

/**
 * Delivers jobs, at least once; the store decides. Rules that its suite tests: submit is idempotent by id; a submitted
 * job is delivered again after kill -9 of anything; one live delivery in the normal case; a delivery that cannot be
 * renewed aborts its signal before another may begin; at most `capacity` at once; lower priority number first; `notBefore`.
 */
export interface Queue {
  readonly lease_ms: number;
  submit(jobs: readonly Job[]): Promise<void>;
  remove(id: string): Promise<boolean>;
  work(
    lane: string,
    options: { readonly capacity: number },
    handle: (delivery: Delivery) => Promise<Verdict>,
  ): Promise<QueueWorker>;
  close(): Promise<void>;
}
export type Job = {
  readonly id: string;
  readonly lane: string;
  readonly priority: number;
  readonly notBefore: Instant | null;
  readonly payload: string;
};
export interface Delivery {
  readonly job: Job;
  readonly delivery: number;
  readonly signal: AbortSignal;
}
export type Verdict = { readonly done: true } | { readonly done: false; readonly retry_ms: number };
export interface QueueWorker {
  close(): Promise<void>;
}
