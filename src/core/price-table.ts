import type { Price, Prices } from './prices.ts';

/**
 * What vendors listed on this day, as far as public price lists and pages about them told; docs/costs.md says which. Nobody
 * is bound by it: whoever pays checks it, and puts what is true for them into the setting `prices`. A model whose price was
 * not found, was only for some weeks, or changes with something that we do not see, is left out: its money is then unknown.
 */
export const PRICES_DATE = '2026-11-24';

/** Up to so many tokens of input in one request the price holds. */
const CLAUDE_HAIKU_PROMPT = 100_000;
const GEMINI_PRO_PROMPT = 200_000;
const GPT_PROMPT = 272_000;

/** Writing into the cache for five minutes; an hour costs more, and then the agent's own figure is the better one. */
const claude = (fresh: number, output: number, cacheRead = fresh / 10): Price => ({
  fresh,
  cacheRead,
  cacheWrite: fresh * 1.25,
  output,
  promptMax: null,
});

/** Where nothing is charged for writing into the cache, it is input like any other. */
const other = (fresh: number, output: number, promptMax: number | null = null): Price => ({
  fresh,
  cacheRead: fresh / 10,
  cacheWrite: fresh,
  output,
  promptMax,
});

/** From GPT-5.6 on, writing into the cache costs a quarter more than reading for the first time. */
const gpt = ({ fresh, cacheRead, output }: Pick<Price, 'fresh' | 'cacheRead' | 'output'>): Price => ({
  fresh,
  cacheRead,
  cacheWrite: fresh * 1.25,
  output,
  promptMax: GPT_PROMPT,
});

/** US dollars per million tokens at the vendors' standard rate: no batch, no priority, no region. */
export const LISTED_PRICES: Prices = {
  'claude-fable-5-1': claude(10, 50, 0.25),
  'claude-fable-5': claude(10, 50),
  'claude-opus-5-5': claude(4, 20, 0.2),
  'claude-opus-5': claude(5, 25),
  'claude-opus-4-8': claude(5, 25),
  'claude-opus-4-7': claude(5, 25),
  'claude-opus-4-6': claude(5, 25),
  'claude-opus-4-5': claude(5, 25),
  'claude-opus-4-1': claude(15, 75),
  'claude-opus-4-0': claude(15, 75),
  'claude-opus-4': claude(15, 75),
  'claude-sonnet-5-5': claude(2, 10, 0.1),
  'claude-sonnet-5': claude(2, 10),
  'claude-sonnet-4-6': claude(3, 15),
  'claude-sonnet-4-5': claude(3, 15),
  'claude-sonnet-4-0': claude(3, 15),
  'claude-sonnet-4': claude(3, 15),
  'claude-haiku-5-5': { ...claude(0.1, 0.5), promptMax: CLAUDE_HAIKU_PROMPT },
  'claude-haiku-4-5': claude(1, 5),
  'gpt-6.2-sol': gpt({ fresh: 2, cacheRead: 0.1, output: 10 }),
  'gpt-6.1-sol': gpt({ fresh: 2, cacheRead: 0.1, output: 10 }),
  'gpt-6-sol': gpt({ fresh: 2, cacheRead: 0.2, output: 10 }),
  'gpt-6-luna': gpt({ fresh: 0.1, cacheRead: 0.01, output: 0.5 }),
  'gpt-5.6-terra': gpt({ fresh: 2, cacheRead: 0.2, output: 12 }),
  'gpt-5.5': other(5, 30, GPT_PROMPT),
  'gpt-5.4': other(2.5, 15, GPT_PROMPT),
  'gpt-5.4-mini': other(0.75, 4.5),
  'gpt-5.4-nano': { ...other(0.2, 1.25), cacheRead: 0.02 },
  'gpt-5.3-codex': other(1.75, 14),
  'gpt-5.2-codex': other(1.75, 14),
  'gpt-5.2': other(1.75, 14),
  'gpt-5.1': other(1.25, 10),
  'gpt-5-codex': other(1.25, 10),
  'gpt-5-mini': other(0.25, 2),
  'gpt-5': other(1.25, 10),
  'codex-mini-latest': { ...other(1.5, 6), cacheRead: 0.375 },
  'gemini-3.5-flash': other(1.5, 9),
  'gemini-3.1-pro-preview': other(2, 12, GEMINI_PRO_PROMPT),
  'gemini-2.5-pro': other(1.25, 10, GEMINI_PRO_PROMPT),
  'gemini-2.5-flash': other(0.3, 2.5),
  'gemini-2.5-flash-lite': other(0.1, 0.4),
};
