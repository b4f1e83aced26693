import { type Spent, tokensOf } from './spent.ts';

/** What one model costs, in US dollars per million tokens. */
export type Price = {
  readonly fresh: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  /** The vendor charges more for a longer prompt. What was read in one go above this has no known price; null: any length. */
  readonly promptMax: number | null;
};

/** By the names of models. A name that ends in `*` stands for all that begin so. */
export type Prices = Readonly<Record<string, Price>>;

/** Prices of a day. `own`: what the person says; where it has a price, `listed` is not asked. */
export type PriceTable = { readonly date: string; readonly listed: Prices; readonly own: Prices };

/**
 * The same, with its money known if that can be: what the agent itself reckons comes first, then the table. Nobody's price
 * is guessed: a model that is not in the table has none, and null stays null.
 */
export function priced(spent: Spent, table: PriceTable): Spent {
  if (spent.usd !== null || spent.model === null) return spent;
  const price = priceOf(spent.model, table);
  if (price === null || promptOf(spent) > (price.promptMax ?? Number.POSITIVE_INFINITY)) return spent;
  return { ...spent, usd: costOf(spent, price) };
}

/** The price of a model, or null. */
export function priceOf(model: string, { own, listed }: PriceTable): Price | null {
  const name = bareName(model);
  return fitting(name, own) ?? fitting(name, listed);
}

/** An agent may count what is not there. Whole numbers from 0 on are left of it; money below nothing is unknown. */
export function soundly(spent: Spent): Spent {
  return {
    fresh: whole(spent.fresh),
    cacheRead: whole(spent.cacheRead),
    cacheWrite: whole(spent.cacheWrite),
    output: whole(spent.output),
    usd: spent.usd !== null && Number.isFinite(spent.usd) && spent.usd >= 0 ? spent.usd : null,
    model: spent.model,
  };
}

/** Nothing was used: not worth an entry. */
export const isNothing = (spent: Spent): boolean => tokensOf(spent) === 0 && (spent.usd ?? 0) === 0;

const whole = (count: number): number => (Number.isFinite(count) ? Math.max(0, Math.round(count)) : 0);
const promptOf = ({ fresh, cacheRead, cacheWrite }: Spent): number => fresh + cacheRead + cacheWrite;

function costOf({ fresh, cacheRead, cacheWrite, output }: Spent, price: Price): number {
  const millionths =
    fresh * price.fresh + cacheRead * price.cacheRead + cacheWrite * price.cacheWrite + output * price.output;
  return millionths / 1_000_000;
}

/** The longest name that fits is the one that is meant. */
function fitting(model: string, prices: Prices): Price | null {
  let best: readonly [number, Price] | null = null;
  for (const [name, price] of Object.entries(prices)) {
    if (fits(model, bareName(name)) && name.length > (best?.[0] ?? -1)) best = [name.length, price];
  }
  return best?.[1] ?? null;
}

function fits(model: string, name: string): boolean {
  if (name.endsWith('*')) return model.startsWith(name.slice(0, -1));
  return model.startsWith(name) && SAME_MODEL.test(model.slice(name.length));
}

/**
 * What may follow the name of a model and leave it the same model: a date, `latest`, the size of its window. Anything else
 * (`-mini`, another version) is a different model with a price of its own.
 */
const SAME_MODEL = /^(?:[-@](?:\d{8}|\d{4}-\d\d-\d\d|latest))?(?:\[1m\])?$/;

/** Agents that work with several vendors put the vendor in front: `anthropic/claude-sonnet-4-5`. */
const bareName = (model: string): string =>
  model.toLowerCase().replace(/^(?:anthropic|openai|google|gemini|models)\//, '');
