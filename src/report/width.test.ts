import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, pad, widthOf } from './width.ts';

test.each([
  ['abc', 3],
  ['Größe', 5],
  ['e\u0301', 1],
  ['日本', 4],
  ['한글', 4],
  ['ｆ', 2],
  ['🚀', 2],
  ['→ …', 3],
  ['', 0],
])('%s takes %i columns', (text, columns) => expect(widthOf(text)).toBe(columns));

test('joined emoji count as the widest that a terminal could draw them', () => {
  expect(widthOf('👩\u200d💻')).toBe(4);
  expect(widthOf('❤\ufe0f')).toBe(2);
});

test('cutting never splits a character from its accents and says that something is missing', () => {
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(cut('日本語', 4)).toBe('日…');
  expect(cut('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
  expect(cut('abc', 0)).toBe('');
});

test('cut and padded text has exactly the width that was asked for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, columns) => {
      expect(widthOf(cut(text, columns))).toBeLessThanOrEqual(columns);
      expect(widthOf(pad(text, columns))).toBe(columns);
    }),
  );
});
