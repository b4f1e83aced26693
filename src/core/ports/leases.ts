import type { Instant } from '../time.ts';

/**
 * Named leases, for what only one process may hold: a run's engine, a slot, a hub's exclusive maintenance. A lease on
 * this host is taken from its owner only when that process (pid and start time) is gone, whatever the clock says;
 * on another host only after `ttl_ms`.
 */
export interface Leases {
  take(name: string, ttl_ms: number): Promise<Lease | null>;
  holder(name: string): Promise<LeaseHolder | null>;
}
export interface Lease extends AsyncDisposable {
  readonly name: string;
  /** Rises with every change of owner: a fencing token. */
  readonly fence: number;
  renew(): Promise<boolean>;
  release(): Promise<void>;
}
export type LeaseHolder = {
  readonly pid: number;
  readonly host: string;
  readonly fence: number;
  readonly since: Instant;
};
