import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LISTED_PRICES, PRICES_DATE } from './price-table.ts';
import { isNothing, type Price, type PriceTable, priced, priceOf, soundly } from './prices.ts';
import type { Spent } from './spent.ts';

const LISTED: PriceTable = { date: PRICES_DATE, listed: LISTED_PRICES, own: {} };
const flat = (dollars: number): Price => ({
  fresh: dollars,
  cacheRead: dollars,
  cacheWrite: dollars,
  output: dollars,
  promptMax: null,
});
const spent = (part: Partial<Spent>): Spent => ({
  fresh: 0,
  cacheRead: 0,
  cacheWrite: 0,
  output: 0,
  usd: null,
  model: 'claude-sonnet-4-5',
  ...part,
});

test('each kind of token has its own price, and the agent’s own figure comes before all of them', () => {
  const used = { fresh: 1_000_000, cacheRead: 2_000_000, cacheWrite: 100_000, output: 10_000 };
  expect(priced(spent(used), LISTED).usd).toBeCloseTo(3 + 0.6 + 0.375 + 0.15, 9);
  expect(priced(spent({ ...used, usd: 0.01 }), LISTED).usd).toBe(0.01);
  expect(priced(spent({ ...used, usd: 0 }), LISTED).usd).toBe(0);
});

test.each([
  ['claude-sonnet-4-5-20250929', 3],
  ['anthropic/claude-sonnet-4-5', 3],
  ['Claude-Opus-4-6[1m]', 5],
  ['claude-opus-4-1-20250805', 15],
  ['claude-opus-4-20250514', 15],
  ['gpt-5-2025-08-07', 1.25],
  ['gpt-5-mini', 0.25],
  ['gemini-2.5-flash', 0.3],
  ['models/gemini-2.5-flash-lite', 0.1],
])('%s is a model of the table', (model, fresh) => {
  expect(priceOf(model, LISTED)?.fresh).toBe(fresh);
});

test.each([
  'claude-opus-4-9',
  'claude-sonnet',
  'sonnet',
  'gpt-5-turbo',
  'gpt-5.5-pro',
  'gpt-50',
  'gemini-2.5-flash-image',
  'bedrock/anthropic.claude-sonnet-4-5',
  'fake-model',
  '',
])('%j is no model of the table, however much its name is like one, so that its price is unknown', (model) => {
  expect(priceOf(model, LISTED)).toBe(null);
  expect(priced(spent({ model, output: 5 }), LISTED).usd).toBe(null);
});

test('a model that nobody names has no price, and neither has a prompt that is longer than the price is for', () => {
  expect(priced(spent({ model: null, output: 5 }), LISTED).usd).toBe(null);
  const long = spent({ model: 'gemini-2.5-pro', fresh: 1, cacheRead: 200_000 });
  expect(priced(long, LISTED).usd).toBe(null);
  expect(priced({ ...long, cacheRead: 199_999 }, LISTED).usd).toBeGreaterThan(0);
});

test('what a person says comes before the table, and of several names the longest that fits is meant', () => {
  const table: PriceTable = {
    ...LISTED,
    own: { 'gpt-*': flat(1), 'gpt-5*': flat(2), 'Gemini-2.5-Pro': flat(3), '*': flat(9) },
  };
  expect(['gpt-4', 'gpt-5.5', 'gpt-5', 'gemini-2.5-pro', 'llama'].map((name) => priceOf(name, table)?.output)).toEqual([
    1, 2, 2, 3, 9,
  ]);
  expect(priced(spent({ model: 'gemini-2.5-pro', fresh: 1_000_000 }), table).usd).toBe(3);
});

test('every price of the table is above nothing, and reading from the cache is never dearer than reading afresh', () => {
  expect(PRICES_DATE).toMatch(/^\d{4}-\d\d-\d\d$/);
  for (const [name, price] of Object.entries(LISTED_PRICES)) {
    const { fresh, cacheRead, cacheWrite, output } = price;
    expect([name, Math.min(fresh, cacheRead, cacheWrite, output) > 0]).toEqual([name, true]);
    expect([name, cacheRead < fresh && fresh <= cacheWrite && fresh < output]).toEqual([name, true]);
    expect(priceOf(name, LISTED)).toBe(price);
  }
});

test('whatever an agent counts, what is taken down is whole and not below nothing', () => {
  const count = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1));
  const any = fc.record({
    ...{ fresh: count, cacheRead: count, cacheWrite: count, output: count },
    usd: fc.option(count, { nil: null }),
    model: fc.option(fc.string(), { nil: null }),
  });
  fc.assert(
    fc.property(any, (given) => {
      const { usd, model, ...tokens } = priced(soundly(given), LISTED);
      expect(Object.values(tokens).every((each) => Number.isInteger(each) && each >= 0)).toBe(true);
      expect(usd === null || (Number.isFinite(usd) && usd >= 0)).toBe(true);
      expect(model).toBe(given.model);
    }),
  );
  expect([isNothing(spent({})), isNothing(spent({ usd: 0 })), isNothing(spent({ output: 1 }))]).toEqual([
    true,
    true,
    false,
  ]);
});
