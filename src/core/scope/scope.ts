import { err, ok, type Result } from '../result.ts';
import { canonical, type PathMode } from './fold.ts';
import { compilePattern, everything, type Pattern } from './pattern.ts';
import type { PatternError } from './reader.ts';
import { isPath } from './samples.ts';
import { shortestIn, type TooComplex, type Witness } from './search.ts';

/** What a scope says, as the plan has it: one pattern for each entry. */
export type ScopePatterns = { readonly may: readonly string[]; readonly mayNot: readonly string[] };

/** A set of paths: those of `may` that are not in `mayNot`. Made by `compileScope`. */
export type ScopeSet = { readonly may: PatternSet; readonly mayNot: PatternSet; readonly mode: PathMode };

export type CompilePattern = (text: string) => Result<readonly Pattern[], PatternError>;

/** Compiles each text once, however many scopes of a plan use it. */
export function patternCompiler(mode: PathMode): CompilePattern {
  const known = new Map<string, Result<readonly Pattern[], PatternError>>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const compiled = compilePattern(text, mode);
    known.set(text, compiled);
    return compiled;
  };
}

/** The set of a scope, or everything that is wrong with its patterns. */
export function compileScope(
  scope: ScopePatterns,
  mode: PathMode,
  compile: CompilePattern = patternCompiler(mode),
): Result<ScopeSet, readonly PatternError[]> {
  const errors: PatternError[] = [];
  const set = (texts: readonly string[]): PatternSet => {
    const compiled = texts.map(compile);
    errors.push(...compiled.flatMap((each) => (each.ok ? [] : [each.error])));
    return new PatternSet(compiled.flatMap((each) => (each.ok ? each.value : [])));
  };
  const sets = { may: set(scope.may), mayNot: set(scope.mayNot), mode };
  return errors.length > 0 ? err(errors) : ok(sets);
}

/** A union of patterns, sorted by shape so that asking for a path looks at few of them. */
export class PatternSet {
  readonly patterns: readonly Pattern[];
  readonly #literals = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #wild: readonly Pattern[];

  constructor(patterns: readonly Pattern[]) {
    this.patterns =
      patterns.length < 2 ? patterns : [...new Map(patterns.map((pattern) => [pattern.key, pattern])).values()];
    this.#wild = this.patterns.filter(({ shape }) => shape === 'wild');
    for (const { shape, head } of this.patterns) {
      if (shape === 'literal') this.#literals.add(head);
      if (shape === 'below') this.#folders.add(head);
    }
  }

  /** This set and more. */
  with(patterns: readonly Pattern[]): PatternSet {
    return new PatternSet([...this.patterns, ...patterns]);
  }

