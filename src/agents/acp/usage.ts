import type { Spent } from '../../core/spent.ts';
import { visible } from '../../process/visible.ts';
import { fieldOf, listOf, numberOf, textOf } from '../json.ts';

/** What the figures in an answer to a prompt cover: that turn, or everything since the process began. */
export type UsageSpan = 'turn' | 'process';

type Tokens = Omit<Spent, 'usd' | 'model'>;

/**
 * Makes what was used since it was last told out of figures that agents give in four ways: with each answer of the model
 * (`_meta.usage`), at the end of a turn, as a sum that grows, and money as a sum over the whole life of the session.
 */
export class Meter {
  readonly #span: UsageSpan;
  /** Money told of so far. */
  #usd: number | null;
  #hasMoney = false;
  #total: Tokens = NO_TOKENS;
  /** Whether this turn's tokens came answer by answer, so that its sum says nothing new. */
  #isItemised = false;
  model: string | null = null;

  /** `usdBefore`: what the session had cost when this began; null: nobody knows. */
  constructor(span: UsageSpan, usdBefore: number | null) {
    this.#span = span;
    this.#usd = usdBefore;
  }

  /** What the session has cost as far as it has told; null: nobody knows. */
  get usd(): number | null {
    return this.#usd;
  }

  /** What one update tells; null: nothing. */
  ofUpdate(update: unknown): Spent | null {
    const usage = fieldOf(update, '_meta', 'usage');
    const tokens = usage === undefined ? null : tokensIn(usage);
    if (tokens !== null) this.#isItemised = true;
    const usd = this.#moneyIn(fieldOf(update, 'cost'));
    if (tokens === null && !usd) return null;
    return this.#spent(tokens ?? NO_TOKENS, usd, this.model);
  }

  /** What the answer to a prompt tells of the turn that has just ended. */
  ofTurn(answer: unknown): readonly Spent[] {
    const wasItemised = this.#isItemised;
    this.#isItemised = false;
    if (wasItemised) return [];
    // Where money was told of already, these tokens are paid for by it; else nobody has said what they cost.
    const usd = this.#hasMoney ? 0 : null;
    return this.#tokensOfTurn(answer)
      .filter(({ tokens }) => Object.values(tokens).some((count) => count > 0))
      .map(({ tokens, model }) => this.#spent(tokens, usd, model ?? this.model));
  }

  #tokensOfTurn(answer: unknown): readonly { readonly tokens: Tokens; readonly model: string | null }[] {
    // By model where they are told so: that counts the title and whatever else is asked on the side.
    const byModel = listOf(answer, '_meta', 'quota', 'model_usage').flatMap((part) => {
      const tokens = tokensIn(fieldOf(part, 'token_count'));
      return tokens === null ? [] : [{ tokens, model: visible(textOf(fieldOf(part, 'model'))) || null }];
    });
    if (byModel.length > 0 && this.#span === 'turn') return byModel;
    const sum = tokensIn(fieldOf(answer, 'usage') ?? fieldOf(answer, '_meta', 'quota', 'token_count'));
    if (sum === null) return [];
    return [{ tokens: this.#span === 'turn' ? sum : this.#sinceLast(sum), model: null }];
  }

  #sinceLast(sum: Tokens): Tokens {
    const before = this.#total;
    this.#total = sum;
    // A sum that has shrunk began anew.
    if (NAMES.some((name) => sum[name] < before[name])) return sum;
    return {
      fresh: sum.fresh - before.fresh,
      cacheRead: sum.cacheRead - before.cacheRead,
      cacheWrite: sum.cacheWrite - before.cacheWrite,
      output: sum.output - before.output,
    };
  }

  /** Dollars since last told; null: none were told of, or nobody knows since when they count. */
  #moneyIn(cost: unknown): number | null {
    const amount = fieldOf(cost, 'amount');
    if (typeof amount !== 'number' || !Number.isFinite(amount) || fieldOf(cost, 'currency') !== 'USD') return null;
    const before = this.#usd;
    this.#usd = amount;
    if (before === null) return null;
    this.#hasMoney = true;
    return Math.max(0, amount - before);
  }

  #spent(tokens: Tokens, usd: number | null, model: string | null): Spent {
    return { ...tokens, usd, model };
  }
}

const NO_TOKENS: Tokens = { fresh: 0, cacheRead: 0, cacheWrite: 0, output: 0 };
const NAMES = ['fresh', 'cacheRead', 'cacheWrite', 'output'] as const;

/**
 * The four counts of one record. Agents agree neither on names nor on whether what came from a cache is part of the
 * input; where they also give a total, it tells which.
 */
export const tokensIn = (usage: unknown): Tokens | null => {
  const input = count(usage, ['inputTokens', 'input_tokens']);
  const output = count(usage, ['outputTokens', 'output_tokens']);
  if (input === null && output === null) return null;
  const [inn, out] = [input ?? 0, output ?? 0];
  const cacheRead = count(usage, ['cachedReadTokens', 'cachedInputTokens', 'cached_input_tokens']) ?? 0;
  const cacheWrite = count(usage, ['cachedWriteTokens', 'cacheWriteInputTokens', 'cache_write_input_tokens']) ?? 0;
  const thought = count(usage, ['thoughtTokens', 'reasoningOutputTokens']) ?? 0;
  const total = count(usage, ['totalTokens', 'total_tokens']);
  const rest = total === null ? null : total - inn - out;
  const cached = cacheRead + cacheWrite;
  const isCachedApart = rest === null || rest === cached || rest === cached + thought;
  const isThoughtApart = rest !== null && thought > 0 && (rest === thought || rest === cached + thought);
  return {
    fresh: isCachedApart ? inn : Math.max(0, inn - cached),
    cacheRead,
    cacheWrite,
    output: isThoughtApart ? out + thought : out,
  };
};

const count = (usage: unknown, names: readonly string[]): number | null => {
  const found = numberOf(usage, names);
  return found === null ? null : Math.max(0, Math.round(found));
};
