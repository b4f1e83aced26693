import { expect, test } from 'vitest';
import { naiveRelations } from '../../test/simulation/naive-relations.ts';
import { atWork, planOf, ready } from '../../test/suites/fixtures.ts';
import { nextOfDeadline } from './deadline.ts';
import { decide } from './decide.ts';
import type { RunEvent } from './event.ts';
import type { Plan } from './plan.ts';
import { RunView } from './run.ts';
import { standing } from './standing.ts';
import { statusOf } from './status-of.ts';

const DEADLINE = 10_000;
const MINUTE = 60_000;
const reported = (task: string): RunEvent => ({
  ...{ type: 'task-reported', task, attempt: 1, commit: 'c', base: 'b', files: 1, claim: '' },
});
const failed = (task: string, attempt = 1): RunEvent => ({
  ...{ type: 'attempt-failed', task, attempt, rescue: null },
  because: { reason: 'exited', code: 1, tail: '' },
  then: { do: 'rest', until: 0, counts: true },
});

function viewOf(change: Partial<Plan>, ...events: readonly RunEvent[]): RunView {
  const view = new RunView({ relationsOf: naiveRelations });
  const plan = { ...planOf('a', 'b', 'c'), ...change };
  const created: RunEvent = {
    ...{ type: 'run-created', plan, planHash: '', repository: '/r', base: 'main', target: 'refs/heads/main' },
  };
  for (const event of [created, ...events]) view.apply({ run: 'r', seq: view.seq + 1, at: 1, event });
  return view;
}
const kinds = (view: RunView, now: number): readonly string[] =>
  decide(view, now).map((each) => ('task' in each ? `${each.do} ${each.task}` : each.do));

test('before the deadline tasks start; from its very instant on the run pauses and nothing starts (U113)', () => {
  const view = viewOf({ deadline: DEADLINE }, ready('a'), ready('b'), ready('c'));
  expect(kinds(view, DEADLINE - 1)).toEqual(['start a', 'start b', 'start c']);
  expect(kinds(view, DEADLINE)).toEqual(['pause']);
});

test('what has reported before the deadline is still verified and landed', () => {
  const view = viewOf({ deadline: DEADLINE }, ...atWork('a'), reported('a'), ready('b'));
  expect(kinds(view, DEADLINE)).toEqual(['verify a', 'pause']);
});

test('an agent at work goes on for ten minutes after the deadline, and is then stopped, whoever paused the run', () => {
  const paused: RunEvent = { type: 'run-paused', by: 'anna' };
  const view = viewOf({ deadline: DEADLINE }, ...atWork('a'), ready('b'), paused);
  expect(kinds(view, DEADLINE + 10 * MINUTE - 1)).toEqual([]);
  expect(decide(view, DEADLINE + 10 * MINUTE)).toEqual([
    { do: 'stop', task: 'a', attempt: 1, because: { reason: 'past-deadline', limit_ms: 10 * MINUTE } },
  ]);
});

test('a run that is paused at its deadline says so', () => {
  const view = viewOf({ deadline: DEADLINE }, ready('a'), { type: 'run-paused', by: 'the deadline of the plan' });
  expect(standing(view, DEADLINE)).toEqual({ state: 'paused', why: 'Paused by the deadline of the plan' });
});

test('a run that has ended by its deadline ends as any other', () => {
  const landed: RunEvent[] = ['a', 'b', 'c'].map((task) => ({ type: 'task-cancelled', task, attempt: 0, by: 'anna' }));
  expect(kinds(viewOf({ deadline: DEADLINE }, ...landed), DEADLINE + 1)).toEqual(['end']);
});

test('an engine has to look again at the deadline and at the end of the grace, and at no other time', () => {
  const plan = { ...planOf('a'), deadline: DEADLINE };
  expect(nextOfDeadline(plan, 1)).toBe(DEADLINE);
  expect(nextOfDeadline(plan, DEADLINE)).toBe(DEADLINE + 10 * MINUTE);
  expect(nextOfDeadline(plan, DEADLINE + 10 * MINUTE)).toBeNull();
  expect(nextOfDeadline(planOf('a'), 1)).toBeNull();
});

test('when the attempts of the whole run are used up nothing more starts, and a person is told (U76)', () => {
  const used = [...atWork('a'), failed('a'), ...atWork('b'), reported('b')];
  // One attempt failed, one is reported: two of three are used, so that one of two tasks can start.
  const view = viewOf({ attemptsInAll: 3 }, ...used, ready('c'));
  expect(view.attemptsUsed).toBe(2);
  expect(kinds(view, 1).filter((each) => each.startsWith('start'))).toHaveLength(1);
  const full = viewOf({ attemptsInAll: 2 }, ...atWork('a'), failed('a'), ...atWork('b'), failed('b'), ready('c'));
  expect(kinds(full, -1)).toEqual([]);
  expect(standing(full, -1)).toEqual({ state: 'waiting', why: 'all 2 attempts of the run are used up' });
  expect(statusOf(full, -1).tasks[2]?.waitingFor).toEqual(['more attempts (all 2 attempts of the run are used up)']);
});

test('an attempt that a limit ended is none of the attempts of the run', () => {
  const limited: RunEvent = {
    ...{ type: 'attempt-failed', task: 'a', attempt: 1, rescue: null },
    because: { reason: 'limited', limit: 'window', until: null, message: '' },
    then: { do: 'rest', until: 0, counts: false },
  };
  expect(viewOf({ attemptsInAll: 1 }, ...atWork('a'), limited).attemptsUsed).toBe(0);
});
