import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planOf } from '../../test/suites/fixtures.ts';
import { isNearlyUsedUp, isUsedUp, overBudget, type Sums, sharesAt, sharesOf, usedUpAt } from './budget.ts';
import { type BudgetEvent, BudgetMarks, type OwnedShare, ownedBy } from './budget-marks.ts';
import { BUDGET_LEVELS, type Budget, type BudgetLevel, type Cap } from './plan.ts';
import { NOTHING_SPENT, plusSpent, type Spending, type Spent, tokensOf } from './spent.ts';

const count = fc.nat(1_000);
const spents: fc.Arbitrary<Spent> = fc.record({
  ...{ fresh: count, cacheRead: count, cacheWrite: count, output: count },
  usd: fc.option(
    fc.nat(300).map((cents) => cents / 100),
    { nil: null },
  ),
  model: fc.constant('m'),
});
const caps: fc.Arbitrary<Cap> = fc.record({
  tokens: fc.option(fc.nat(20_000), { nil: null }),
  usd: fc.option(
    fc.nat(2_000).map((cents) => cents / 100),
    { nil: null },
  ),
});
const budgets: fc.Arbitrary<Budget> = fc.record({ attempt: caps, task: caps, run: caps, day: caps });

const all = (sum: Spending): Sums => ({ attempt: sum, task: sum, run: sum, day: sum });
const owned = (budget: Budget, sum: Spending): readonly OwnedShare[] =>
  sharesOf(budget, all(sum)).flatMap((share) => ownedBy([share], ofTask(share.level) ? 'api' : null, 99));
const ofTask = (level: BudgetLevel): boolean => level === 'attempt' || level === 'task';

test('there is one share for each cap, and each counts all tokens or all money that is known', () => {
  fc.assert(
    fc.property(budgets, fc.array(spents), (budget, parts) => {
      const sum = parts.reduce(plusSpent, NOTHING_SPENT);
      const shares = sharesOf(budget, all(sum));
      const expected = BUDGET_LEVELS.flatMap((level) => [budget[level].usd, budget[level].tokens]);
      expect(shares.map(({ cap }) => cap)).toEqual(expected.filter((cap) => cap !== null));
      for (const { unit, spent, unpriced } of shares) {
        expect(spent).toBe(unit === 'tokens' ? tokensOf(sum) : sum.usd);
        expect(unpriced).toBe(unit === 'tokens' ? 0 : sum.unpriced);
      }
    }),
  );
});

test('sums never fall, so that what is used up stays so, and a warning never comes after it', () => {
  fc.assert(
    fc.property(caps, fc.array(spents, { minLength: 1 }), (cap, parts) => {
      let sum = NOTHING_SPENT;
      let before: readonly boolean[] = [];
      for (const part of parts) {
        sum = plusSpent(sum, part);
        const shares = sharesAt('run', cap, sum);
        for (const share of shares) expect(isUsedUp(share) && !isNearlyUsedUp(share)).toBe(false);
        const now = shares.map(isUsedUp);
        expect(before.some((used, at) => used && now[at] === false)).toBe(false);
        before = now;
      }
    }),
  );
});

test('ten times ten cents are a dollar', () => {
  const part: Spent = { fresh: 0, cacheRead: 0, cacheWrite: 0, output: 0, usd: 0.1, model: null };
  const sum = Array.from({ length: 10 }, () => part).reduce(plusSpent, NOTHING_SPENT);
  expect(sum.usd).toBeLessThan(1);
  expect(usedUpAt('run', { tokens: null, usd: 1 }, sum)).toMatchObject({ unit: 'usd', cap: 1 });
  expect(usedUpAt('run', { tokens: null, usd: 1.01 }, sum)).toBe(null);
  expect(usedUpAt('run', { tokens: null, usd: null }, sum)).toBe(null);
});

test('a cap of nothing is used up before anything was spent', () => {
  expect(usedUpAt('day', { tokens: 0, usd: null }, NOTHING_SPENT)).not.toBe(null);
  expect(usedUpAt('day', { tokens: null, usd: 0 }, NOTHING_SPENT)).not.toBe(null);
});

/** Spends part after part and has everything that is new told at once, as the ledger does. */
function told(budget: Budget, parts: readonly Spent[], marks = new BudgetMarks()): readonly BudgetEvent[] {
  const events: BudgetEvent[] = [];
  let sum = NOTHING_SPENT;
  for (const part of parts) {
    sum = plusSpent(sum, part);
    for (const event of marks.untold(owned(budget, sum))) {
      events.push(event);
      marks.hear(event);
    }
  }
  return events;
}

