import { describe, expect, test } from 'vitest';
import { Meter, tokensIn } from './usage.ts';

describe('the tokens of one record', () => {
  test.each([
    // Claude and Codex: what came from the cache stands beside the input.
    [{ inputTokens: 6800, outputTokens: 320, cachedReadTokens: 2000, totalTokens: 9120 }, [6800, 2000, 0, 320]],
    // Copilot and Qwen: it is part of the input.
    [{ inputTokens: 7600, outputTokens: 240, cachedReadTokens: 2000, totalTokens: 7840 }, [5600, 2000, 0, 240]],
    // Gemini tells two numbers.
    [{ input_tokens: 8800, output_tokens: 320 }, [8800, 0, 0, 320]],
    // What was thought is paid for like what was said.
    [{ inputTokens: 10, outputTokens: 5, thoughtTokens: 3, totalTokens: 18 }, [10, 0, 0, 8]],
    [{ inputTokens: 10, outputTokens: 5, thoughtTokens: 3, totalTokens: 15 }, [10, 0, 0, 5]],
    [{ inputTokens: 10, outputTokens: 5, cacheWriteInputTokens: 4, totalTokens: 19 }, [10, 0, 4, 5]],
    [{ inputTokens: -4, outputTokens: 2.6 }, [0, 0, 0, 3]],
  ])('%j', (usage, [fresh, cacheRead, cacheWrite, output]) => {
    expect(tokensIn(usage)).toEqual({ fresh, cacheRead, cacheWrite, output });
  });

  test.each([[undefined], [null], ['12'], [{}], [{ inputTokens: 'many' }]])('%j has none', (usage) => {
    expect(tokensIn(usage)).toBeNull();
  });
});

describe('what a session used', () => {
  const turn = (inputTokens: number, outputTokens: number) => ({
    usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
  });
  const cost = (amount: number) => ({ sessionUpdate: 'usage_update', cost: { amount, currency: 'USD' } });
  const used = (fresh: number, output: number, usd: number | null) => ({
    fresh,
    cacheRead: 0,
    cacheWrite: 0,
    output,
    usd,
    model: null,
  });

  test('is each turn as it is told, where an agent counts by turn', () => {
    const meter = new Meter('turn', 0);
    expect(meter.ofTurn(turn(10, 1))).toEqual([used(10, 1, null)]);
    expect(meter.ofTurn(turn(10, 1))).toEqual([used(10, 1, null)]);
  });

  test('is the difference, where an agent counts from its start, and anew after it began again', () => {
    const meter = new Meter('process', 0);
    expect([turn(10, 1), turn(30, 4), turn(30, 4), turn(5, 1)].map((one) => meter.ofTurn(one))).toEqual([
      [used(10, 1, null)],
      [used(20, 3, null)],
      [],
      [used(5, 1, null)],
    ]);
  });

  test('is told once, where each answer has its own figures', () => {
    const meter = new Meter('turn', 0);
    const answer = { sessionUpdate: 'agent_message_chunk', _meta: { usage: { inputTokens: 10, outputTokens: 1 } } };
    expect([meter.ofUpdate(answer), meter.ofUpdate(answer)]).toEqual([used(10, 1, null), used(10, 1, null)]);
    expect(meter.ofTurn(turn(20, 2))).toEqual([]);
    expect(meter.ofTurn(turn(7, 2))).toEqual([used(7, 2, null)]);
  });

  test('costs what has been added to its sum, and its tokens nothing besides', () => {
    const meter = new Meter('turn', 0);
    expect(meter.ofUpdate(cost(0.5))).toEqual(used(0, 0, 0.5));
    expect(meter.ofUpdate(cost(0.5))).toBeNull();
    expect(meter.ofTurn(turn(10, 1))).toEqual([used(10, 1, 0)]);
    expect(meter.ofUpdate(cost(0.75))).toEqual(used(0, 0, 0.25));
    expect(meter.usd).toBe(0.75);
  });

  test('has an unknown cost until the second sum, where nobody knows what it cost before', () => {
    const meter = new Meter('turn', null);
    expect(meter.ofUpdate(cost(3))).toBeNull();
    expect(meter.ofTurn(turn(10, 1))).toEqual([used(10, 1, null)]);
    expect(meter.ofUpdate(cost(3.5))).toEqual(used(0, 0, 0.5));
    expect(new Meter('turn', 2).ofUpdate(cost(3))).toEqual(used(0, 0, 1));
  });

  test('is told by model where it is told so, and in no other money than dollars', () => {
    const meter = new Meter('turn', 0);
    const part = (model: string, inputTokens: number) => ({ model, token_count: { inputTokens, outputTokens: 1 } });
    const answer = { ...turn(9, 9), _meta: { quota: { model_usage: [part('big', 5), part('small', 2)] } } };
    expect(meter.ofTurn(answer)).toEqual([
      { ...used(5, 1, null), model: 'big' },
      { ...used(2, 1, null), model: 'small' },
    ]);
    expect(meter.ofUpdate({ cost: { amount: 1, currency: 'EUR' } })).toBeNull();
    expect(meter.ofUpdate({ cost: { amount: 'much', currency: 'USD' } })).toBeNull();
  });
});
