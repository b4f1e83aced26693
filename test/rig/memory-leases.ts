import type { Lease, LeaseHolder, Leases } from '../../src/core/ports/leases.ts';

/** Leases of one process, which nobody can lose. `alive: false` plays the owner's death. */
export class MemoryLeases implements Leases {
  readonly #held = new Map<string, { fence: number }>();
  #fence = 0;

  take(name: string): Promise<Lease | null> {
    if (this.#held.has(name)) return Promise.resolve(null);
    this.#fence += 1;
    const mine = { fence: this.#fence };
    this.#held.set(name, mine);
    const release = (): Promise<void> => {
      if (this.#held.get(name) === mine) this.#held.delete(name);
      return Promise.resolve();
    };
    const renew = (): Promise<boolean> => Promise.resolve(this.#held.get(name) === mine);
    return Promise.resolve({ name, fence: mine.fence, renew, release, [Symbol.asyncDispose]: release });
  }

  holder(name: string): Promise<LeaseHolder | null> {
    const held = this.#held.get(name);
    return Promise.resolve(held === undefined ? null : { pid: process.pid, host: 'here', fence: held.fence, since: 0 });
  }

  /** Every owner died without a word. */
  forgetAll(): void {
    this.#held.clear();
  }
}
