import { describe, expect, test } from 'vitest';
import {
  chain,
  components,
  cycles,
  inOrder,
  type Links,
  levels,
  linksOf,
  longest,
  longestChain,
  waves,
} from './graph.ts';

type Befores = Readonly<Record<string, readonly string[]>>;

function graph(before: Befores): {
  readonly links: Links;
  readonly names: (at: readonly number[]) => readonly string[];
} {
  const ids = Object.keys(before);
  return {
    links: linksOf(ids, (id) => before[id] ?? []),
    names: (at) => at.map((position) => ids[position] ?? '?'),
  };
}

const DIAMOND = graph({ top: ['left', 'right'], left: ['base'], right: ['base', 'gone', 'base'], base: [] });
const weight = (position: number): number => [1, 5, 7, 2][position] ?? 0;

describe('the order of a plan', () => {
  test('puts everything after what it needs, ties by plan order; needs without a task are not there (U15)', () => {
    expect(DIAMOND.names(inOrder(DIAMOND.links))).toEqual(['base', 'left', 'right', 'top']);
    expect(DIAMOND.names([...levels(DIAMOND.links)])).toEqual(['right', 'left', 'left', 'top']);
  });

  test('leaves out what stands on a cycle, and the shortest of each knot is named (U15)', () => {
    const { links, names } = graph({
      a: ['b'],
      b: ['c'],
      c: ['a', 'd'],
      d: ['c'],
      e: ['e'],
      f: ['a'],
      g: ['h'],
      h: ['i'],
      i: ['g'],
    });
    expect(cycles(links).map(names)).toEqual([
      ['c', 'd', 'c'],
      ['e', 'e'],
      ['g', 'h', 'i', 'g'],
    ]);
    expect(names(inOrder(links))).toEqual(['f']);
    expect(components(links).map((members) => members.length)).toEqual([4, 1, 1, 3]);
  });

  test('falls into waves, split where tasks exclude each other (U15)', () => {
    const excludes = (position: number): readonly number[] => (position === 1 ? [2] : position === 2 ? [1] : []);
    expect(waves(DIAMOND.links, excludes).map(DIAMOND.names)).toEqual([['base'], ['left'], ['right'], ['top']]);
    expect(waves(DIAMOND.links, () => []).map(DIAMOND.names)).toEqual([['base'], ['left', 'right'], ['top']]);
  });

  test('has a longest chain, a length for each task, and a way from one to another (U15)', () => {
    const { length, chain: longestOne } = longestChain(DIAMOND.links, weight);
    expect([length, DIAMOND.names(longestOne)]).toEqual([10, ['base', 'right', 'top']]);
    expect([...longest(DIAMOND.links, { weight })]).toEqual([10, 7, 9, 2]);
    expect([...longest(DIAMOND.links, { weight, atLeast: (at) => (at === 1 ? 50 : 0) })]).toEqual([51, 50, 9, 2]);
    expect(longestChain([], weight)).toEqual({ length: 0, chain: [] });
    expect(DIAMOND.names(chain(DIAMOND.links, 0, 3) ?? [])).toEqual(['base', 'left', 'top']);
    expect(chain(DIAMOND.links, 3, 0)).toBe(null);
  });

  test('survives ten thousand tasks in one chain', () => {
    const line = Array.from({ length: 10_000 }, (_, i) => (i === 0 ? [] : [i - 1]));
    expect(longestChain(line, () => 2).length).toBe(20_000);
    expect(cycles(line)).toEqual([]);
    expect(longest(line, { weight: () => 1 })[9_999]).toBe(10_000);
  });
});
