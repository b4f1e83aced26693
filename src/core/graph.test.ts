import { describe, expect, test } from 'vitest';
import { criticalPath, cycles, defaultEstimate, type Graph, remaining, topologicalOrder, waves } from './graph.ts';

const graph = (before: Readonly<Record<string, readonly string[]>>): Graph<string> => ({
  ids: Object.keys(before),
  before: (id) => before[id] ?? [],
});

const DIAMOND = graph({ top: ['left', 'right'], left: ['base'], right: ['base', 'gone'], base: [] });
const MINUTES: Readonly<Record<string, number>> = { top: 1, left: 5, right: 7, base: 2 };
const minutes = (id: string): number => MINUTES[id] ?? 0;

describe('the order of a plan', () => {
  test('puts everything after what it needs, ties by plan order; needs without a task are not there', () => {
    expect(topologicalOrder(DIAMOND)).toEqual({ ok: true, value: ['base', 'left', 'right', 'top'] });
  });

  test('is impossible with cycles, and the shortest of each knot is named', () => {
    const knots = graph({
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
    expect(cycles(knots)).toEqual([
      ['c', 'd', 'c'],
      ['e', 'e'],
      ['g', 'h', 'i', 'g'],
    ]);
    expect(topologicalOrder(knots).ok).toBe(false);
  });

  test('falls into waves, split where tasks exclude each other', () => {
    const excludes = (id: string): readonly string[] => (id === 'left' ? ['right'] : id === 'right' ? ['left'] : []);
    expect(waves(DIAMOND, excludes)).toEqual([['base'], ['left'], ['right'], ['top']]);
    expect(waves(DIAMOND, () => [])).toEqual([['base'], ['left', 'right'], ['top']]);
  });

  test('has a longest chain, and each task what is left behind it', () => {
    expect(criticalPath(DIAMOND, minutes)).toEqual({ minutes: 10, tasks: ['base', 'right', 'top'] });
    expect([...remaining(DIAMOND, minutes)]).toEqual([
      ['top', 1],
      ['left', 6],
      ['right', 8],
      ['base', 10],
    ]);
    expect(criticalPath(graph({}), minutes)).toEqual({ minutes: 0, tasks: [] });
  });

  test('survives ten thousand tasks in one chain', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => `t${i}`);
    const before = new Map(ids.map((id, i) => [id, i === 0 ? [] : [`t${i - 1}`]]));
    const line = { ids, before: (id: string) => before.get(id) ?? [] };
    expect(criticalPath(line, () => 2).minutes).toBe(20_000);
    expect(cycles(line)).toEqual([]);
    expect(remaining(line, () => 1).get('t0')).toBe(10_000);
  });
});

test('who gives no estimate is taken for the median of those who do', () => {
  const estimates = (...given: readonly (number | null)[]) => given.map((estimate_min) => ({ estimate_min }));
  expect([
    defaultEstimate([]),
    defaultEstimate(estimates(null)),
    defaultEstimate(estimates(9, 1, null, 5)),
    defaultEstimate(estimates(4, 1)),
  ]).toEqual([1, 1, 5, 2.5]);
});
