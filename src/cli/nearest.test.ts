import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['bda', ['bad', 'api'], ['bad']],
  ['persitence', ['persistence', 'api'], ['persistence']],
  ['API', ['api', 'ui'], ['api']],
  ['per', ['persistence', 'api'], ['persistence']],
  ['x', ['a', 'b'], []],
  ['survey', ['api', 'ui'], []],
])('%s among %j suggests %j', (word, names, expected) => expect(nearest(word, names)).toEqual(expected));

test('ten thousand long names are compared in no time that anybody notices', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `task-${index}-${'x'.repeat(300)}`);
  expect(nearest('y'.repeat(5000), names)).toEqual([]);
});
