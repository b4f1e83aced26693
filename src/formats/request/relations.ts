import { type Reference, referencesIn } from './references.ts';

/** An item as far as others may speak of it. */
export type Spoken = { readonly number: number | null; readonly section: number; readonly text: string };

/** `item` starts when `needs` has landed. Both are places in the list. */
export type Edge = { readonly item: number; readonly needs: number; readonly said: string };
/** Which one is meant, only a person knows. `among`: those that it may be. */
export type Doubt = {
  readonly item: number;
  readonly said: string;
  readonly among: readonly number[];
  /** It names one that waits for this one itself. */
  readonly isCircular: boolean;
};

export type Relations = { readonly edges: readonly Edge[]; readonly doubts: readonly Doubt[] };

/** What the items of a list say of each other. What would close a circle is a doubt. */
export function relationsOf(items: readonly Spoken[]): Relations {
  const graph = new Graph(items.length);
  const doubts: Doubt[] = [];
  const index = new WordIndex(items);
  for (const [item, { text }] of items.entries()) {
    for (const reference of referencesIn(text)) {
      const { meant, among } = new Reading(items, index, item).of(reference);
      const { said } = reference;
      const circular = graph.add(item, { needs: meant, said });
      if (circular.length > 0) doubts.push({ item, said, among: circular, isCircular: true });
      if (among.length > 0) doubts.push({ item, said, among, isCircular: false });
    }
  }
  return { edges: graph.edges, doubts: doubts.map((doubt) => possible(doubt, graph)) };
}

/** Once all edges are known: what waits for an item cannot be what it waits for. */
function possible(doubt: Doubt, graph: Graph): Doubt {
  if (doubt.isCircular) return doubt;
  const waiting = graph.waitingFor(doubt.item);
  return { ...doubt, among: [...new Set(doubt.among)].filter((each) => !waiting.has(each)) };
}

type Meaning = { readonly meant: readonly number[]; readonly among: readonly number[] };
const sure = (meant: readonly number[]): Meaning => ({ meant, among: [] });
const unsure = (among: readonly number[]): Meaning => ({ meant: [], among });

class Reading {
  readonly #items: readonly Spoken[];
  readonly #index: WordIndex;
  readonly #item: number;

  constructor(items: readonly Spoken[], index: WordIndex, item: number) {
    this.#items = items;
    this.#index = index;
    this.#item = item;
  }

  of({ to, said }: Reference): Meaning {
    switch (to.is) {
      case 'number':
        return this.#numbers(to.numbers, said);
      case 'words':
        return this.#words(to);
      case 'previous':
        return this.#item > 0 ? sure([this.#item - 1]) : unsure(this.#others);
      case 'first':
        return this.#item > 0 ? sure([0]) : unsure(this.#others);
      case 'both':
        return this.#earlier.length === 2 ? sure(this.#earlier) : this.#unnamed;
      case 'earlier':
        return this.#item > 0 ? sure(this.#earlier) : unsure(this.#others);
      case 'others':
        return sure(this.#others);
      case 'unnamed':
        return this.#earlier.length === 1 ? sure(this.#earlier) : this.#unnamed;
    }
  }

  get #earlier(): readonly number[] {
    return Array.from({ length: this.#item }, (_, index) => index);
  }

  get #others(): readonly number[] {
    return this.#items.map((_, index) => index).filter((index) => index !== this.#item);
  }

  get #unnamed(): Meaning {
    return unsure(this.#item === 0 ? this.#others : this.#earlier);
  }

  #numbers(numbers: readonly number[], said: string): Meaning {
    const meanings = numbers.map((number) => this.#number(number, said));
    return { meant: meanings.flatMap(({ meant }) => meant), among: meanings.flatMap(({ among }) => among) };
  }

  /** Numbers of its own list first. Bullets are counted. */
  #number(number: number, said: string): Meaning {
    const { section } = this.#items[this.#item] ?? { section: 0 };
    const own = this.#places((item) => item.section === section && item.number === number);
    const any = own.length > 0 ? own : this.#places((item) => item.number === number);
    const counted = this.#items.every((item) => item.number === null) ? [number - 1] : [];
    const fitting = (any.length > 0 ? any : counted).filter((place) => place >= 0 && place < this.#items.length);
    const others = fitting.filter((place) => place !== this.#item);
    if (others.length === 1) return sure(others);
    if (others.length > 1) return unsure(others);
    // "after 30" speaks of no item; "after task 30" does, and there is none.
    return /task|item|step|point|number|#|'s|’s/i.test(said) || fitting.length > 0 ? unsure(this.#others) : sure([]);
  }

  #places(fits: (item: Spoken) => boolean): readonly number[] {
    return this.#items.flatMap((item, place) => (fits(item) ? [place] : []));
  }

  /** The longest beginning of the words that another item has, too. */
  #words({ words, kind }: Extract<Reference['to'], { readonly is: 'words' }>): Meaning {
    const telling = words.slice(
      0,
      Math.max(1, words.findIndex(isFiller) === -1 ? words.length : words.findIndex(isFiller)),
    );
    for (let count = telling.length; count > 0; count--) {
      const stems = telling.slice(0, count).map(stem);
      const fitting = this.#index.having(stems).filter((place) => place !== this.#item && this.#makes(place, stems));
      if (fitting.length === 1) return sure(fitting);
      if (fitting.length > 1) return unsure(fitting);
    }
    return kind === 'sequence' ? this.#unnamed : sure([]);
  }

