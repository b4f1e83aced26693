import { ok, type Result } from '../result.ts';
import { type Alternative, alternativesOf } from './expand.ts';
import { canonical, foldCodePoint, type PathMode } from './fold.ts';
import { includes, NAME, PATH, type Ranges, SLASH } from './ranges.ts';
import type { PatternError, Token } from './reader.ts';

/** `below` is `dir/**`: nearly all patterns are this or a literal, and both need no automaton. */
export type Shape = 'literal' | 'below' | 'wild';

/** An arrow of the automaton: reading a code point of `label` leads to all of `to`. */
export type Move = { readonly label: Ranges; readonly to: readonly number[] };
export type Automaton = {
  readonly moves: readonly (readonly Move[])[];
  /** Where it is before anything was read, and after the whole of `head` was. */
  readonly start: readonly number[];
  readonly afterHead: readonly number[];
  readonly accept: number;
  /** Whoever is here accepts whatever follows; -1: there is no such state. */
  readonly acceptAll: number;
};

/** One alternative of a pattern, in the canonical spelling of its mode. */
export class Pattern {
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
  /** Equal keys, equal languages. */
  readonly key: string;
  readonly ignoreCase: boolean;
  readonly #segments: Alternative;
  #automaton: Automaton | null = null;

  constructor(segments: Alternative, mode: PathMode) {
    this.ignoreCase = mode.ignoreCase;
    this.#segments = segments;
    const flat = flatten(segments);
    const firstWild = flat.findIndex(({ is }) => is !== 'char');
    const wilds = segments.filter((segment) => segment.some(({ is }) => is === 'globstar')).length;
    this.spelling = literalText(firstWild < 0 ? flat : flat.slice(0, firstWild));
    this.head = canonical(this.spelling, { ...mode, nfc: false });
    this.shape = firstWild < 0 ? 'literal' : isBelow(flat, firstWild) ? 'below' : 'wild';
    this.opensWide = flat[firstWild]?.is === 'globstar' && (this.head === '' || this.head.endsWith('/'));
    this.tail = this.shape === 'literal' ? this.head : canonical(tailOf(flat), { ...mode, nfc: false });
    const endsWide = segments.at(-1)?.[0]?.is === 'globstar';
    this.depth = wilds === 0 ? [segments.length, segments.length] : [lowest(segments, wilds, endsWide), Infinity];
    this.key = this.shape === 'wild' ? keyOf(flat, mode) : `${this.shape}:${this.head}`;
  }

  /** `path` is in canonical spelling and a valid path. */
  matches(path: string): boolean {
    if (this.shape === 'literal') return path === this.head;
    if (!path.startsWith(this.head) || !path.endsWith(this.tail)) return false;
    if (this.shape === 'below') return path.length > this.head.length;
    return accepts(this.automaton, path.slice(this.head.length));
  }

  get automaton(): Automaton {
    this.#automaton ??= automatonOf(this.#segments, this.ignoreCase);
    return this.#automaton;
  }
}

/** All alternatives of one pattern. */
export function compilePattern(text: string, mode: PathMode): Result<readonly Pattern[], PatternError> {
  const alternatives = alternativesOf(mode.nfc ? text.normalize('NFC') : text, mode.ignoreCase);
  if (!alternatives.ok) return alternatives;
  return ok(alternatives.value.map((segments) => new Pattern(collapse(segments), mode)));
}

/** A run of `**` says no more than one. */
const collapse = (segments: Alternative): Alternative =>
  segments.filter((segment, i) => !(isWide(segment) && i > 0 && isWide(segments[i - 1])));

const isWide = (segment: readonly Token[] | undefined): boolean => segment?.[0]?.is === 'globstar';

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

/** States of the linear automaton under construction: what is read there, before the arrows are closed over gaps. */
type State =
  | { readonly is: 'read'; readonly label: Ranges }
  | { readonly is: 'star' | 'border' | 'inside' | 'some' | 'all' };

