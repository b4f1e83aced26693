import type { Clock } from '../core/time.ts';
import type { Row } from './db.ts';
import { number, text } from './db.ts';
import { isGone, type Owner } from './owner.ts';

/** A wall clock that moved by more than this beside the monotonic one has jumped, or the machine has slept. */
const jump_ms = 1_000;

/** A lease, or a job in delivery, as it stands in its row. */
export type Holding = { readonly owner: Owner; readonly renewedAt: number; readonly ttl_ms: number };

/** The columns that every lease has; null: nobody holds it. */
export function ownerOf(row: Row): Owner | null {
  if (row['owner_pid'] === null) return null;
  return { pid: number(row, 'owner_pid'), startTime: text(row, 'owner_start'), host: text(row, 'owner_host') };
}

/**
 * Decides whether a lease may be taken from its owner. On this host: exactly when that process is gone, whatever any
 * clock says. On another host: when it was not renewed for its ttl, and our own clock did not jump within the last one.
 */
export class Takeover {
  readonly #clock: Clock;
  readonly #self: Owner;
  #wall: number;
  #monotonic: number;
  #jumpedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, self: Owner) {
    this.#clock = clock;
    this.#self = self;
    this.#wall = clock.now();
    this.#monotonic = clock.monotonic_ms();
  }

  mayTake({ owner, renewedAt, ttl_ms }: Holding): boolean {
    this.observe();
    if (owner.host === this.#self.host) return !isSame(owner, this.#self) && isGone(owner);
    const sinceJump = this.#monotonic - this.#jumpedAt;
    return sinceJump >= ttl_ms && this.#wall - renewedAt >= ttl_ms;
  }

  /** Compares the two clocks. Whoever polls calls it, so that a jump is seen at the first poll after it. */
  observe(): void {
    const wall = this.#clock.now();
    const monotonic = this.#clock.monotonic_ms();
    if (Math.abs(wall - this.#wall - (monotonic - this.#monotonic)) > jump_ms) this.#jumpedAt = monotonic;
    this.#wall = wall;
    this.#monotonic = monotonic;
  }
}

/** Asking the system about ourselves at every poll would be most of what a poll costs. */
const isSame = (a: Owner, b: Owner): boolean => a.pid === b.pid && a.startTime === b.startTime;
