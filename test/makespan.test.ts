import { describe, expect, test } from 'vitest';
import { simulate } from '../src/core/simulate.ts';
import { Chance } from './simulation/chance.ts';
import { naiveRelations } from './simulation/naive-relations.ts';
import { loadPlan, plainPlan, plainTask } from './simulation/plans.ts';

const SIZES = [
  { size: 10, places: 3, plans: 30 },
  { size: 30, places: 3, plans: 30 },
  { size: 30, places: 8, plans: 30 },
  { size: 100, places: 3, plans: 15 },
  { size: 100, places: 8, plans: 15 },
  { size: 1_000, places: 8, plans: 2 },
] as const;

/** One plan whose tasks really take their estimates times a log-normal error with a sigma of 0.7. */
function ratioOf(chance: Chance, { size, places }: { readonly size: number; readonly places: number }): number {
  const plan = loadPlan(chance, size, places);
  const really = new Map(plan.tasks.map(({ id, estimate_min }) => [id, chance.logNormal(estimate_min ?? 1, 0.7)]));
  const { makespan_min, lowerBound_min, stuck } = simulate(plan, {
    relationsOf: naiveRelations,
    minutes: ({ id }) => really.get(id) ?? 1,
  });
  expect(stuck).toBeNull();
  return makespan_min / lowerBound_min;
}

describe('how long a plan takes', () => {
  test('within 5 % of the shortest there could be, on average, although estimates are wrong', () => {
    const ratios = SIZES.flatMap((shape) =>
      Array.from({ length: shape.plans }, (_, seed) =>
        ratioOf(new Chance(seed * 31 + shape.size + shape.places), shape),
      ),
    );
    // The bound is a bound: nothing is ever faster.
    expect(Math.min(...ratios)).toBeGreaterThan(0.999);
    const average = ratios.reduce((sum, each) => sum + each, 0) / ratios.length;
    process.stdout.write(`makespan: ${average.toFixed(3)} times the lower bound over ${ratios.length} plans\n`);
    expect(average).toBeLessThan(1.05);
  });

  test('whoever holds what many wait for goes first', () => {
    const chain = Array.from({ length: 4 }, (_, index) =>
      plainTask(`c${index}`, { resources: ['db'], estimate_min: 10 }),
    );
    const others = Array.from({ length: 4 }, (_, index) => plainTask(`o${index}`, { estimate_min: 20 }));
    const plan = plainPlan([...others, ...chain], { agents: { ...plainPlan([]).agents, max: 3 } });
    const { makespan_min, lowerBound_min, bars, use } = simulate(plan, { relationsOf: naiveRelations });
    expect(makespan_min).toBe(40);
    expect(lowerBound_min).toBe(40);
    expect(use).toBe(1);
    expect(bars).toHaveLength(8);
  });

  test('the longest remaining path goes first', () => {
    const tasks = [
      plainTask('short', { estimate_min: 10 }),
      plainTask('head', { estimate_min: 10 }),
      plainTask('tail', { estimate_min: 30, needs: ['head'] }),
    ];
    const plan = plainPlan(tasks, { agents: { ...plainPlan([]).agents, max: 1 } });
    expect(simulate(plan, { relationsOf: naiveRelations }).bars[0]?.task).toBe('head');
  });

  test('a plan that can never end says why', () => {
    const plan = plainPlan([plainTask('a', { needs: ['b'] }), plainTask('b', { needs: ['a'] })]);
    expect(simulate(plan, { relationsOf: naiveRelations }).stuck).toContain('a -> b -> a');
  });
});
