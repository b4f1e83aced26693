import { err, ok, type Result } from '../result.ts';
import { type Automaton, advance, type Move } from './automaton.ts';
import { foldCodePoint } from './fold.ts';
import type { Pattern } from './pattern.ts';
import { DOT, intersectRanges, NAME, PATH, type Ranges, representatives, SLASH } from './ranges.ts';

/** The question was too large to answer exactly; no answer is given rather than a guess. */
export type TooComplex = { readonly reason: 'too-complex'; readonly states: number };

/** A path as a witness, null where none exists. */
export type Witness = Result<string | null, TooComplex>;

/** A path in both patterns and in none of `not`, no longer than `longest` code points. */
export type Question = {
  readonly a: Pattern;
  readonly b: Pattern;
  readonly not: readonly Pattern[];
  readonly longest: number;
};

/** Bounds memory to some tens of megabytes and time to a second; real scopes need a few hundred states. */
const MOST_STATES = 200_000;

/** The shortest such path, found breadth first over the product of the automata, built only as far as it is walked. */
export function shortestIn(question: Question): Witness {
  const { a, b } = question;
  const [short, long] = a.head.length <= b.head.length ? [a, b] : [b, a];
  if (!long.head.startsWith(short.head)) return ok(null);
  const not = question.not.filter(({ head }) => head.startsWith(long.head) || long.head.startsWith(head));
  const found = new Search({ ...question, not }, short.head).run();
  if (!found.ok || found.value === null || !a.ignoreCase) return found;
  const { head, spelling } = long;
  return ok(head.length === spelling.length ? spelling + found.value.slice(head.length) : found.value);
}

/** What of a segment was read so far decides whether it may end here: it is never empty, a dot or two. */
type Segment = 0 | 1 | 2 | 3;
const NOTHING = 0;
const NAMED = 3;

function afterChar(segment: Segment, codePoint: number): Segment | null {
  if (codePoint === SLASH) return segment === NAMED ? NOTHING : null;
  if (codePoint !== DOT || segment === NAMED) return NAMED;
  return (segment + 1) as Segment;
}

/** States of all excluded automata at once; each list is sorted, so that equal situations have equal keys. */
type Excluded = {
  readonly id: number;
  readonly states: readonly (readonly number[])[];
  readonly labels: readonly Ranges[];
};

type Step = { readonly label: Ranges; readonly toA: readonly number[]; readonly toB: readonly number[] };

/** The choices of labels that come up again and again. Computed, never changed: a table, not a state. */
const EXACT = new WeakMap<Ranges, readonly number[]>();
const FOLDED = new WeakMap<Ranges, readonly number[]>();

class Search {
  readonly #question: Question;
  readonly #head: string;
  readonly #a: Automaton;
  readonly #b: Automaton;
  readonly #not: readonly Automaton[];
  readonly #settled: (codePoint: number) => boolean;
  readonly #known: WeakMap<Ranges, readonly number[]>;
  readonly #excludedByKey = new Map<string, Excluded | null>();
  readonly #excluded: Excluded[] = [];
  readonly #seen = new Set<number>();
  // The queue in columns: one object for each node would cost more than the search itself.
  readonly #stateA: number[] = [];
  readonly #stateB: number[] = [];
  readonly #segment: Segment[] = [];
  readonly #excludedId: number[] = [];
  readonly #parent: number[] = [];
  readonly #codePoint: number[] = [];
  readonly #length: number[] = [];

  constructor(question: Question, head: string) {
    this.#question = question;
    this.#head = head;
    this.#a = question.a.automaton;
    this.#b = question.b.automaton;
    this.#not = question.not.map(({ automaton }) => automaton);
    this.#known = question.a.ignoreCase ? FOLDED : EXACT;
    this.#settled = question.a.ignoreCase ? (codePoint) => foldCodePoint(codePoint) === codePoint : () => true;
  }

