/** How many model calls may be answered at once: on the whole server, on every key, on some keys. */
export type Limits = {
  readonly server?: number;
  readonly key?: number;
  readonly keys?: Readonly<Record<string, number>>;
};

/** Counts the calls that are being answered, by the key they came with. */
export class Accounts {
  readonly #limits: Limits;
  readonly #open = new Map<string, number>();
  readonly #peaks = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Lets a call in, or says no. Whoever was let in has to leave. */
  enter(key: string): boolean {
    const { server, keys, key: each } = this.#limits;
    if (this.#count(key) >= (keys?.[key] ?? each ?? Number.POSITIVE_INFINITY)) return false;
    if (this.#count(everybody) >= (server ?? Number.POSITIVE_INFINITY)) return false;
    for (const name of [key, everybody]) this.#set(name, this.#count(name) + 1);
    return true;
  }

  leave(key: string): void {
    for (const name of [key, everybody]) this.#set(name, this.#count(name) - 1);
  }

  /** The most calls that were answered at once, of one key or of all. */
  peak(key: string = everybody): number {
    return this.#peaks.get(key) ?? 0;
  }

  #count(name: string): number {
    return this.#open.get(name) ?? 0;
  }

  #set(name: string, count: number): void {
    this.#open.set(name, count);
    this.#peaks.set(name, Math.max(count, this.peak(name)));
  }
}

/** No key is this. */
const everybody = '\0';
