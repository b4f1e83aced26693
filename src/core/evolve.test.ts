import { describe, expect, test } from 'vitest';
import type { TaskEvent } from './event.ts';
import { evolve, initialState } from './evolve.ts';
import type { TaskState } from './task.ts';

const because = { reason: 'silent', limit_ms: 1 } as const;
const asking: TaskState = { is: 'asking', attempt: 2, question: 'q', since: 0, because };
const working: TaskState = { is: 'working', question: null, attempt: 2, since: 0 };
const at = (state: TaskState, event: TaskEvent) => evolve(state, event, 7);
const answered = (change: { question?: string; answer?: string; attempt?: number } = {}): TaskEvent => ({
  type: 'question-answered',
  task: 't',
  attempt: 2,
  question: 'q',
  answer: 'retry',
  by: 'anna',
  ...change,
});

describe('a task', () => {
  test('becomes ready with its first attempt', () => {
    expect(at(initialState, { type: 'task-ready', task: 't', attempt: 1 })).toEqual({
      ok: true,
      value: { is: 'ready', attempt: 1 },
    });
    expect(at(initialState, { type: 'task-ready', task: 't', attempt: 2 }).ok).toBe(false);
  });

  test('refuses what an abandoned attempt says, and says so', () => {
    const late: TaskEvent = {
      type: 'task-reported',
      task: 't',
      attempt: 1,
      commit: 'c',
      base: 'b',
      files: 1,
      claim: '',
    };
    expect(at(working, late)).toEqual({
      ok: false,
      error: { reason: 'stale-attempt', state: 'working', event: 'task-reported' },
    });
  });

  test('keeps what an abandoned attempt rescued', () => {
    const event: TaskEvent = { type: 'worktree-rescued', task: 't', attempt: 1, ref: 'r', why: 'w' };
    expect(at(working, event)).toEqual({ ok: true, value: working });
    expect(at({ is: 'cancelled', attempt: 2 }, event).ok).toBe(true);
  });

  test('refuses a report once it is being stopped: its work is rescued, not landed', () => {
    const report: TaskEvent = {
      type: 'task-reported',
      task: 't',
      attempt: 2,
      commit: 'c',
      base: 'b',
      files: 1,
      claim: '',
    };
    expect(at({ is: 'stopping', attempt: 2, because }, report).ok).toBe(false);
    expect(at(working, report).ok).toBe(true);
  });

  test('takes the answer to its own question and to no other', () => {
    expect(at(asking, answered())).toEqual({ ok: true, value: { is: 'ready', attempt: 3 } });
    expect(at(asking, answered({ question: 'other' })).ok).toBe(false);
  });

  test('fails when a person gives up on it, unless the agent itself asked', () => {
    expect(at(asking, answered({ answer: 'give up' }))).toMatchObject({ value: { is: 'failed', because } });
    expect(at({ ...asking, because: null }, answered({ answer: 'give up' }))).toMatchObject({ value: { is: 'ready' } });
  });

  test('can be taken over and tried again after it failed, under a new attempt', () => {
    const failed: TaskState = { is: 'failed', attempt: 2, because };
    const taken: TaskEvent = {
      type: 'task-taken-over',
      task: 't',
      attempt: 3,
      commit: 'c',
      base: 'b',
      files: 1,
      by: 'anna',
    };
    expect(at(failed, taken)).toEqual({ ok: true, value: { is: 'reported', attempt: 3, commit: 'c' } });
    expect(at(working, taken).ok).toBe(false);
    const retried: TaskEvent = { type: 'task-retried', task: 't', attempt: 2, by: 'anna', note: null };
    expect(at(failed, retried)).toEqual({ ok: true, value: { is: 'ready', attempt: 3 } });
  });

  test('never leaves landed', () => {
    const landed: TaskState = { is: 'landed', attempt: 1, commit: 'c' };
    const events: readonly TaskEvent[] = [
      { type: 'task-cancelled', task: 't', attempt: 1, by: 'anna' },
      { type: 'task-retried', task: 't', attempt: 1, by: 'anna', note: null },
      { type: 'attempt-failed', task: 't', attempt: 1, because, then: { do: 'block' }, rescue: null },
    ];
    for (const event of events) expect(at(landed, event).ok).toBe(false);
  });
});
