/** Numbers in ascending order, without repeats. Adding and removing cost one memory move: cheap for tens of thousands. */
export class RankedSet {
  readonly #ranks: number[] = [];

  get size(): number {
    return this.#ranks.length;
  }

  add(rank: number): void {
    const index = this.#indexOf(rank);
    if (this.#ranks[index] !== rank) this.#ranks.splice(index, 0, rank);
  }

  delete(rank: number): void {
    const index = this.#indexOf(rank);
    if (this.#ranks[index] === rank) this.#ranks.splice(index, 1);
  }

  has(rank: number): boolean {
    return this.#ranks[this.#indexOf(rank)] === rank;
  }

  [Symbol.iterator](): Iterator<number> {
    return this.#ranks[Symbol.iterator]();
  }

  #indexOf(rank: number): number {
    let low = 0;
    let high = this.#ranks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranks[middle] ?? 0) < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
