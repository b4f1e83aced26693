import { describe, expect, test } from 'vitest';
import { eventsOfFailure, failureOf, failureSaid } from './failures.ts';

const now = Date.UTC(2026, 10, 24);
const model = { asked: 'gpt-9', there: ['gpt-5', 'gpt-6'] };
const of = (code: number, message: string, data?: unknown) => failureOf({ code, message, data }, now, model);

describe('an answer that is an error', () => {
  test.each([
    [401, 'no', undefined, { reason: 'login' }],
    [403, 'no', undefined, { reason: 'login' }],
    [429, 'slow down', undefined, { reason: 'limited', limit: 'burst' }],
    [529, 'later', undefined, { reason: 'limited', limit: 'overload' }],
    [413, 'no', undefined, { reason: 'context-full' }],
    [402, 'pay', undefined, { reason: 'limited', limit: 'credits' }],
    [-32000, 'first log in', undefined, { reason: 'login' }],
    [-32603, 'Internal error', { errorKind: 'rate_limit' }, { reason: 'limited', limit: 'burst' }],
    [-32603, 'Internal error', { errorKind: 'authentication_failed' }, { reason: 'login' }],
    [-32603, 'Internal error', { errorKind: 'overloaded' }, { reason: 'limited', limit: 'overload' }],
    [-32603, 'Internal error', { errorName: 'ContextOverflowError' }, { reason: 'context-full' }],
    [-32603, 'Internal error', { error: { statusCode: 429 } }, { reason: 'limited', limit: 'burst' }],
    [-32603, 'Internal error', { data: { status: 503 } }, { reason: 'limited', limit: 'overload' }],
    [-32603, 'prompt is too long: 2 tokens > 1 maximum', undefined, { reason: 'context-full' }],
    [-32603, 'out of ideas', { stack: 'at x' }, { reason: 'agent-error', message: 'out of ideas {"stack":"at x"}' }],
  ])('%j %j %j', (code, message, data, failure) => {
    expect(of(code, message, data)).toMatchObject(failure);
  });

  test('says when a limit ends, where that is told', () => {
    expect(of(429, 'wait', { 'retry-after': 60 })).toMatchObject({ until: now + 60_000 });
    expect(of(-32603, 'You have hit your usage limit, try again in 2 hours')).toMatchObject({
      limit: 'window',
      until: now + 7_200_000,
    });
  });

  test.each([
    ['model not found: gpt-9'],
    ['The model `gpt-9` does not exist'],
    ['{"code":"model_not_found"}'],
    ['unknown model gpt-9'],
  ])('names the models there are when %j', (message) => {
    expect(of(404, message)).toEqual({
      reason: 'unknown-model',
      model: 'gpt-9',
      message: expect.stringContaining('There are: gpt-5, gpt-6'),
    });
  });

  test('drives no terminal', () => {
    expect(JSON.stringify(of(-32603, '\u001b[31mred'))).not.toContain('\\u001b');
  });
});

test('an error in the chat is read like any other text', () => {
  expect(failureSaid('Error: (HTTP 401).', now, model)).toMatchObject({ reason: 'login' });
  expect(failureSaid('exceeded retry limit, last status: 429 Too Many Requests', now, model)).toMatchObject({
    reason: 'limited',
    limit: 'burst',
  });
  expect(failureSaid('Error: unknown model', now, model)).toMatchObject({ reason: 'unknown-model' });
  expect(failureSaid('Error: no idea', now, model)).toEqual({ reason: 'agent-error', message: 'Error: no idea' });
});

test('a failure is told before the attempt ends with it', () => {
  expect(eventsOfFailure(of(429, 'slow')).map(({ type }) => type)).toEqual(['limit', 'error']);
  expect(eventsOfFailure(of(401, 'no'))).toEqual([{ type: 'error', of: 'login', fatal: true, message: 'no' }]);
  expect(eventsOfFailure(of(413, 'no'))).toMatchObject([{ of: 'context' }]);
  expect(eventsOfFailure(of(404, 'no such model'))).toMatchObject([{ of: 'model' }]);
  expect(eventsOfFailure({ reason: 'no-change' })).toEqual([]);
});
