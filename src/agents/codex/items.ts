import type { AgentEvent } from '../../core/ports/agent.ts';
import type { Spent } from '../../core/spent.ts';
import { visible } from '../../process/visible.ts';
import { fieldOf, listOf, numberOf, textOf } from '../json.ts';

const TITLE_CHARS_MAX = 300;
const short = (text: string): string => visible(text.slice(0, TITLE_CHARS_MAX));

/** What an item of a turn is to us when it starts or completes; null: nothing that says anything about the work. */
export function itemEvent(item: unknown, isCompleted: boolean): AgentEvent | null {
  const type = textOf(fieldOf(item, 'type'));
  if (type === 'agentMessage') {
    return isCompleted ? { type: 'text', text: visible(textOf(fieldOf(item, 'text'))) } : null;
  }
  // A model that thinks is at work, but its thoughts are not for the log.
  if (type === 'reasoning') return { type: 'output', bytes: JSON.stringify(item).length };
  if (type === 'userMessage' || type === '') return null;
  return {
    type: 'tool',
    kind: KINDS[type] ?? 'other',
    title: titleOf(type, item),
    paths: pathsOf(item),
    status: isCompleted ? statusOf(item) : 'in_progress',
  };
}

const KINDS: Readonly<Record<string, string>> = {
  fileChange: 'edit',
  commandExecution: 'execute',
  mcpToolCall: 'other',
  webSearch: 'fetch',
  imageView: 'read',
};

function titleOf(type: string, item: unknown): string {
  if (type === 'commandExecution') return short(textOf(fieldOf(item, 'command')));
  if (type === 'fileChange') return short(`change ${pathsOf(item).join(', ')}`);
  if (type === 'mcpToolCall') return short(`${textOf(fieldOf(item, 'server'))} ${textOf(fieldOf(item, 'tool'))}`);
  return short(type);
}

/** The files that an item changes. */
export const pathsOf = (item: unknown): readonly string[] =>
  listOf(item, 'changes').flatMap((change) => {
    const moved = textOf(fieldOf(change, 'kind', 'move_path'));
    return [textOf(fieldOf(change, 'path')), moved].filter((path) => path !== '').map(visible);
  });

function statusOf(item: unknown): string {
  const status = textOf(fieldOf(item, 'status'));
  const code = numberOf(item, ['exitCode']);
  if (status === 'failed' || status === 'declined' || (code !== null && code !== 0)) return 'failed';
  return 'completed';
}

/** A plan as the client tells it, whole each time. */
export const planEvent = (params: unknown): AgentEvent => ({
  type: 'plan',
  items: listOf(params, 'plan')
    .slice(0, 100)
    .map((step) => ({
      text: short(textOf(fieldOf(step, 'step'))),
      done: textOf(fieldOf(step, 'status')) === 'completed',
    })),
});

/** Token counts of a thread, from its beginning. */
type Totals = { readonly input: number; readonly cached: number; readonly written: number; readonly output: number };

const count = (value: unknown, name: string): number => Math.max(0, numberOf(value, [name]) ?? 0);

const totalsIn = (value: unknown): Totals => ({
  input: count(value, 'inputTokens'),
  cached: count(value, 'cachedInputTokens'),
  written: count(value, 'cacheWriteInputTokens'),
  output: count(value, 'outputTokens'),
});

/** The client counts up over the whole thread: what is new is the difference to what it told last. */
export class Meter {
  #last: Totals | null;

  /** `isResumed`: what a thread had used before it was gone on with was counted then. */
  constructor(isResumed: boolean) {
    this.#last = isResumed ? null : { input: 0, cached: 0, written: 0, output: 0 };
  }

  /** What a thread that is gone on with had used before. */
  begin(usage: unknown): void {
    this.#last = totalsIn(fieldOf(usage, 'total'));
  }

  /** null: nothing new. The client knows no prices. */
  read(usage: unknown, model: string | null): Spent | null {
    const total = totalsIn(fieldOf(usage, 'total'));
    const latest = totalsIn(fieldOf(usage, 'last'));
    const before = this.#last ?? less(total, latest);
    this.#last = total;
    const { input, cached, written, output } = less(total, before);
    if (input + output === 0) return null;
    return {
      fresh: Math.max(0, input - cached - written),
      cacheRead: cached,
      cacheWrite: written,
      output,
      usd: null,
      model,
    };
  }
}

const less = (a: Totals, b: Totals): Totals => ({
  input: Math.max(0, a.input - b.input),
  cached: Math.max(0, a.cached - b.cached),
  written: Math.max(0, a.written - b.written),
  output: Math.max(0, a.output - b.output),
});
