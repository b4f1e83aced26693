import { expect, test } from 'vitest';
import { naiveRelations } from '../../test/simulation/naive-relations.ts';
import { atWork, created } from '../../test/suites/fixtures.ts';
import type { TaskEvent } from './event.ts';
import { nextOnTrain } from './landing.ts';
import { RunView } from './run.ts';

const reported = (task: string): TaskEvent => ({
  type: 'task-reported',
  task,
  attempt: 1,
  commit: task,
  base: 'tip',
  files: 1,
  claim: '',
});

function viewAfter(...events: readonly TaskEvent[]): RunView {
  const view = new RunView({ relationsOf: naiveRelations });
  const started = ['a', 'b', 'c'].flatMap((task) => atWork(task));
  for (const event of [created('a', 'b', 'c'), ...started, ...events])
    view.apply({ run: 'r', seq: view.seq + 1, at: 1, event });
  return view;
}

test('of what was reported the first in the plan is verified first, whoever was quicker (U93)', () => {
  const orders = [
    ['a', 'b', 'c'],
    ['c', 'b', 'a'],
    ['b', 'c', 'a'],
  ];
  for (const order of orders)
    expect(nextOnTrain(viewAfter(...order.map(reported)))).toEqual([{ do: 'verify', task: 'a', attempt: 1 }]);
  expect(nextOnTrain(viewAfter(reported('c'), reported('b')))).toEqual([{ do: 'verify', task: 'b', attempt: 1 }]);
});

test('nothing is verified while something else is on its way to the target (U94)', () => {
  const verifying: TaskEvent = { type: 'task-verifying', task: 'c', attempt: 1, onto: 'main' };
  expect(nextOnTrain(viewAfter(reported('c'), verifying, reported('a')))).toEqual([]);
});
