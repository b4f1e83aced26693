import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STATES } from '../../test/rig/made-up-run.ts';
import { countWords, SYSTEMS, type SystemName, statesFor, wordFor, wordsOf } from './state-words.ts';
import type { TaskStateName } from './task.ts';

test.each(SYSTEMS)('every state of a task has a word in %s, and that word leads back to it', (system) => {
  for (const state of STATES) {
    const word = wordFor(system, state);
    expect(word).not.toBe('');
    expect(statesFor(system, word)).toContain(state);
  }
});

const PLAIN: readonly [SystemName, string, TaskStateName][] = [
  ['tracks', 'Now', 'ready'],
  ['tracks', 'After merge', 'waiting'],
  ['tracks', 'Merged', 'landed'],
  ['tracks', 'CLOSED', 'landed'],
  ['ccc', 'Done', 'landed'],
  ['dispatch', 'complete', 'landed'],
  ['dispatch', 'failed', 'failed'],
  ['pool', 'done', 'landed'],
  ['pool', 'failed', 'failed'],
  ['pool', 'pending_retry', 'resting'],
  ['pool', 'pending_fix', 'resting'],
  ['pool', 'qa_rejected', 'resting'],
  ['pool', 'rolled_back', 'cancelled'],
  ['cw', 'completed', 'landed'],
  ['cw', 'failed', 'failed'],
];

test.each(PLAIN)('%s: %s can only mean %s', (system, word, state) => {
  expect(statesFor(system, word)).toEqual([state]);
});

const MANY: readonly [SystemName, string, readonly TaskStateName[]][] = [
  ['ccc', 'Todo', ['waiting', 'ready']],
  ['ccc', 'In Review', ['reported', 'verifying', 'verified', 'landing']],
  ['ccc', 'Failed', ['blocked', 'failed']],
  ['dispatch', 'pending', ['waiting', 'ready', 'resting']],
  ['dispatch', 'blocked', ['asking', 'blocked']],
  ['pool', 'qa_approved', ['verified', 'landing']],
  ['pool', 'stuck', ['asking', 'blocked']],
  ['cw', 'pending', ['waiting', 'ready', 'resting', 'blocked']],
];

test.each(MANY)('%s: %s means any of %s, and which is not guessed', (system, word, states) => {
  expect(statesFor(system, word)).toEqual(states);
});

test('only what has landed is called done, in every system', () => {
  const done = { tracks: 'Merged', ccc: 'Done', dispatch: 'complete', pool: 'done', cw: 'completed' };
  for (const system of SYSTEMS) {
    expect(STATES.filter((state) => wordFor(system, state) === done[system])).toEqual(['landed']);
  }
});

test('a word that a system does not have stands for nothing', () => {
  for (const word of ['finished', 'constructor', '__proto__', 'toString', '', 'DONE']) {
    for (const system of SYSTEMS) expect(statesFor(system, word)).toEqual([]);
  }
  expect(statesFor('cw', 'complete')).toEqual([]);
  expect(statesFor('dispatch', 'completed')).toEqual([]);
});

test.each(SYSTEMS)('the counts in the words of %s add up to the number of tasks (U74)', (system) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STATES)), (states) => {
      const counts = countWords(system, states);
      expect([...counts.values()].reduce((sum, each) => sum + each, 0)).toBe(states.length);
      expect([...counts.keys()]).toEqual(wordsOf(system));
    }),
  );
});
