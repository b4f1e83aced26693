import { err, ok, type Result } from '../result.ts';
import { type Node, type PatternError, readPattern, type Token, utf16Index } from './reader.ts';

/** One reading of a pattern, all choices made: its segments, none of them empty. */
export type Alternative = readonly (readonly Token[])[];

/** Braces multiply; a pattern with more readings than this is a mistake. */
const MOST_ALTERNATIVES = 1000;

/** Every alternative of a pattern, or the first thing that is wrong with it. */
export function alternativesOf(text: string, ignoreCase: boolean): Result<readonly Alternative[], PatternError> {
  const wrong = (at: number, what: string, next: string): Result<never, PatternError> =>
    err({ pattern: text, index: utf16Index(text, at), what, next });
  if (text === '') return wrong(0, 'the pattern is empty', 'name a path; ** is everything');
  const nodes = readPattern(text, ignoreCase);
  if (!nodes.ok) return nodes;
  const chains = expand(withFolder(nodes.value));
  if (chains === null) {
    return wrong(0, `its braces make more than ${MOST_ALTERNATIVES} alternatives`, 'use *, or several patterns');
  }
  const alternatives: Alternative[] = [];
  for (const chain of chains) {
    const segments = segmentsOf(chain);
    const fault = faultIn(segments);
    if (fault !== null) return wrong(fault.at, fault.what, fault.next);
    alternatives.push(segments.map(({ tokens }) => tokens));
  }
  const itself = ownText(text, nodes.value);
  return ok(itself === null ? alternatives : [...alternatives, itself]);
}

/** `dir/` means everything below it. */
function withFolder(nodes: readonly Node[]): readonly Node[] {
  const last = nodes.at(-1);
  if (last?.is !== 'char' || last.char !== '/' || nodes.length === 1) return nodes;
  return [...nodes, { is: 'globstar', at: last.at }];
}

/** The product of all choices; null: too many. */
function expand(nodes: readonly Node[]): readonly (readonly Token[])[] | null {
  let chains: Token[][] = [[]];
  for (const node of nodes) {
    if (node.is !== 'choice') {
      for (const chain of chains) chain.push(node);
      continue;
    }
    const options: (readonly Token[])[] = [];
    for (const option of node.options) {
      const inner = expand(option);
      if (inner === null) return null;
      options.push(...inner);
    }
    if (chains.length * options.length > MOST_ALTERNATIVES) return null;
    chains = chains.flatMap((chain) => options.map((option) => [...chain, ...option]));
  }
  return chains;
}

type Segment = { readonly tokens: Token[]; readonly at: number };
type Fault = { readonly at: number; readonly what: string; readonly next: string };

function segmentsOf(chain: readonly Token[]): readonly Segment[] {
  let segment: Segment = { tokens: [], at: 0 };
  const segments = [segment];
  for (const token of chain) {
    if (token.is === 'char' && token.char === '/') {
      segment = { tokens: [], at: token.at };
      segments.push(segment);
    } else segment.tokens.push(simplest(token));
  }
  return segments;
}

/** A class of one character is that character, so that `[.]` cannot hide a dot segment. */
function simplest(token: Token): Token {
  if (token.is !== 'set') return token;
  const [lo = 0, hi] = token.ranges;
  return token.ranges.length === 2 && lo === hi ? { is: 'char', char: String.fromCodePoint(lo), at: token.at } : token;
}

function faultIn(segments: readonly Segment[]): Fault | null {
  for (const [i, { tokens, at: before }] of segments.entries()) {
    const [first] = tokens;
    const at = segments[i + 1]?.at ?? before;
    if (first === undefined && i === 0) {
      return { at, what: 'a pattern starts at the root of the repository', next: 'remove the leading slash' };
    }
    if (first === undefined) return { at, what: 'a segment is empty', next: 'remove one of the slashes' };
    const name = tokens.every(({ is }) => is === 'char') ? textOf(tokens) : '';
    if (name === '.' || name === '..') {
      return { at: first.at, what: `"${name}" is not a name`, next: 'write the path from the root of the repository' };
    }
    const globstar = tokens.find(({ is }) => is === 'globstar');
    if (globstar !== undefined && tokens.length > 1) {
      return { at: globstar.at, what: '** must be a whole segment', next: 'write * within a name, or **/* below it' };
    }
  }
  return null;
}

/** As in picomatch, a pattern with a class also matches a file that is named like the pattern: `[...slug].tsx`. */
function ownText(text: string, nodes: readonly Node[]): Alternative | null {
  if (!nodes.some(({ is }) => is === 'set')) return null;
  const tokens = [...text].map((char, at): Token => ({ is: 'char', char, at }));
  const segments = segmentsOf(tokens);
  return faultIn(segments) === null ? segments.map((segment) => segment.tokens) : null;
}

const textOf = (tokens: readonly Token[]): string =>
  tokens.map((token) => (token.is === 'char' ? token.char : '')).join('');
