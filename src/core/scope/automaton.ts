import type { Alternative } from './expand.ts';
import { foldCodePoint } from './fold.ts';
import { includes, NAME, PATH, type Ranges, SLASH } from './ranges.ts';
import type { Token } from './reader.ts';

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

export const isWide = (segment: readonly Token[] | undefined): boolean => segment?.[0]?.is === 'globstar';

/** States of the linear automaton under construction: what is read there, before the arrows are closed over gaps. */
type State =
  | { readonly is: 'read'; readonly label: Ranges }
  | { readonly is: 'star' | 'border' | 'inside' | 'some' | 'all' };

/**
 * A chain with loops. `**` between slashes is two states: at a `border` it may be left or entered, `inside` a name it
 * may only go on; at the end it is `some` (one character at least) and then `all`.
 */
export function automatonOf(segments: Alternative, ignoreCase: boolean): Automaton {
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
export function accepts({ moves, afterHead, accept }: Automaton, rest: string): boolean {
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
