import { canonical, type PathMode } from '../scope/fold.ts';
import type { Pattern } from '../scope/pattern.ts';

/** The files of the base in order, so that those that begin like a pattern are found without looking at the others. */
export class BasePaths {
  readonly #paths: readonly string[];
  readonly #known = new Map<string, boolean>();

  constructor(paths: readonly string[], mode: PathMode) {
    this.#paths = paths.map((path) => canonical(path, mode)).sort(byCodeUnit);
  }

  /** Whether the pattern matches any of them. */
  some(pattern: Pattern): boolean {
    const known = this.#known.get(pattern.key);
    if (known !== undefined) return known;
    const found = this.#look(pattern);
    this.#known.set(pattern.key, found);
    return found;
  }

  #look(pattern: Pattern): boolean {
    for (let i = this.#firstFrom(pattern.head); i < this.#paths.length; i++) {
      const path = this.#paths[i] ?? '';
      if (!path.startsWith(pattern.head)) return false;
      if (pattern.matches(path)) return true;
    }
    return false;
  }

  #firstFrom(head: string): number {
    let [low, high] = [0, this.#paths.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#paths[middle] ?? '') < head) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