  /** `path` in canonical spelling. */
  matches(path: string): boolean {
    if (this.#literals.has(path)) return true;
    if (this.#folders.size > 0 && this.#isBelowFolder(path)) return true;
    return this.#wild.some((pattern) => pattern.matches(path));
  }

  #isBelowFolder(path: string): boolean {
    if (this.#folders.has('')) return true;
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      if (this.#folders.has(path.slice(0, slash + 1))) return true;
    }
    return false;
  }
}

/** Whether `path` may be written. What is no path of a repository (empty or dot segments, NUL) is in no set. */
export function has(set: ScopeSet, path: string): boolean {
  if (!isPath(path)) return false;
  return hasCanonical(set, canonical(path, set.mode));
}

/** The same for a path that is one, in canonical spelling. */
const hasCanonical = ({ may, mayNot }: ScopeSet, path: string): boolean => may.matches(path) && !mayNot.matches(path);

/** The shortest path in both sets. */
export const intersect = (a: ScopeSet, b: ScopeSet): Witness =>
  shortestOf(pairsOf(a.may.patterns, b.may.patterns), [...a.mayNot.patterns, ...b.mayNot.patterns]);

/** The shortest path of `a` that is not in `b`. */
export function difference(a: ScopeSet, b: ScopeSet): Witness {
  const outside = shortestOf(alone(a), [...a.mayNot.patterns, ...b.may.patterns]);
  if (!outside.ok) return outside;
  const excluded = shortestOf(pairsOf(a.may.patterns, b.mayNot.patterns), a.mayNot.patterns);
  if (!excluded.ok) return excluded;
  return ok(shorter(outside.value, excluded.value));
}

/** Null when `a` covers `b`; else the shortest path of `b` that is not in `a`. */
export const covers = (a: ScopeSet, b: ScopeSet): Witness => difference(b, a);

/** The shortest path of the set; null: it is empty. */
const shortest = (set: ScopeSet): Witness => shortestOf(alone(set), set.mayNot.patterns);

export function isEmpty(set: ScopeSet): Result<boolean, TooComplex> {
  const path = shortest(set);
  return path.ok ? ok(path.value === null) : path;
}

type Pair = readonly [Pattern, Pattern];

/** The search walks two patterns at once; beside everything, one walks alone. */
function alone({ may, mode }: ScopeSet): readonly Pair[] {
  const all = everything(mode);
  return may.patterns.map((pattern) => [pattern, all]);
}

function* pairsOf(a: readonly Pattern[], b: readonly Pattern[]): Iterable<Pair> {
  for (const p of a) for (const q of b) yield [p, q];
}

function shortestOf(pairs: Iterable<Pair>, not: readonly Pattern[]): Witness {
  let best: string | null = null;
  for (const [a, b] of pairs) {
    if (!mayMeet(a, b)) continue;
    const found = witnessOf(a, b, { not, longest: best === null ? Infinity : lengthOf(best) - 1 });
    if (!found.ok) return found;
    best = shorter(best, found.value);
  }
  return ok(best);
}

const lengthOf = (path: string): number => [...path].length;

function shorter(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return lengthOf(b) < lengthOf(a) ? b : a;
}

function witnessOf(
  a: Pattern,
  b: Pattern,
  bounds: { readonly not: readonly Pattern[]; readonly longest: number },
): Witness {
  const literal = a.shape === 'literal' ? a : b.shape === 'literal' ? b : null;
  if (literal === null) return evident(a, b, bounds) ?? shortestIn({ a, b, ...bounds });
  const other = literal === a ? b : a;
  if (!other.matches(literal.head) || lengthOf(literal.head) > bounds.longest) return ok(null);
  return ok(bounds.not.some((pattern) => pattern.matches(literal.head)) ? null : literal.spelling);
}

/**
 * The shortest path where it can be seen: behind a folder the longer tail begins anew, so that no path of both is shorter
 * than the longer head and the longer tail. Null: it has to be searched.
 */
function evident(
  a: Pattern,
  b: Pattern,
  { not, longest }: { readonly not: readonly Pattern[]; readonly longest: number },
): Witness | null {
  const long = a.head.length > b.head.length ? a : b;
  const tail = (a.tail.length > b.tail.length ? a : b).tail;
  if (!(long.head.endsWith('/') || long.head === '') || tail.includes('/')) return null;
  if (long.head.length !== long.spelling.length) return null;
  const path = joint(a, b, tail === '' ? 'a' : '');
  if (path === null || not.some((pattern) => pattern.matches(path))) return null;
  return ok(lengthOf(path) > longest ? null : long.spelling + path.slice(long.head.length));
}

/** False only if no path can be in both, for reasons that are cheap to see. */
function mayMeet(a: Pattern, b: Pattern): boolean {
  if (a.head.length <= b.head.length ? !b.head.startsWith(a.head) : !a.head.startsWith(b.head)) return false;
  if (a.tail.length <= b.tail.length ? !b.tail.endsWith(a.tail) : !a.tail.endsWith(b.tail)) return false;
  return a.depth[0] <= b.depth[1] && b.depth[0] <= a.depth[1];
}

/** Whether some path is in both patterns. Most pairs are decided without a search. */
export function meets(a: Pattern, b: Pattern): Result<boolean, TooComplex> {
  if (a.shape === 'literal') return ok(b.matches(a.head));
  if (b.shape === 'literal') return ok(a.matches(b.head));
  if (!mayMeet(a, b)) return ok(false);
  if (a.shape === 'below' && holds(a, b)) return ok(true);
  if (b.shape === 'below' && holds(b, a)) return ok(true);
  if (joint(a, b, '') !== null) return ok(true);
  const found = shortestIn({ a, b, not: [], longest: Infinity });
  return found.ok ? ok(found.value !== null) : found;
}

/** A path of both whose beginning is the longer head and whose end is the longer tail: nearly always there is one if they meet. */
export function joint(a: Pattern, b: Pattern, between: string): string | null {
  const path = (a.head.length > b.head.length ? a : b).head + between + (a.tail.length > b.tail.length ? a : b).tail;
  return a.matches(path) && b.matches(path) && isPath(path) ? path : null;
}

/** Whether everything, or at least something, of `wild` lies below the folder. */
const holds = (folder: Pattern, wild: Pattern): boolean =>
  wild.head.startsWith(folder.head) || (wild.opensWide && folder.head.startsWith(wild.head));
