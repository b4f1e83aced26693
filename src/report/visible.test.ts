import fc from 'fast-check';
import { expect, test } from 'vitest';
import { notification } from './notify-text.ts';
import { visible, visibleLines, visiblePieces } from './visible.ts';

const DANGEROUS =
  /[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e01ff}]|\p{Cs}/u;

test('plain text and ordinary letters of any script stay as they are', () => {
  for (const text of ['npm test -- db', 'Größe', '日本語', 'שלום', 'e\u0301', '👩\u200d💻', 'می\u200cخواهم'])
    expect(visible(text)).toBe(text);
});

test('what could move the cursor, reach the clipboard or reorder text is shown as a mark', () => {
  expect(visible('\x1b[2J')).toBe('␛[2J');
  expect(visible('\x1b]52;c;ZXZpbA==\x07')).toBe('␛]52;c;ZXZpbA==␇');
  expect(visible('\u009b31m')).toBe('\\u{9b}31m');
  expect(visible('gpj\u202eexe')).toBe('gpj\\u{202e}exe');
  expect(visible('a\nb\tc\rd\x7f')).toBe('a␊b␉c␍d␡');
  expect(visible('\u{e0041}')).toBe('\\u{e0041}');
  expect(visible('\ud800x')).toBe('\\u{d800}x');
});

test('text of several lines keeps its line ends and tabs, and nothing else', () => {
  expect(visibleLines('a\r\n\tb\x1b[1A\n')).toBe('a\n\tb␛[1A\n');
  expect(visibleLines('50%\r100%')).toBe('50%␍100%');
});

test('a line end that is cut in two between pieces stays one line end', () => {
  const shown = visiblePieces();
  expect([shown('a\r'), shown('\nb\r'), shown('c')].join('')).toBe('a\nb␍c');
});

test('whatever goes in, nothing dangerous comes out, and marking twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visible(text);
      expect(shown).not.toMatch(DANGEROUS);
      expect(visible(shown)).toBe(shown);
      expect(visibleLines(text).replaceAll(/[\n\t]/g, '')).not.toMatch(DANGEROUS);
    }),
  );
});

test('a notification cannot be left early by what it says', () => {
  const bytes = notification('done \x1b\\\x07\x1b]0;title\x07');
  expect(bytes).toBe('\x07\x1b]9;done ␛\\␇␛]0;title␇\x1b\\');
  expect(notification('4;1;50')).toBe('\x07\x1b]9; 4;1;50\x1b\\');
});
