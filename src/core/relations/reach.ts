import { components, type Links } from '../graph.ts';

/**
 * Who comes before whom, through others too, as a matrix of bits: 12 megabytes for 10,000 tasks, where sets of a long
 * chain would take gigabytes. Tasks on one cycle come before each other.
 */
export class Reach {
  readonly #rowOf: Int32Array;
  readonly #bits: Uint32Array;
  readonly #width: number;

  constructor(before: Links) {
    const found = components(before);
    this.#width = Math.ceil(before.length / 32);
    this.#rowOf = new Int32Array(before.length);
    this.#bits = new Uint32Array(found.length * this.#width);
    for (const [row, members] of found.entries()) {
      for (const member of members) this.#rowOf[member] = row;
      if (members.length > 1) for (const member of members) this.#set(row, member);
      for (const member of members) for (const other of before[member] ?? []) this.#include(row, other);
    }
  }

  /** Whether `first` comes before `then`. */
  has(then: number, first: number): boolean {
    if (then === first) return false;
    const word = this.#bits[(this.#rowOf[then] ?? 0) * this.#width + (first >>> 5)] ?? 0;
    return (word & (1 << (first & 31))) !== 0;
  }

  relates(a: number, b: number): boolean {
    return this.has(a, b) || this.has(b, a);
  }

  /** Calls `see` with all that come before `then`, in plan order. */
  each(then: number, see: (first: number) => void): void {
    const start = (this.#rowOf[then] ?? 0) * this.#width;
    for (let i = 0; i < this.#width; i++) {
      for (let word = this.#bits[start + i] ?? 0; word !== 0; word &= word - 1) {
        const first = i * 32 + 31 - Math.clz32(word & -word);
        if (first !== then) see(first);
      }
    }
  }

  #set(row: number, position: number): void {
    const at = row * this.#width + (position >>> 5);
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (position & 31));
  }

  /** What `other` reaches was found before, unless it is of the same row. */
  #include(row: number, other: number): void {
    const from = this.#rowOf[other] ?? 0;
    const at = row * this.#width;
    if (from === row || ((this.#bits[at + (other >>> 5)] ?? 0) & (1 << (other & 31))) !== 0) return;
    this.#set(row, other);
    for (let i = 0; i < this.#width; i++) {
      this.#bits[at + i] = (this.#bits[at + i] ?? 0) | (this.#bits[from * this.#width + i] ?? 0);
    }
  }
}