  /** An item that speaks of the same as of something that is there already does not make it. */
  #makes(place: number, stems: readonly string[]): boolean {
    const spoken = referencesIn(this.#items[place]?.text ?? '');
    return !spoken.some(({ to }) => to.is === 'words' && stem(to.words[0] ?? '') === stems[0]);
  }
}

const FILLERS = new Set('is are has have was and or but then to run runs so in on with for of by'.split(' '));
const isFiller = (word: string): boolean => FILLERS.has(word);

/** Which items have a word, whatever its ending. */
class WordIndex {
  readonly #places = new Map<string, Set<number>>();

  constructor(items: readonly Spoken[]) {
    for (const [place, { text }] of items.entries()) {
      for (const [word] of text.toLowerCase().matchAll(/[\p{L}][\p{L}\p{N}_-]*/gu)) {
        for (const part of [word, ...word.split('-')]) this.#placesOf(stem(part)).add(place);
      }
    }
  }

  having(stems: readonly string[]): readonly number[] {
    const [first, ...rest] = stems.map((each) => this.#places.get(each) ?? new Set<number>());
    return [...(first ?? [])].filter((place) => rest.every((places) => places.has(place)));
  }

  #placesOf(word: string): Set<number> {
    const places = this.#places.get(word) ?? new Set();
    this.#places.set(word, places);
    return places;
  }
}

const ENDING = /(?:ations?|ation|ating|ates|ated|ate|ions?|ings?|ed|es|s|e)$/;

/** `migration`, `migrate`, `migrating` → `migr`. */
function stem(word: string): string {
  const short = word.toLowerCase().replace(/ies$/, 'y').replace(ENDING, '');
  return short.length >= 3 ? short : word.toLowerCase();
}

/** Edges without a circle. */
class Graph {
  readonly edges: Edge[] = [];
  readonly #needs: readonly Set<number>[];
  readonly #neededBy: readonly Set<number>[];

  constructor(count: number) {
    this.#needs = Array.from({ length: count }, () => new Set());
    this.#neededBy = Array.from({ length: count }, () => new Set());
  }

  /** Those that would close a circle are left out, and returned. */
  add(item: number, { needs, said }: { readonly needs: readonly number[]; readonly said: string }): readonly number[] {
    const waiting = needs.length === 0 ? new Set<number>() : this.waitingFor(item);
    for (const need of needs) {
      if (waiting.has(need) || this.#needs[item]?.has(need)) continue;
      this.edges.push({ item, needs: need, said });
      this.#needs[item]?.add(need);
      this.#neededBy[need]?.add(item);
    }
    return needs.filter((need) => waiting.has(need));
  }

  waitingFor(item: number): ReadonlySet<number> {
    const seen = new Set<number>([item]);
    // A set that grows while it is gone through is gone through to its end.
    for (const at of seen) for (const next of this.#neededBy[at] ?? []) seen.add(next);
    return seen;
  }
}
