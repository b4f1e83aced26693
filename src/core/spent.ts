/**
 * What an agent used: tokens by the four prices that vendors have, and money. `usd`: what the agent itself reckons, or what
 * a price table makes of it; null: unknown, which is not nothing.
 */
export type Spent = {
  /** Input that was read for the first time. */
  readonly fresh: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly usd: number | null;
  readonly model: string | null;
};

/** A sum of `Spent`. `unpriced`: tokens whose money nobody knows, so that a sum of money never passes for the whole. */
export type Spending = {
  readonly fresh: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly usd: number;
  readonly unpriced: number;
};

export const NOTHING_SPENT: Spending = { fresh: 0, cacheRead: 0, cacheWrite: 0, output: 0, usd: 0, unpriced: 0 };

/** All tokens, whatever their price. */
export const tokensOf = ({ fresh, cacheRead, cacheWrite, output }: Omit<Spent, 'usd' | 'model'>): number =>
  fresh + cacheRead + cacheWrite + output;

/** The sum with one more part. */
export function plusSpent(sum: Spending, part: Spent): Spending {
  return {
    fresh: sum.fresh + part.fresh,
    cacheRead: sum.cacheRead + part.cacheRead,
    cacheWrite: sum.cacheWrite + part.cacheWrite,
    output: sum.output + part.output,
    usd: sum.usd + (part.usd ?? 0),
    unpriced: sum.unpriced + (part.usd === null ? tokensOf(part) : 0),
  };
}

/** Two sums as one. */
export function plusSpending(a: Spending, b: Spending): Spending {
  return {
    fresh: a.fresh + b.fresh,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    output: a.output + b.output,
    usd: a.usd + b.usd,
    unpriced: a.unpriced + b.unpriced,
  };
}
