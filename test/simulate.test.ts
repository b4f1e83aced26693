import { describe, expect, test } from 'vitest';
import { Chance } from './simulation/chance.ts';
import { Violated } from './simulation/invariants.ts';
import { type Tally, World } from './simulation/world.ts';

/** Runs in all; `SIMULATE_RUNS` asks for more, `SIMULATE_SEED` for one seed alone. */
const RUNS = Number(process.env['SIMULATE_RUNS'] ?? 5_000);
const SEED = process.env['SIMULATE_SEED'];
const PARTS = 5;

describe('random plans, agents, people, crashes and clocks', () => {
  const perPart = Math.ceil(RUNS / PARTS);
  const parts = SEED === undefined ? Array.from({ length: PARTS }, (_, part) => part) : [0];
  test.each(parts)('no invariant is ever broken (part %i) (U74, U94, U113)', { timeout: 600_000 }, (part) => {
    const tally: Tally = { entries: 0, refused: 0, crashes: 0, steps: 0, deadlines: 0, late: 0, budgets: {}, ends: {} };
    const seeds =
      SEED === undefined ? Array.from({ length: perPart }, (_, index) => part * perPart + index) : [Number(SEED)];
    for (const seed of seeds) oneRun(seed, tally);
    process.stdout.write(`${seeds.length} runs, ${JSON.stringify(tally)}\n`);
    if (SEED !== undefined) return;
    // A simulation in which nothing happens proves nothing.
    expect(tally.refused).toBeGreaterThan(0);
    expect(tally.crashes).toBeGreaterThan(0);
    expect(tally.deadlines).toBeGreaterThan(0);
    expect(tally.late).toBeGreaterThan(0);
    expect(Object.keys(tally.budgets).sort()).toEqual(['attempt', 'day', 'run', 'task']);
    expect(Object.keys(tally.ends).sort()).toEqual(['cancelled', 'failed', 'landed', 'skipped']);
  });
});

function oneRun(seed: number, tally: Tally): void {
  try {
    new World(new Chance(seed), tally).run();
  } catch (cause) {
    const what = cause instanceof Violated ? cause.message : `it threw ${String(cause)}`;
    throw new Error(`Seed ${seed}: ${what}. Again with SIMULATE_SEED=${seed} npx vitest run test/simulate.test.ts`, {
      cause,
    });
  }
}
