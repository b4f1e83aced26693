import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LINE_BYTES_MAX, Lines, objectIn } from './json-lines.ts';

/** The lines in bytes that come in pieces which end at the given places. */
const linesOf = (bytes: Buffer, ends: readonly number[]): readonly string[] => {
  const lines: string[] = [];
  const reader = new Lines((line) => lines.push(line));
  const places = [0, ...ends.map((end) => end % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (const [i, end] of places.entries()) if (i > 0) reader.push(bytes.subarray(places[i - 1], end));
  reader.end();
  return lines;
};

test('makes the same lines of any pieces, wherever a character is cut', () => {
  // Characters of one to four bytes, and what other programs take for the end of a line.
  const unit = fc.constantFrom('a', '"', '\\', 'é', '漢', '😀', '\r', '\u0085', '\u2028', ' ');
  const line = fc.string({ unit }).map((text) => text.trim());
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), (lines, ends) => {
      expect(linesOf(Buffer.from(lines.map((one) => `${one}\n`).join('')), ends)).toEqual(
        lines.filter((one) => one !== ''),
      );
    }),
  );
});

test('takes what came after the last end of a line for a line', () => {
  expect(linesOf(Buffer.from('{"a":"ä"}\r\n{"b":'), [7])).toEqual(['{"a":"ä"}', '{"b":']);
});

test('lets a line of eight megabytes through and gives up at one byte more', () => {
  const lines: number[] = [];
  const fits = new Lines((line) => lines.push(line.length));
  expect(fits.push(Buffer.alloc(LINE_BYTES_MAX, 'x'))).toBe(true);
  expect(fits.push(Buffer.from('\n{}\n'))).toBe(true);
  expect(lines).toEqual([LINE_BYTES_MAX, 2]);
  expect(new Lines(() => undefined).push(Buffer.alloc(LINE_BYTES_MAX + 1, 'x'))).toBe(false);
  expect(new Lines(() => undefined).push(Buffer.from(`${'x'.repeat(LINE_BYTES_MAX + 1)}\n`))).toBe(false);
});

test('finds an object in a line, or none', () => {
  expect(objectIn('{"a":1}')).toEqual({ a: 1 });
  expect(['[1]', '1', 'null', '"a"', '{', 'debug'].map(objectIn)).toEqual([null, null, null, null, null, null]);
});
