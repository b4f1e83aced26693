import { z } from 'zod';
import { COST_GROUPS, type CostEstimate, type Costs } from '../core/costs.ts';
import { cap, runState, spending } from './wire-status.ts';

const text = z.string();
const count = z.int().min(0);
const amount = z.number().min(0);

const estimate = z
  .object({
    usdPerHour: amount,
    tokensPerHour: amount,
    over_ms: amount.meta({ description: 'How much time the rates were measured over.' }),
    atEnd: z.object({ usd: amount, tokens: count }).nullable(),
    budgetLasts_ms: amount.nullable(),
  })
  .meta({
    description: 'A guess: if it goes on as it did. Money of unknown price is not in it.',
  }) satisfies z.ZodType<CostEstimate>;

/** What `costs --json` prints. */
export const costs = z.object({
  schemaVersion: z.literal(1),
  run: text,
  plan: text,
  state: runState,
  at: z.number().meta({ description: 'Milliseconds since the epoch.' }),
  by: z.enum(COST_GROUPS).meta({ description: 'What the rows stand for.' }),
  rows: z.array(z.object({ name: text.nullable(), spent: spending })),
  total: spending,
  budget: cap,
  today: z
    .object({ spent: spending, budget: cap })
    .meta({ description: 'Every run of this repository since local midnight.' }),
  unpriced: z.array(z.object({ model: text.nullable(), tokens: count })),
  pricesOf: text.meta({ description: 'Of which day the prices are that came with Branchline.' }),
  estimate: estimate.nullable(),
}) satisfies z.ZodType<Costs>;
