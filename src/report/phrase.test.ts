import { expect, test } from 'vitest';
import { lastLine } from './phrase.ts';

test('what npm prints below a failed script does not hide what the script said', () => {
  expect(lastLine('# fail 1\nnpm notice\nnpm notice New major version of npm\n')).toBe(': # fail 1');
  expect(lastLine('npm error Missing script: "test"\n')).toBe(': npm error Missing script: "test"');
});
