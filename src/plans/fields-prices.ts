import { z } from 'zod';
import type { Price } from '../core/prices.ts';
import { field, kinds as k } from './kinds.ts';

const dollars = z
  .number({ error: 'a number of US dollars' })
  .min(0, { error: '!is less than 0' })
  .max(1_000_000, { error: '!is more than 1000000' });

const price = z
  .strictObject(
    {
      fresh: field(dollars, {
        about: 'Input that is read for the first time. Needed.',
        unit: 'US dollars per million tokens',
        default: null,
        example: 3,
      }),
      'cache-read': field(dollars, {
        about: 'Input that comes out of the cache.',
        unit: 'US dollars per million tokens',
        default: 'the same as "fresh"',
        example: 0.3,
      }),
      'cache-write': field(dollars, {
        about: 'Input that is written into the cache.',
        unit: 'US dollars per million tokens',
        default: 'the same as "fresh"',
        example: 3.75,
      }),
      output: field(dollars, {
        about: 'What the model writes. Needed.',
        unit: 'US dollars per million tokens',
        default: null,
        example: 15,
      }),
    },
    { error: 'a map with "fresh" and "output"' },
  )
  .check(({ value, issues }) => {
    if (value.fresh !== undefined && value.output !== undefined) return;
    issues.push({ code: 'custom', message: '!needs "fresh" and "output"', input: value, continue: true });
  });

/** Prices by model. A half of a price is none: what is not said of the cache is as dear as fresh input. */
export const prices = z.record(k.label, price, { error: 'a map of prices by the names of models' });

/** A price as a person wrote it, which holds for a prompt of any length. */
export const priceOf = (said: z.output<typeof price>): Price => {
  const fresh = said.fresh ?? 0;
  return {
    fresh,
    cacheRead: said['cache-read'] ?? fresh,
    cacheWrite: said['cache-write'] ?? fresh,
    output: said.output ?? 0,
    promptMax: null,
  };
};
