import { expect, test } from 'vitest';
import { isApproval, refusalReason } from './approval.ts';

test.each([
  ['yes', true],
  [' Yes, please', true],
  ['OK', true],
  ['approve', true],
  ['go ahead', true],
  ['y', true],
  ['no', false],
  ['not yet', false],
  ['yesterday', false],
  ['yes but not in docs', false],
  ['', false],
  ['blue', false],
])('%j is a yes: %j', (answer, isYes) => {
  expect(isApproval(answer)).toBe(isYes);
});

test('the reason of a refusal is what stands beside the no', () => {
  expect(refusalReason('no')).toBeNull();
  expect(refusalReason(' No: use the other file')).toBe('use the other file');
  expect(refusalReason('only in src')).toBe('only in src');
});
