import type { Spent } from '../../core/spent.ts';
import { entriesOf, fieldOf, numberOf, textOf } from '../json.ts';

type Tokens = Pick<Spent, 'fresh' | 'cacheRead' | 'cacheWrite' | 'output'>;
const NONE: Tokens = { fresh: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

/** Smaller differences of money are the rounding of the client's own summary. */
const roundingUsd = 0.0001;

/**
 * What a session uses, told once each. Tokens come with the stream: several events speak of one message, each with what
 * it knows by then, so per message the most counts. Money is the client's own figure, asked for after each message.
 * A result then says what all of it came to, subagents and helpers of the client included, and settles the difference.
 */
export class Spending {
  /** By message, since the last result. */
  readonly #messages = new Map<string, Tokens>();
  /** Sums since the last result. */
  #heard = NONE;
  #told = NONE;
  #toldUsd = 0;
  /** Money of the whole session, as last known; a session that goes on begins with what it had cost. null: not told yet. */
  #sessionUsd: number | null = null;
  /** Totals of the last result, for clients that only give totals. */
  #totals = { ...NONE, usd: 0 };
  #current = '';
  #model: string | null = null;
  /** Whether the client tells what it cost before its turn is over. */
  #tellsMoney = true;

  /** Takes in a message of the stream; true once all of a model's answer is known, so that its cost is worth asking for. */
  hear(message: unknown): boolean {
    const event = fieldOf(message, 'event');
    switch (fieldOf(event, 'type') ?? fieldOf(message, 'type')) {
      case 'message_start':
        this.#current = textOf(fieldOf(event, 'message', 'id'));
        this.#count(this.#current, fieldOf(event, 'message', 'usage'));
        this.#see(fieldOf(event, 'message', 'model'));
        return false;
      case 'message_delta':
        this.#count(this.#current, fieldOf(event, 'usage'));
        return true;
      case 'assistant': {
        const id = textOf(fieldOf(message, 'message', 'id'));
        const isNew = !this.#messages.has(id);
        this.#count(id, fieldOf(message, 'message', 'usage'));
        this.#see(fieldOf(message, 'message', 'model'));
        // A subagent's messages do not come in parts.
        return isNew && typeof fieldOf(message, 'parent_tool_use_id') === 'string';
      }
      case 'system':
        // A subagent below a subagent is only heard of in this way.
        return fieldOf(message, 'subtype') === 'task_progress';
      default:
        return false;
    }
  }

  /** The answer to "what did it cost", a text; null: the client does not know the question. */
  hearCost(text: string | null): readonly Spent[] {
    const said = text === null ? null : /cost:\s*\$([\d,]+(?:\.\d+)?)/i.exec(text)?.[1];
    if (said === null || said === undefined) {
      this.#tellsMoney = false;
      return this.flush();
    }
    const usd = Number(said.replaceAll(',', ''));
    const before = this.#sessionUsd;
    this.#sessionUsd = Math.max(usd, before ?? 0);
    // The first answer is what the session had cost before this process.
    if (before === null) return [];
    const more = Math.max(0, usd - before);
    return this.#tell(minus(this.#heard, this.#told), more < roundingUsd ? 0 : more);
  }

  /** What a result makes the sum of. */
  hearResult(result: unknown): readonly Spent[] {
    const isSince = fieldOf(result, 'model_usage_since_last_result') !== undefined;
    const totals = sumOf(fieldOf(result, isSince ? 'model_usage_since_last_result' : 'modelUsage'));
    const since = isSince ? totals : { ...minus(totals, this.#totals), usd: totals.usd - this.#totals.usd };
    if (!isSince && totals.usd >= this.#totals.usd) this.#totals = totals;
    this.#see(totals.model);
    const rest = Math.max(0, since.usd - this.#toldUsd);
    const spent = this.#tell(minus(since, this.#told), rest < roundingUsd && this.#toldUsd > 0 ? 0 : rest);
    this.#sessionUsd = Math.max(this.#sessionUsd ?? 0, numberOf(result, ['total_cost_usd']) ?? 0);
    this.#messages.clear();
    this.#heard = NONE;
    this.#told = NONE;
    this.#toldUsd = 0;
    return spent;
  }

  /** What was not told when nobody will say any more what it cost. */
  flush(): readonly Spent[] {
    this.#tellsMoney = false;
    return this.#tell(minus(this.#heard, this.#told), 0);
  }

  #tell(tokens: Tokens, usd: number): readonly Spent[] {
    const isNothing = tokens.fresh + tokens.cacheRead + tokens.cacheWrite + tokens.output === 0;
    const money = this.#tellsMoney ? Math.round(usd * 1e6) / 1e6 : 0;
    if (isNothing && money === 0) return [];
    this.#told = plus(this.#told, tokens);
    this.#toldUsd += money;
    return [{ ...tokens, usd: this.#tellsMoney ? money : null, model: this.#model }];
  }

  #count(id: string, usage: unknown): void {
    const before = this.#messages.get(id) ?? NONE;
    const now = most(before, {
      fresh: numberOf(usage, ['input_tokens']) ?? 0,
      cacheRead: numberOf(usage, ['cache_read_input_tokens']) ?? 0,
      cacheWrite: numberOf(usage, ['cache_creation_input_tokens']) ?? 0,
      output: numberOf(usage, ['output_tokens']) ?? 0,
    });
    this.#messages.set(id, now);
    this.#heard = plus(this.#heard, minus(now, before));
  }

  #see(model: unknown): void {
    // What the client says itself, in place of a model, is `<synthetic>`.
    if (typeof model === 'string' && model !== '' && !model.startsWith('<')) this.#model = model;
  }
}

/** The sum over all models, and the model that used most. */
const sumOf = (byModel: unknown): Tokens & { readonly usd: number; readonly model: string | null } => {
  const models = entriesOf(byModel).map(([model, usage]) => ({
    model,
    fresh: numberOf(usage, ['inputTokens']) ?? 0,
    cacheRead: numberOf(usage, ['cacheReadInputTokens']) ?? 0,
    cacheWrite: numberOf(usage, ['cacheCreationInputTokens']) ?? 0,
    output: numberOf(usage, ['outputTokens']) ?? 0,
    usd: numberOf(usage, ['costUSD']) ?? 0,
  }));
  const first = models.toSorted((a, b) => b.usd - a.usd || b.output - a.output)[0];
  return {
    ...models.reduce<Tokens>(plus, NONE),
    usd: models.reduce((sum, { usd }) => sum + usd, 0),
    model: first?.model ?? null,
  };
};

const plus = (a: Tokens, b: Tokens): Tokens => ({
  fresh: a.fresh + b.fresh,
  cacheRead: a.cacheRead + b.cacheRead,
  cacheWrite: a.cacheWrite + b.cacheWrite,
  output: a.output + b.output,
});

/** Never below nothing: a result after a crash of the client may carry zeros. */
const minus = (a: Tokens, b: Tokens): Tokens => ({
  fresh: Math.max(0, a.fresh - b.fresh),
  cacheRead: Math.max(0, a.cacheRead - b.cacheRead),
  cacheWrite: Math.max(0, a.cacheWrite - b.cacheWrite),
  output: Math.max(0, a.output - b.output),
});

const most = (a: Tokens, b: Tokens): Tokens => ({
  fresh: Math.max(a.fresh, b.fresh),
  cacheRead: Math.max(a.cacheRead, b.cacheRead),
  cacheWrite: Math.max(a.cacheWrite, b.cacheWrite),
  output: Math.max(a.output, b.output),
});
