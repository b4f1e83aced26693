import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STATES } from '../../../test/rig/made-up-run.ts';
import { countWords } from '../../core/state-words.ts';
import type { TaskStateName } from '../../core/task.ts';
import { boardOf, exitOf, exitText } from './board.ts';

const exit = (...states: readonly TaskStateName[]) => exitText(exitOf(boardOf(states)));
const many = (count: number, state: TaskStateName) => Array.from({ length: count }, () => state);

test.each<[string, readonly TaskStateName[]]>([
  ['No tasks on board', []],
  ['All tasks completed', ['landed', 'landed']],
  ['No unblocked tasks - waiting on dependencies', ['landed', 'working', 'waiting']],
  ['No unblocked tasks - waiting on dependencies', ['waiting']],
  ['No unblocked tasks - waiting for a person', ['landed', 'blocked']],
  ['No unblocked tasks - waiting for a retry', ['landed', 'resting']],
  ['No pending tasks - 1 task in progress', ['landed', 'working']],
  ['No pending tasks - 2 tasks in progress', ['asking', 'verifying', 'failed']],
  ['No tasks left - 1 completed, 1 failed, 2 skipped', ['landed', 'failed', 'skipped', 'cancelled']],
  ['None - 1 unblocked task left to dispatch', ['landed', 'ready', 'waiting', 'working']],
])('the exit reason is "%s" for exactly what the board holds (U74)', (reason, states) => {
  expect(exit(...states)).toBe(reason);
});

test('with 32 unblocked tasks there is no saying that there are none (U74)', () => {
  expect(exit(...many(32, 'ready'))).toBe('None - 32 unblocked tasks left to dispatch');
  expect(exit(...many(32, 'ready'), ...many(9, 'landed'))).toBe('None - 32 unblocked tasks left to dispatch');
});

test('nothing pending and something in progress is not the end (U74)', () => {
  const board = boardOf(['landed', 'landed', 'working']);
  expect([board.pending, board.inProgress, board.completed]).toEqual([0, 1, 2]);
  expect(exitOf(board)).toEqual({ is: 'in-progress', count: 1 });
});

test('whatever states the tasks are in, the reason follows from the counts and the counts from the tasks (U74)', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STATES), { maxLength: 50 }), (states) => {
      const board = boardOf(states);
      const { is } = exitOf(board);
      const has = (...of: readonly TaskStateName[]) => states.some((state) => of.includes(state));
      const isAtWork = has('working', 'stopping', 'asking', 'reported', 'verifying', 'verified', 'landing');
      expect(is === 'no-tasks').toBe(states.length === 0);
      expect(is === 'all-completed').toBe(states.length > 0 && states.every((state) => state === 'landed'));
      expect(is === 'unblocked').toBe(has('ready'));
      expect(is === 'waiting').toBe(!has('ready') && has('waiting', 'blocked', 'resting'));
      expect(is === 'in-progress').toBe(!has('ready', 'waiting', 'blocked', 'resting') && isAtWork);
      const { unblocked, blocked, pending, inProgress, completed, failed, skipped, total } = board;
      expect(unblocked + blocked).toBe(pending);
      expect(pending + inProgress + completed + failed + skipped).toBe(total);
      expect(total).toBe(states.length);
    }),
  );
});

test('the board counts what the words of the system say', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STATES)), (states) => {
      const { pending, inProgress, completed, failed, skipped } = boardOf(states);
      expect([pending, inProgress, completed, failed, skipped]).toEqual(
        ['pending', 'in_progress', 'completed', 'failed', 'skipped'].map((word) => countWords('cw', states).get(word)),
      );
    }),
  );
});
