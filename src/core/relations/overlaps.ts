import { OverlapIndex } from '../scope/overlap-index.ts';
import { intersect, PatternSet, type ScopeSet } from '../scope/scope.ts';
import type { PlanScopes } from './may-write.ts';

/** The witness where a question was too large to answer: the two are kept apart, which is always safe. */
export const UNDECIDED = '(too complex to decide)';

const NONE: ReadonlySet<number> = new Set();

/** Which tasks of a plan may write the same paths, and which the same shared ones. All is made when first asked for. */
export class Overlaps {
  readonly #scopes: PlanScopes;
  #writers: OverlapIndex<number> | null = null;
  #outside: OverlapIndex<number> | null = null;
  #locks: { readonly of: readonly ReadonlySet<number>[]; readonly holders: readonly (readonly number[])[] } | null =
    null;

  constructor(scopes: PlanScopes) {
    this.#scopes = scopes;
  }

  /** Entries are positions; who declares nothing has nothing in it. */
  get writers(): OverlapIndex<number> {
    this.#writers ??= indexOf(this.#scopes.writes);
    return this.#writers;
  }

  /** Patterns of `shared`, by number, that a task may write. */
  locksOf(position: number): ReadonlySet<number> {
    if (this.#scopes.shared.length === 0) return NONE;
    return this.#locked().of[position] ?? NONE;
  }

  holders(lock: number): readonly number[] {
    return this.#locked().holders[lock] ?? [];
  }

  /** Positions that may write what this one may; with `outside`, beside the shared paths. */
  partners(position: number, options: { readonly outside: boolean }): readonly number[] {
    if (this.#scopes.writes[position] === null) return [];
    const index = options.outside && this.#scopes.shared.length > 0 ? this.#beside() : this.writers;
    const found = index.partners(position);
    return found.ok ? found.value : this.#declared().filter((other) => other !== position);
  }

  /** A path that both may write; with `outside`, none of a shared pattern. */
  witness(a: number, b: number, options: { readonly outside: boolean }): string | null {
    const [ours, theirs] = [this.#scopes.writes[a] ?? null, this.#scopes.writes[b] ?? null];
    if (ours === null || theirs === null) return null;
    const path = intersect(options.outside ? without(ours, this.#scopes.shared) : ours, theirs);
    return path.ok ? path.value : UNDECIDED;
  }

  #declared(): readonly number[] {
    return [...this.#scopes.writes.keys()].filter((position) => this.#scopes.writes[position] !== null);
  }

  #beside(): OverlapIndex<number> {
    const { shared, writes } = this.#scopes;
    this.#outside ??= indexOf(writes.map((set) => (set === null ? null : without(set, shared))));
    return this.#outside;
  }

  #locked() {
    if (this.#locks !== null) return this.#locks;
    const of = this.#scopes.writes.map(() => new Set<number>());
    const holders = this.#scopes.shared.map((set, lock) => {
      const met = this.writers.meeting(set);
      // What is too complex to decide holds the lock: one writer too few is safe.
      const all = met.ok ? met.value : this.#declared();
      for (const position of all) of[position]?.add(lock);
      return all;
    });
    this.#locks = { of, holders };
    return this.#locks;
  }
}

const indexOf = (writes: PlanScopes['writes']): OverlapIndex<number> =>
  new OverlapIndex(writes.map((set, position) => [position, set ?? EMPTY] as const));

const EMPTY: ScopeSet = {
  may: new PatternSet([]),
  mayNot: new PatternSet([]),
  mode: { ignoreCase: false, nfc: false },
};

const without = (set: ScopeSet, shared: readonly ScopeSet[]): ScopeSet => ({
  ...set,
  mayNot: set.mayNot.with(shared.flatMap(({ may }) => may.patterns)),
});
