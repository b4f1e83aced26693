import { ok, type Result } from '../result.ts';
import { type Automaton, accepts, automatonOf, isWide } from './automaton.ts';
import { type Alternative, alternativesOf } from './expand.ts';
import { canonical, type PathMode } from './fold.ts';
import type { PatternError, Token } from './reader.ts';
import { isPath, samplesOf } from './samples.ts';

/** `below` is `dir/**`: nearly all patterns are this or a literal, and both need no automaton. */
export type Shape = 'literal' | 'below' | 'wild';

/** What is known of one alternative without building its automaton. */
type Traits = {
  readonly shape: Shape;
  /** Literal text that every path of it begins with; of a literal, all of it; of `dir/**`, `dir/`. */
  readonly head: string;
  /** `head` as the author spelled it. */
  readonly spelling: string;
  /** Literal text that every path of it ends with. */
  readonly tail: string;
  /** Fewest and most segments of a path of it. */
  readonly depth: readonly [number, number];
  /** `**` stands right behind `head`. */
  readonly opensWide: boolean;
  /** What stands between head and tail, where that is all: one `*`, or one `**` and a `*` behind it. */
  readonly middle: 'name' | 'deep' | null;
  /** Equal keys, equal languages. */
  readonly key: string;
};

/** One alternative of a pattern, in the canonical spelling of its mode. */
export class Pattern {
  readonly shape: Shape;
  readonly head: string;
  readonly spelling: string;
  readonly tail: string;
  readonly depth: readonly [number, number];
  readonly opensWide: boolean;
  readonly key: string;
  readonly ignoreCase: boolean;
  readonly #middle: Traits['middle'];
  readonly #segments: () => Alternative;
  readonly #mode: PathMode;
  #automaton: Automaton | null = null;
  #samples: readonly string[] | null = null;

  constructor(traits: Traits, segments: () => Alternative, mode: PathMode) {
    this.shape = traits.shape;
    this.head = traits.head;
    this.spelling = traits.spelling;
    this.tail = traits.tail;
    this.depth = traits.depth;
    this.opensWide = traits.opensWide;
    this.key = traits.key;
    this.ignoreCase = mode.ignoreCase;
    this.#middle = traits.middle;
    this.#segments = segments;
    this.#mode = mode;
  }

