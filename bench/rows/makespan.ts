import { relationsOf } from '../../src/core/relations/relations.ts';
import { simulate } from '../../src/core/simulate.ts';
import { Chance } from '../../test/simulation/chance.ts';
import { loadPlan } from '../../test/simulation/plans.ts';
import type { Row } from '../bench.ts';
import { bound } from '../measure.ts';
import { certain } from '../opened.ts';

/** Sizes of the plans, and how many of each: the small ones vary most. */
const PLANS = [
  [10, 24],
  [30, 24],
  [100, 16],
  [300, 8],
  [1000, 4],
] as const;
const PLACES = [3, 8] as const;
/** Estimates are off by a log-normal factor with this sigma: half of them by more than 1.6 either way. */
const SIGMA = 0.7;

/** The order that `decide` starts tasks in, judged by how much longer the whole takes than it must. */
export const makespan: Row = {
  name: 'makespan',
  measure: async () => {
    const ratios: number[] = [];
    for (const [size, count] of PLANS) {
      for (const places of PLACES) {
        for (let seed = 0; seed < count; seed++) ratios.push(stretchOf(size, places, seed));
      }
    }
    const mean = ratios.reduce((sum, each) => sum + each, 0) / ratios.length;
    const worst = Math.max(...ratios);
    const note = `${ratios.length} plans of 10 to 1,000 tasks, 3 and 8 places, mean; the worst is ${worst.toFixed(2)}`;
    return [bound({ what: 'makespan / lower bound', value: mean, limit: 1.05, unit: '×', note })];
  },
};

function stretchOf(size: number, places: number, seed: number): number {
  const chance = new Chance(size * 1_000 + places * 100 + seed);
  const plan = loadPlan(chance, size, places);
  const truth = new Map(
    plan.tasks.map(({ id, estimate_min }) => [id, (estimate_min ?? 1) * chance.logNormal(1, SIGMA)]),
  );
  const made = simulate(plan, {
    relationsOf: (of) => certain(relationsOf(of, { ignoreCase: false })),
    minutes: ({ id }) => truth.get(id) ?? 1,
  });
  if (made.stuck !== null) throw new Error(made.stuck);
  return made.makespan_min / made.lowerBound_min;
}
