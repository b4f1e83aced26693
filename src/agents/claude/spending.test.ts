import { expect, test } from 'vitest';
import type { Spent } from '../../core/spent.ts';
import { Spending } from './spending.ts';

const model = 'claude-sonnet-4-5';

const start = (id: string, input: number) => ({
  type: 'stream_event',
  event: { type: 'message_start', message: { id, model, usage: { input_tokens: input, output_tokens: 1 } } },
});
const delta = (output: number) => ({
  type: 'stream_event',
  event: { type: 'message_delta', usage: { output_tokens: output } },
});
const block = (id: string, input: number, parent: string | null = null) => ({
  type: 'assistant',
  parent_tool_use_id: parent,
  message: { id, model, usage: { input_tokens: input, output_tokens: 1 } },
});
const usage = (input: number, output: number, usd: number) => ({
  [model]: { inputTokens: input, outputTokens: output, costUSD: usd },
});

const short = (spent: readonly Spent[]) => spent.map(({ fresh, output, usd }) => [fresh, output, usd]);

test('counts a message once, whatever number of events speak of it', () => {
  const spending = new Spending();
  expect(spending.hearCost('Total cost: $0.0000')).toEqual([]);
  expect([start('a', 100), block('a', 100), block('a', 100)].map((one) => spending.hear(one))).toEqual([
    false,
    false,
    false,
  ]);
  expect(spending.hear(delta(40))).toBe(true);
  expect(short(spending.hearCost('Total cost: $0.0010'))).toEqual([[100, 40, 0.001]]);
  expect(spending.hearCost('Total cost: $0.0010')).toEqual([]);
});

test('settles with the result what it did not see: subagents, helpers of the client, rounding', () => {
  const spending = new Spending();
  spending.hearCost('Estimated cost: $0.00');
  for (const one of [start('a', 100), delta(40), block('b', 30, 'tool')]) spending.hear(one);
  expect(short(spending.hearCost('Estimated cost: $1,000.01'))).toEqual([[130, 41, 1000.01]]);
  const result = { modelUsage: usage(200, 90, 1000.0142), total_cost_usd: 1000.0142 };
  expect(short(spending.hearResult(result))).toEqual([[70, 49, 0.0042]]);
  expect(spending.flush()).toEqual([]);
});

test('does not count again what a session had cost before it went on', () => {
  const spending = new Spending();
  spending.hearCost('Estimated cost: $0.5000');
  spending.hear(start('c', 10));
  spending.hear(delta(5));
  expect(short(spending.hearCost('Estimated cost: $0.5020'))).toEqual([[10, 5, 0.002]]);
  const since = usage(10, 5, 0.002);
  const result = { modelUsage: usage(1010, 505, 0.502), model_usage_since_last_result: since, total_cost_usd: 0.502 };
  expect(spending.hearResult(result)).toEqual([]);
});

test('takes totals for what has come on top of the last ones, turn by turn', () => {
  const spending = new Spending();
  spending.hearCost('Total cost: $0');
  expect(short(spending.hearResult({ modelUsage: usage(100, 10, 0.1) }))).toEqual([[100, 10, 0.1]]);
  expect(short(spending.hearResult({ modelUsage: usage(150, 15, 0.15) }))).toEqual([[50, 5, 0.05]]);
  expect(spending.hearResult({ modelUsage: {} })).toEqual([]);
});

test('tells tokens without money of a client that does not say what it cost, or that was ended', () => {
  const silent = new Spending();
  silent.hear(start('a', 100));
  silent.hear(delta(40));
  expect(short(silent.hearCost(null))).toEqual([[100, 40, null]]);
  expect(short(silent.hearResult({ modelUsage: usage(110, 40, 1) }))).toEqual([[10, 0, null]]);
  const ended = new Spending();
  ended.hearCost('Total cost: $0');
  ended.hear(start('a', 100));
  expect(short(ended.flush())).toEqual([[100, 1, null]]);
});

test('names the model, and not what the client calls its own words', () => {
  const spending = new Spending();
  spending.hearCost('Total cost: $0');
  spending.hear(start('a', 1));
  spending.hear({ type: 'assistant', message: { id: 'b', model: '<synthetic>', usage: {} } });
  expect(spending.hearCost('Total cost: $0.1')[0]?.model).toBe(model);
});
