import { ok, type Result } from '../result.ts';
import { everything, type Pattern } from './pattern.ts';
import { joint, meets } from './scope.ts';
import { shortestIn, type TooComplex } from './search.ts';

/** A pattern without what its scope excludes of it. `not` holds only what can meet the pattern. */
export type Remnant = { readonly pattern: Pattern; readonly not: readonly Pattern[] };

/**
 * Answers about patterns with exclusions. Most are settled by trying a few paths; what has to be searched is searched
 * once for all scopes that have the same patterns.
 */
export class Remnants {
  readonly #numbers = new Map<string, number>();
  readonly #meeting = new Map<number, boolean>();
  readonly #covering = new Map<number, boolean>();
  readonly #joint = new Map<string, boolean>();

  /** What is left of `pattern` after `excluded`; null: nothing. */
  of(pattern: Pattern, excluded: readonly Pattern[]): Result<Remnant | null, TooComplex> {
    if (excluded.length === 0) return ok({ pattern, not: excluded });
    const not: Pattern[] = [];
    for (const each of excluded) {
      const meeting = this.#meets(pattern, each);
      if (!meeting.ok) return meeting;
      if (!meeting.value) continue;
      const covered = this.#covers(each, pattern);
      if (!covered.ok) return covered;
      if (covered.value) return ok(null);
      not.push(each);
    }
    return ok({ pattern, not });
  }

  /** Whether two remnants have a path in common. Their patterns are known to meet. */
  meet(a: Remnant, b: Remnant): Result<boolean, TooComplex> {
    if (a.not.length === 0 && b.not.length === 0) return ok(true);
    if (hasSample(a.pattern, { a, b }) || hasSample(b.pattern, { a, b })) return ok(true);
    if (a.pattern.shape === 'literal' || b.pattern.shape === 'literal') return ok(false);
    if (b.not.some((each) => coversByShape(each, a.pattern)) || a.not.some((each) => coversByShape(each, b.pattern))) {
      return ok(false);
    }
    if (hasJoint(a, b)) return ok(true);
    return this.#search(a, b);
  }

  #search(a: Remnant, b: Remnant): Result<boolean, TooComplex> {
    const not = [...a.not, ...b.not];
    const key = `${this.#number(a.pattern)},${this.#number(b.pattern)}-${not.map((each) => this.#number(each)).join()}`;
    const known = this.#joint.get(key);
    if (known !== undefined) return ok(known);
    for (const each of new Set(not)) {
      // A single exclusion that swallows one of the two is asked about once for all their pairs.
      const covered = this.#covers(each, a.not.includes(each) ? b.pattern : a.pattern);
      if (!covered.ok) return covered;
      if (covered.value) return ok(false);
    }
    const found = shortestIn({ a: a.pattern, b: b.pattern, not, longest: Infinity });
    if (!found.ok) return found;
    this.#joint.set(key, found.value !== null);
    return ok(found.value !== null);
  }

  #meets(pattern: Pattern, other: Pattern): Result<boolean, TooComplex> {
    // Where one is a literal, to ask is cheaper than to remember.
    if (pattern.shape === 'literal' || other.shape === 'literal') return meets(pattern, other);
    const key = this.#pair(pattern, other);
    const known = this.#meeting.get(key);
    if (known !== undefined) return ok(known);
    const answer = meets(pattern, other);
    if (answer.ok) this.#meeting.set(key, answer.value);
    return answer;
  }

  /** Whether every path of `inner` is one of `outer`. */
  #covers(outer: Pattern, inner: Pattern): Result<boolean, TooComplex> {
    if (inner.shape === 'literal') return ok(outer.matches(inner.head));
    if (coversByShape(outer, inner)) return ok(true);
    if (outer.shape === 'literal' || inner.samples.some((path) => !outer.matches(path))) return ok(false);
    const key = this.#pair(outer, inner);
    const known = this.#covering.get(key);
    if (known !== undefined) return ok(known);
    const all = everything({ ignoreCase: inner.ignoreCase, nfc: false });
    const outside = shortestIn({ a: inner, b: all, not: [outer], longest: Infinity });
    if (!outside.ok) return outside;
    this.#covering.set(key, outside.value === null);
    return ok(outside.value === null);
  }

  #pair(a: Pattern, b: Pattern): number {
    return this.#number(a) * MOST_PATTERNS + this.#number(b);
  }

  #number(pattern: Pattern): number {
    const known = this.#numbers.get(pattern.key);
    if (known !== undefined) return known;
    this.#numbers.set(pattern.key, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

/** Two such numbers fit into one that is exact. */
const MOST_PATTERNS = 2 ** 26;

/** A path of one of the two patterns that shows that both remnants hold it. */
function hasSample(of: Pattern, { a, b }: { readonly a: Remnant; readonly b: Remnant }): boolean {
  const other = of === a.pattern ? b.pattern : a.pattern;
  return of.samples.some((path) => other.matches(path) && !excludes(a, path) && !excludes(b, path));
}

/** The second is as far from what people exclude by name as the first is short. */
const hasJoint = (a: Remnant, b: Remnant): boolean =>
  ['', 'x7q'].some((between) => {
    const path = joint(a.pattern, b.pattern, between);
    return path !== null && !excludes(a, path) && !excludes(b, path);
  });

const excludes = ({ not }: Remnant, path: string): boolean => not.some((pattern) => pattern.matches(path));

const coversByShape = (outer: Pattern, inner: Pattern): boolean =>
  outer.key === inner.key ||
  (outer.shape === 'below' && inner.shape !== 'literal' && inner.head.startsWith(outer.head));