test('each cap is warned of once and told once, whatever is spent and whoever starts again in between', () => {
  fc.assert(
    fc.property(budgets, fc.array(spents, { maxLength: 30 }), fc.nat(30), (budget, parts, restart) => {
      const events = told(budget, parts);
      const keys = (type: BudgetEvent['type']) =>
        events.filter((event) => event.type === type).map(({ level, unit }) => `${level} ${unit}`);
      expect(new Set(keys('budget-reached')).size).toBe(keys('budget-reached').length);
      const sum = parts.reduce(plusSpent, NOTHING_SPENT);
      const used = owned(budget, sum).filter((share) => isUsedUp(share) && parts.length > 0);
      expect([...keys('budget-reached')].sort()).toEqual(used.map(({ level, unit }) => `${level} ${unit}`).sort());
      // At most one for four fifths, and one for what cannot be counted.
      for (const key of new Set(keys('budget-warning')))
        expect(keys('budget-warning').filter((each) => each === key).length).toBeLessThanOrEqual(2);
      // Whoever knows only the journal goes on where the other stopped.
      const again = new BudgetMarks();
      const first = told(budget, parts.slice(0, restart));
      for (const event of first) again.hear(event);
      let later = parts.slice(0, restart).reduce(plusSpent, NOTHING_SPENT);
      const rest: BudgetEvent[] = [];
      for (const part of parts.slice(restart)) {
        later = plusSpent(later, part);
        for (const event of again.untold(owned(budget, later))) {
          rest.push(event);
          again.hear(event);
        }
      }
      expect([...first, ...rest]).toEqual(events);
    }),
  );
});

const USD: Budget = {
  attempt: { tokens: null, usd: 1 },
  task: { tokens: null, usd: null },
  run: { tokens: null, usd: 10 },
  day: { tokens: null, usd: 10 },
};
const NONE: Cap = { tokens: null, usd: null };
const dollars = (usd: number | null, output = 0): Spent => ({
  ...{ fresh: 0, cacheRead: 0, cacheWrite: 0, output },
  ...{ usd, model: null },
});

test('money that nobody knows is warned of once a level, with the tokens, and the cap counts the rest', () => {
  const events = told({ ...USD, day: NONE }, [dollars(null, 70), dollars(null, 30), dollars(0.5)]);
  expect(events).toMatchObject([
    { type: 'budget-warning', level: 'attempt', spent: 0, unpriced: 70 },
    { type: 'budget-warning', level: 'run', spent: 0, unpriced: 70 },
  ]);
});

test('an attempt begins with fresh caps, but what cannot be counted is not said again', () => {
  const marks = new BudgetMarks();
  const first = told({ ...USD, run: NONE, day: NONE }, [dollars(0.8), dollars(0.2), dollars(null, 5)], marks);
  expect(first.map(({ type }) => type)).toEqual(['budget-warning', 'budget-reached', 'budget-warning']);
  marks.started('api');
  const second = told({ ...USD, run: NONE, day: NONE }, [dollars(0.8), dollars(0.2), dollars(null, 5)], marks);
  expect(second.map(({ type }) => type)).toEqual(['budget-warning', 'budget-reached']);
  marks.started('ui');
  expect(told({ ...USD, run: NONE, day: NONE }, [dollars(0.8)], marks)).toEqual([]);
});

test('a day that is used up lasts until its end, or until somebody gives it more', () => {
  const marks = new BudgetMarks();
  told({ ...USD, attempt: NONE, run: NONE }, [dollars(12)], marks);
  expect([marks.dayUntil(98), marks.dayUntil(99)]).toEqual([99, null]);
  const amendTo = (usd: number | null): void =>
    marks.hear({
      ...{ type: 'plan-amended', planHash: '', by: 'ada' },
      plan: { ...planOf('api'), budget: { ...USD, day: { tokens: null, usd } } },
    });
  amendTo(12);
  expect(marks.dayUntil(98)).toBe(99);
  amendTo(13);
  expect(marks.dayUntil(98)).toBe(null);
  expect(
    told({ ...USD, attempt: NONE, run: NONE, day: { tokens: null, usd: 13 } }, [dollars(14)], marks),
  ).toMatchObject([{ type: 'budget-reached', cap: 13 }]);
  amendTo(null);
  expect(marks.dayUntil(98)).toBe(null);
});

test('a failure says of which cap it is', () => {
  const [share] = sharesAt('task', { tokens: 5, usd: null }, { ...NOTHING_SPENT, output: 6 });
  expect(share && overBudget(share)).toEqual({
    reason: 'over-budget',
    level: 'task',
    unit: 'tokens',
    spent: 6,
    cap: 5,
  });
});