  run(): Witness {
    if (!this.#begin()) return ok(null);
    for (let node = 0; node < this.#parent.length; node++) {
      if (this.#accepts(node)) return ok(this.#path(node));
      if (this.#parent.length > MOST_STATES) return err({ reason: 'too-complex', states: this.#parent.length });
      if ((this.#length[node] ?? 0) < this.#question.longest) this.#expand(node);
    }
    return ok(null);
  }

  /** Both begin with `head`, so that the walk starts behind it. */
  #begin(): boolean {
    const chars = [...this.#head].map((char) => char.codePointAt(0) ?? 0);
    let segment: Segment = NOTHING;
    let excluded = this.#intern(this.#not.map(({ start }) => start));
    for (const codePoint of chars) {
      const next = afterChar(segment, codePoint);
      if (next === null || excluded === null) return false;
      segment = next;
      excluded = this.#advanceExcluded(excluded, codePoint);
    }
    if (excluded === null) return false;
    const [a, b] = [this.#after(this.#question.a, chars), this.#after(this.#question.b, chars)];
    this.#push({ a, b, segment, excluded, parent: -1, codePoint: 0, length: chars.length });
    return true;
  }

  #after(pattern: Pattern, chars: readonly number[]): readonly number[] {
    const { automaton, head } = pattern;
    if (head === this.#head) return automaton.afterHead;
    return chars.length === 0 ? automaton.start : [chars.length];
  }

  #accepts(node: number): boolean {
    if (this.#segment[node] !== NAMED) return false;
    if (this.#stateA[node] !== this.#a.accept || this.#stateB[node] !== this.#b.accept) return false;
    const excluded = this.#excluded[this.#excludedId[node] ?? 0];
    return !this.#not.some(({ accept }, i) => excluded?.states[i]?.includes(accept));
  }

  #expand(node: number): void {
    const excluded = this.#excluded[this.#excludedId[node] ?? 0];
    if (excluded === undefined) return;
    const from = this.#segment[node] ?? NOTHING;
    for (const { label, toA, toB } of this.#steps(node)) {
      for (const codePoint of this.#choices(label, excluded)) {
        const segment = afterChar(from, codePoint);
        const next = segment === null ? null : this.#advanceExcluded(excluded, codePoint);
        if (segment === null || next === null) continue;
        const length = (this.#length[node] ?? 0) + 1;
        this.#push({ a: toA, b: toB, segment, excluded: next, parent: node, codePoint, length });
      }
    }
  }

  /** Pairs of arrows that some character can take. */
  #steps(node: number): readonly Step[] {
    const steps: Step[] = [];
    for (const a of this.#a.moves[this.#stateA[node] ?? 0] ?? []) {
      for (const b of this.#b.moves[this.#stateB[node] ?? 0] ?? []) {
        const label = intersectRanges(a.label, b.label);
        if (label.length > 0) steps.push({ label, toA: a.to, toB: b.to });
      }
    }
    return steps;
  }

  #choices(label: Ranges, excluded: Excluded): readonly number[] {
    const [lo = 0, hi] = label;
    if (label.length === 2 && lo === hi) return [lo];
    if (excluded.labels.length > 0) return representatives(label, excluded.labels, this.#settled);
    const known = this.#known.get(label) ?? representatives(label, [], this.#settled);
    this.#known.set(label, known);
    return known;
  }

  #push(node: {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly segment: Segment;
    readonly excluded: Excluded;
    readonly parent: number;
    readonly codePoint: number;
    readonly length: number;
  }): void {
    for (const a of node.a) {
      for (const b of node.b) {
        const key = ((node.excluded.id * this.#a.moves.length + a) * this.#b.moves.length + b) * 4 + node.segment;
        if (this.#seen.has(key)) continue;
        this.#seen.add(key);
        this.#stateA.push(a);
        this.#stateB.push(b);
        this.#segment.push(node.segment);
        this.#excludedId.push(node.excluded.id);
        this.#parent.push(node.parent);
        this.#codePoint.push(node.codePoint);
        this.#length.push(node.length);
      }
    }
  }

  #advanceExcluded(excluded: Excluded, codePoint: number): Excluded | null {
    if (this.#not.length === 0) return excluded;
    return this.#intern(this.#not.map(({ moves }, i) => advance(moves, excluded.states[i] ?? [], codePoint)));
  }

  /** One object for equal situations; null: whatever follows is excluded, so nothing need be looked for there. */
  #intern(states: readonly (readonly number[])[]): Excluded | null {
    const key = states.map((list) => list.join()).join('|');
    const known = this.#excludedByKey.get(key);
    if (known !== undefined) return known;
    const lost = this.#not.some(({ acceptAll }, i) => acceptAll >= 0 && states[i]?.includes(acceptAll));
    const excluded = lost ? null : { id: this.#excluded.length, states, labels: this.#labelsAt(states) };
    if (excluded !== null) this.#excluded.push(excluded);
    this.#excludedByKey.set(key, excluded);
    return excluded;
  }

  #labelsAt(states: readonly (readonly number[])[]): readonly Ranges[] {
    const arrows = states.flatMap((list, i) =>
      list.flatMap((state): readonly Move[] => this.#not[i]?.moves[state] ?? []),
    );
    // What every character takes tells no characters apart.
    return [...new Set(arrows.map(({ label }) => label))].filter((label) => label !== NAME && label !== PATH);
  }

  #path(node: number): string {
    const chars: string[] = [];
    for (let at = node; (this.#parent[at] ?? -1) >= 0; at = this.#parent[at] ?? -1) {
      chars.push(String.fromCodePoint(this.#codePoint[at] ?? 0));
    }
    return this.#head + chars.reverse().join('');
  }
}