/**
 * A chain with loops. `**` between slashes is two states: at a `border` it may be left or entered, `inside` a name it
 * may only go on; at the end it is `some` (one character at least) and then `all`.
 */
function automatonOf(segments: Alternative, ignoreCase: boolean): Automaton {
  const states = statesOf(segments, ignoreCase);
  const closure: number[][] = Array.from({ length: states.length + 1 }, () => []);
  for (let i = states.length; i >= 0; i--) {
    const state = states[i];
    const skip = state?.is === 'star' ? i + 1 : state?.is === 'border' ? i + 2 : null;
    closure[i] = skip === null ? [i] : [i, ...(closure[skip] ?? [])];
  }
  const moves = states.map((state, i) => movesOf(state, i, closure));
  const acceptAll = states.at(-1)?.is === 'all' ? states.length - 1 : -1;
  const headLength = states.findIndex((state) => state.is !== 'read' || !isOne(state.label));
  return {
    moves: [...moves, []],
    start: closure[0] ?? [],
    afterHead: closure[headLength < 0 ? states.length : headLength] ?? [],
    accept: acceptAll < 0 ? states.length : acceptAll,
    acceptAll,
  };
}

const isOne = (label: Ranges): boolean => label.length === 2 && label[0] === label[1];

function statesOf(segments: Alternative, ignoreCase: boolean): readonly State[] {
  const states: State[] = [];
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (isWide(segment)) {
      states.push(...(last ? SOME_THEN_ALL : BORDER_AND_INSIDE));
      continue;
    }
    states.push(...segment.map((token) => stateOf(token, ignoreCase)));
    if (!last) states.push({ is: 'read', label: ONE_SLASH });
  }
  return states;
}

const ONE_SLASH: Ranges = [SLASH, SLASH];
const SOME_THEN_ALL: readonly State[] = [{ is: 'some' }, { is: 'all' }];
const BORDER_AND_INSIDE: readonly State[] = [{ is: 'border' }, { is: 'inside' }];

function stateOf(token: Token, ignoreCase: boolean): State {
  switch (token.is) {
    case 'char': {
      const codePoint = token.char.codePointAt(0) ?? 0;
      const read = ignoreCase ? foldCodePoint(codePoint) : codePoint;
      return { is: 'read', label: [read, read] };
    }
    case 'set':
      return { is: 'read', label: token.ranges };
    case 'one':
      return { is: 'read', label: NAME };
    default:
      return { is: 'star' };
  }
}

function movesOf(state: State, i: number, closure: readonly (readonly number[])[]): readonly Move[] {
  const enter = (at: number): readonly number[] => closure[at] ?? [];
  switch (state.is) {
    case 'read':
      return [{ label: state.label, to: enter(i + 1) }];
    case 'star':
      return [{ label: NAME, to: enter(i) }];
    case 'border':
      return [{ label: NAME, to: [i + 1] }];
    case 'inside':
      return [
        { label: NAME, to: [i] },
        { label: ONE_SLASH, to: enter(i - 1) },
      ];
    case 'some':
      return [{ label: NAME, to: [i + 1] }];
    case 'all':
      return [{ label: PATH, to: [i] }];
  }
}

/** Whether the automaton, standing behind its head, accepts the rest of a path. */
function accepts({ moves, afterHead, accept }: Automaton, rest: string): boolean {
  let here: readonly number[] = afterHead;
  for (const char of rest) {
    here = advance(moves, here, char.codePointAt(0) ?? 0);
    if (here.length === 0) return false;
  }
  return here.includes(accept);
}

/** All states that one code point leads to, sorted, each once. */
export function advance(moves: readonly (readonly Move[])[], from: readonly number[], codePoint: number): number[] {
  const next: number[] = [];
  for (const state of from) {
    for (const { label, to } of moves[state] ?? []) if (includes(label, codePoint)) next.push(...to);
  }
  if (next.length < 2) return next;
  next.sort((a, b) => a - b);
  return next.filter((state, i) => state !== next[i - 1]);
}
