import { describe, expect, test } from 'vitest';
import type { Failure } from './failure.ts';
import { type FailureHistory, type RemedyContext, remedyFor, signatureOf } from './retry.ts';

const NONE: FailureHistory = { used: 0, conflicts: 0, signature: null, streak: 0 };
const boom: Failure = { reason: 'exited', code: 1, tail: 'boom' };

function context(history: Partial<FailureHistory> = {}, change: Partial<RemedyContext> = {}): RemedyContext {
  return {
    key: { run: 'r', task: 't', attempt: 1 },
    history: { ...NONE, ...history },
    limits: { max: 3, conflict: 2, backoff_ms: 1_000 },
    now: 100_000,
    jitter: 0,
    ...change,
  };
}

describe('what happens after a failed attempt', () => {
  test('a first failure rests for half to all of the back-off and costs an attempt (U77)', () => {
    expect(remedyFor(boom, context())).toEqual({ do: 'rest', until: 100_500, counts: true });
    expect(remedyFor(boom, context({}, { jitter: 0.999 }))).toMatchObject({ do: 'rest', until: 101_000 });
  });

  test('each further failure rests twice as long, up to a quarter of an hour', () => {
    const limits = { max: 99, conflict: 2, backoff_ms: 1_000 };
    expect(remedyFor(boom, context({ used: 2 }, { limits }))).toMatchObject({ until: 102_000 });
    expect(remedyFor(boom, context({ used: 40 }, { limits }))).toMatchObject({ until: 100_000 + 450_000 });
  });

  test('the last attempt gives up (U76)', () => {
    expect(remedyFor(boom, context({ used: 2 }))).toEqual({ do: 'give-up' });
  });

  test('the same failure twice in a row asks, whatever numbers differ in its text (U77, U80)', () => {
    const first: Failure = { reason: 'exited', code: 1, tail: 'failed at 12:01:22 in /tmp/a1b2c3d4e' };
    const second: Failure = { reason: 'exited', code: 1, tail: 'failed at 12:07:51 in /tmp/99b2c3dff' };
    const history = { used: 1, signature: signatureOf(first), streak: 1 };
    expect(remedyFor(second, context(history))).toMatchObject({
      do: 'ask',
      question: { options: ['retry', 'give up'] },
    });
    expect(remedyFor(boom, context(history))).toMatchObject({ do: 'rest' });
  });

  test('a limit costs nothing however often it comes, and is waited for (U77)', () => {
    const limited: Failure = { reason: 'limited', limit: 'window', until: 900_000, message: '' };
    const history = { used: 2, signature: 'limited', streak: 50 };
    expect(remedyFor(limited, context(history))).toEqual({ do: 'rest', until: 900_000, counts: false });
  });

  test('a limit without an end, or with one that has passed, is not asked again at once', () => {
    const open: Failure = { reason: 'limited', limit: 'burst', until: null, message: '' };
    expect(remedyFor(open, context())).toMatchObject({ until: 160_000 });
    expect(remedyFor(open, context({ signature: 'limited', streak: 3 }))).toMatchObject({ until: 580_000 });
    expect(remedyFor({ ...open, until: 5 }, context())).toMatchObject({ until: 101_000 });
  });

  test('a conflict costs no attempt and has a count of its own', () => {
    const conflict: Failure = { reason: 'conflict', paths: ['a'], onto: 'x' };
    expect(remedyFor(conflict, context({ used: 2 }))).toEqual({ do: 'rest', until: 100_000, counts: false });
    expect(remedyFor(conflict, context({ conflicts: 1 }))).toMatchObject({ do: 'ask' });
  });

  test('a full context and a broken workspace cost nothing, but not for ever', () => {
    const full: Failure = { reason: 'context-full', message: '' };
    expect(remedyFor(full, context())).toMatchObject({ do: 'rest', counts: false });
    expect(remedyFor(full, context({ signature: 'context-full', streak: 2 }))).toMatchObject({ do: 'ask' });
  });

  test.each<Failure>([
    { reason: 'login', message: '' },
    { reason: 'agent-missing', program: 'x' },
    { reason: 'brief-missing', file: 'x' },
  ])('$reason blocks until a person brings what is missing (U77)', (failure) => {
    expect(remedyFor(failure, context())).toEqual({ do: 'block' });
  });

  test('an agent that somebody stands in for blocks nothing: it goes on at once, and at no attempt', () => {
    const missing: Failure = { reason: 'agent-missing', program: 'x' };
    expect(remedyFor(missing, context({ used: 2 }, { standIn: true }))).toEqual({
      do: 'rest',
      until: 100_000,
      counts: false,
    });
  });

  test.each<Failure>([
    { reason: 'nested-repository', paths: ['a'] },
    { reason: 'tampered-checks', paths: ['a'] },
  ])('$reason asks a person at once', (failure) => {
    expect(remedyFor(failure, context())).toMatchObject({ do: 'ask' });
  });

  test('an engine that stopped costs nothing and is no reason to rest', () => {
    expect(remedyFor({ reason: 'engine-stopped' }, context({ used: 2 }))).toEqual({
      do: 'rest',
      until: 100_000,
      counts: false,
    });
  });
});