  /** `path` is in canonical spelling and a valid path. */
  matches(path: string): boolean {
    if (this.shape === 'literal') return path === this.head;
    if (!path.startsWith(this.head)) return false;
    if (this.shape === 'below') return path.length > this.head.length;
    if (!path.endsWith(this.tail)) return false;
    if (this.#middle === null) return accepts(this.automaton, path.slice(this.head.length));
    const end = path.length - this.tail.length;
    if (end < this.head.length) return false;
    if (this.#middle === 'deep') return true;
    const slash = path.indexOf('/', this.head.length);
    return slash < 0 || slash >= end;
  }

  /** Some paths of it, unlike each other where it leaves a choice: one that another pattern takes too proves that both meet. */
  get samples(): readonly string[] {
    this.#samples ??=
      this.shape === 'literal'
        ? [this.head]
        : samplesOf(this.#segments(), this.#mode).filter((path) => isPath(path) && this.matches(path));
    return this.#samples;
  }

  get automaton(): Automaton {
    this.#automaton ??= automatonOf(this.#segments(), this.ignoreCase);
    return this.#automaton;
  }
}

/** All alternatives of one pattern. */
export function compilePattern(text: string, mode: PathMode): Result<readonly Pattern[], PatternError> {
  const plain = PLAIN.exec(text);
  if (plain !== null) return ok([plainPattern(plain[1] ?? '', plain[2] !== undefined, mode)]);
  const alternatives = alternativesOf(mode.nfc ? text.normalize('NFC') : text, mode.ignoreCase);
  if (!alternatives.ok) return alternatives;
  return ok(
    alternatives.value.map(collapse).map((segments) => new Pattern(traitsOf(segments, mode), () => segments, mode)),
  );
}

/** Names that mean themselves, and perhaps all below them: most patterns of most plans, which then cost next to nothing. */
const PLAIN = /^((?:\.?\w[\w.-]*\/)*\.?\w[\w.-]*)(\/(?:\*\*)?)?$/;

function plainPattern(text: string, below: boolean, mode: PathMode): Pattern {
  const spelling = below ? `${text}/` : text;
  const head = mode.ignoreCase ? spelling.toLowerCase() : spelling;
  let depth = 1;
  for (let at = head.indexOf('/'); at >= 0; at = head.indexOf('/', at + 1)) depth++;
  const shape = below ? 'below' : 'literal';
  const traits: Traits = {
    shape,
    head,
    spelling,
    tail: below ? '' : head,
    depth: [depth, below ? Infinity : depth],
    opensWide: below,
    middle: null,
    key: `${shape}:${head}`,
  };
  const segments = (): Alternative => [
    ...text.split('/').map((name) => [...name].map((char): Token => ({ is: 'char', char, at: 0 }))),
    ...(below ? EVERYTHING : []),
  ];
  return new Pattern(traits, segments, mode);
}

const EVERYTHING: Alternative = [[{ is: 'globstar', at: 0 }]];

/** `**` in a mode. */
export const everything = (mode: PathMode): Pattern => new Pattern(traitsOf(EVERYTHING, mode), () => EVERYTHING, mode);

function traitsOf(segments: Alternative, mode: PathMode): Traits {
  const flat = flatten(segments);
  const firstWild = flat.findIndex(({ is }) => is !== 'char');
  const wilds = segments.filter(isWide).length;
  const spelling = literalText(firstWild < 0 ? flat : flat.slice(0, firstWild));
  const head = canonical(spelling, { ...mode, nfc: false });
  const shape = firstWild < 0 ? 'literal' : isBelow(flat, firstWild) ? 'below' : 'wild';
  const endsWide = isWide(segments.at(-1));
  return {
    shape,
    head,
    spelling,
    tail: shape === 'literal' ? head : canonical(tailOf(flat), { ...mode, nfc: false }),
    depth: wilds === 0 ? [segments.length, segments.length] : [lowest(segments, wilds, endsWide), Infinity],
    opensWide: flat[firstWild]?.is === 'globstar' && (head === '' || head.endsWith('/')),
    middle: firstWild < 0 ? null : middleOf(flat, firstWild),
    key: shape === 'wild' ? keyOf(flat, mode) : `${shape}:${head}`,
  };
}

function middleOf(flat: readonly Token[], firstWild: number): Traits['middle'] {
  const lastWild = flat.findLastIndex(({ is }) => is !== 'char');
  const [first, last] = [flat[firstWild], flat[lastWild]];
  if (last?.is !== 'star') return null;
  if (firstWild === lastWild) return 'name';
  // Only a tail within the last name says that the name before it is whatever it likes.
  const within = !flat.slice(lastWild + 1).some((token) => token.is === 'char' && token.char === '/');
  return first?.is === 'globstar' && lastWild === firstWild + 2 && within ? 'deep' : null;
}

/** A run of `**` says no more than one. */
const collapse = (segments: Alternative): Alternative =>
  segments.filter((segment, i) => !(isWide(segment) && i > 0 && isWide(segments[i - 1])));

function lowest(segments: Alternative, wilds: number, endsWide: boolean): number {
  return segments.length - wilds + (endsWide ? 1 : 0);
}

function flatten(segments: Alternative): readonly Token[] {
  return segments.flatMap((segment, i) =>
    i === 0 ? segment : [{ is: 'char', char: '/', at: -1 } as const, ...segment],
  );
}

const literalText = (tokens: readonly Token[]): string =>
  tokens.map((token) => (token.is === 'char' ? token.char : '')).join('');

const isBelow = (flat: readonly Token[], firstWild: number): boolean =>
  firstWild === flat.length - 1 && flat[firstWild]?.is === 'globstar';

/** Behind `**` a slash is not always read, so the tail starts after it. */
function tailOf(flat: readonly Token[]): string {
  const lastWild = flat.findLastIndex(({ is }) => is !== 'char');
  return literalText(flat.slice(flat[lastWild]?.is === 'globstar' ? lastWild + 2 : lastWild + 1));
}

function keyOf(flat: readonly Token[], { ignoreCase }: PathMode): string {
  let key = 'wild:';
  for (const token of flat) {
    // A letter before each part keeps characters and wildcards apart.
    if (token.is === 'char') key += `c${ignoreCase ? canonical(token.char, FOLD_ONLY) : token.char}`;
    else
      key +=
        token.is === 'set' ? `s${token.ranges.join()};` : token.is === 'one' ? 'o' : token.is === 'star' ? '*' : 'g';
  }
  return key;
}

const FOLD_ONLY: PathMode = { ignoreCase: true, nfc: false };
