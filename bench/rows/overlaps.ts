import { OverlapIndex } from '../../src/core/scope/overlap-index.ts';
import { compileScope, intersect, meets, patternCompiler, type ScopeSet } from '../../src/core/scope/scope.ts';
import { Chance } from '../../test/simulation/chance.ts';
import type { Row } from '../bench.ts';
import { type Figure, median, ratio } from '../measure.ts';
import { certain } from '../opened.ts';

const GLOBS = 3;
const WITNESSES = 100;
/** The naive check looks at so many tasks' pairs and is extrapolated from there. */
const PAIRS_MAX = 400_000;

/** All pairs of a plan that may write the same path: counted, and the first hundred with a path that shows it. */
export const overlaps: Row = {
  name: 'overlaps',
  measure: async () => [compared(1_000, 0.2), compared(10_000, 0.1)],
};

function compared(size: number, limit: number): Figure {
  const scopes = scopesOf(size);
  const times = { ours: [] as number[], baseline: [] as number[] };
  let [counted, seen, share] = [0, 0, 1];
  for (let round = 0; round < 3; round++) {
    const naive = naively(scopes);
    times.baseline.push(naive.took);
    [seen, share] = [naive.count, naive.share];
    const startedAt = performance.now();
    counted = certain(new OverlapIndex(compiled(scopes).entries()).pairs({ limit: WITNESSES })).count;
    times.ours.push(performance.now() - startedAt);
  }
  if (share === 1 && counted !== seen) throw new Error(`Two ways to count: ${counted} and ${seen}`);
  return ratio({
    what: `overlap check of ${size.toLocaleString('en')} tasks × ${GLOBS} globs`,
    ours: median(times.ours),
    baseline: median(times.baseline),
    limit,
    note: `${counted.toLocaleString('en')} pairs overlap; ${share === 1 ? 'all pairs' : `${(share * 100).toFixed(1)} % of the pairs`} checked naively`,
  });
}

/** Every pair, pattern by pattern, until two of them meet. Large plans are sampled evenly and extrapolated. */
function naively(scopes: readonly (readonly string[])[]): {
  readonly took: number;
  readonly count: number;
  readonly share: number;
} {
  const compileAt = performance.now();
  const sets = compiled(scopes);
  const compile = performance.now() - compileAt;
  const all = (sets.length * (sets.length - 1)) / 2;
  const step = Math.max(1, Math.round(all / PAIRS_MAX));
  let [count, looked, at] = [0, 0, 0];
  const startedAt = performance.now();
  for (const [a, first] of sets.entries()) {
    for (let b = a + 1; b < sets.length; b++) {
      const second = sets[b];
      if (at++ % step !== 0 || second === undefined) continue;
      looked += 1;
      if (!doMeet(first, second)) continue;
      count += 1;
      if (count <= WITNESSES) intersect(first, second);
    }
  }
  const share = looked / all;
  return { took: compile + (performance.now() - startedAt) / share, count, share };
}

const doMeet = (a: ScopeSet, b: ScopeSet): boolean =>
  a.may.patterns.some((first) => b.may.patterns.some((second) => certain(meets(first, second))));

function compiled(scopes: readonly (readonly string[])[]): readonly ScopeSet[] {
  const mode = { ignoreCase: false, nfc: true };
  const compile = patternCompiler(mode);
  return scopes.map((may) => certain(compileScope({ may, mayNot: [] }, mode, compile)));
}

/** As plans have them: files, folders, kinds of files in a folder, and a few that reach everywhere. */
function scopesOf(size: number): readonly (readonly string[])[] {
  const chance = new Chance(size);
  const folder = (): string => `packages/p${chance.below(size)}/${chance.pick(['src', 'test', 'docs'])}`;
  const glob = (): string => {
    const kind = chance.next();
    if (kind < 0.6) return `${folder()}/${chance.pick(['index', 'model', 'view', 'route'])}-${chance.below(20)}.ts`;
    if (kind < 0.85) return `${folder()}/**`;
    if (kind < 0.999) return `${folder()}/*.${chance.pick(['ts', 'md', 'json'])}`;
    return '**/*.md';
  };
  return Array.from({ length: size }, () => Array.from({ length: GLOBS }, glob));
}
