import { expect, test } from 'vitest';
import { entriesOf, FAILURES, NOW, STATES, taskStatus } from '../../test/rig/made-up-run.ts';
import { COMMANDS } from '../cli/table.ts';
import { explain } from './explain.ts';
import { explainFailure } from './explain-failure.ts';

test.each(Object.values(FAILURES))('$reason says what happened, why and what to do (U84)', (failure) => {
  const { what, why, next } = explainFailure('api', failure);
  for (const text of [what, why, next]) expect(text.trim()).not.toBe('');
  expect(`${what} ${why} ${next}`).not.toMatch(/undefined|null|NaN|\[object/);
});

test.each(STATES)('a task that is %s says what happened, why and what to do', (state) => {
  for (const because of [null, ...Object.values(FAILURES)]) {
    const { what, why, next } = explain(taskStatus('api', state, { because, until: NOW }), []);
    for (const text of [what, why, next]) expect(text.trim()).not.toBe('');
    expect(`${what} ${why} ${next}`).not.toMatch(/undefined|null|NaN|\[object/);
  }
});

test('every command that an explanation tells a person to type exists', () => {
  const known = new Set(COMMANDS.map(({ name }) => name));
  const advice = [
    ...Object.values(FAILURES).map((failure) => explainFailure('api', failure).next),
    ...STATES.map((state) => explain(taskStatus('api', state), []).next),
  ];
  const verbs = advice.flatMap((text) => [...text.matchAll(/branchline (\w+)/g)].map(([, verb]) => verb ?? ''));
  expect(verbs.filter((verb) => !known.has(verb))).toEqual([]);
  expect(verbs.length).toBeGreaterThan(20);
});

test('the journal gives what the status cannot hold: the question, the reason of a skip, who cancelled', () => {
  const question = {
    id: 'q 1',
    kind: 'choice',
    text: 'Which zone?',
    options: ['UTC', 'local'],
    deadline: null,
    default: null,
  } as const;
  const entries = entriesOf([
    { type: 'task-asked', task: 'api', attempt: 1, question },
    { type: 'task-asked', task: 'other', attempt: 1, question: { ...question, text: 'Not this one' } },
    { type: 'task-skipped', task: 'api', attempt: 1, because: 'db failed' },
    { type: 'task-cancelled', task: 'api', attempt: 1, by: 'Ada' },
  ]);
  expect(explain(taskStatus('api', 'asking'), entries)).toMatchObject({
    why: 'Which zone? (UTC | local)',
    next: `branchline answer 'q 1' "…"`,
  });
  expect(explain(taskStatus('api', 'skipped'), entries).why).toBe('db failed');
  expect(explain(taskStatus('api', 'cancelled'), entries).why).toBe('By Ada');
});

test('a failed task names the reason, the count of attempts and where its work is kept (U78)', () => {
  const failed = taskStatus('api', 'failed', {
    because: FAILURES['check-failed'],
    rescued: ['refs/branchline/rescue/r1'],
  });
  expect(explain(failed, [])).toMatchInlineSnapshot(`
    {
      "next": "The whole output is in /logs/1; mend it with: branchline shell api and: branchline take api, or: branchline retry api",
      "what": "api failed after 1 attempt: A check of api failed on the merged tree",
      "why": "npm test ended with code 1: 2 failed; what it left is kept at refs/branchline/rescue/r1",
    }
  `);
});

test('an id that a shell would not take as one word is quoted in what to type', () => {
  const { next } = explainFailure("a'; rm -rf /", FAILURES.exited);
  expect(next).toContain(`branchline retry 'a'\\''; rm -rf /'`);
});

test('a task whose need has failed is not said to start by itself', () => {
  const stuck = explain(taskStatus('api', 'waiting', { waitingFor: ['docs (working)', 'db (failed)'] }), []);
  expect(stuck.next).toBe(
    'It does not start without that. See why: branchline explain db; try again: branchline retry db',
  );
  const fine = explain(taskStatus('api', 'waiting', { waitingFor: ['docs (working)'] }), []);
  expect(fine.next).toContain('it starts by itself');
});
