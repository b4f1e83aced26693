import { type Ranges, rangesOf } from './ranges.ts';

/** How paths are compared: as the file system of the repository compares them. */
export type PathMode = {
  /** Simple case folding of Unicode, as macOS and Windows do, near enough. */
  readonly ignoreCase: boolean;
  /** Composed and decomposed spellings of a letter are one path. */
  readonly nfc: boolean;
};

/** A dotless i has no simple folding, although its capital is I. */
const DOTLESS_I = 0x131;
/** No script with cases lies above; looking further would only cost time. */
const LAST_CASED = 0x1efff;

/** Unicode's simple case folding: one code point in, one out. */
export function foldCodePoint(codePoint: number): number {
  if (codePoint < 0x80) return codePoint >= 0x41 && codePoint <= 0x5a ? codePoint + 32 : codePoint;
  if (codePoint === DOTLESS_I) return codePoint;
  const upper = single(String.fromCodePoint(codePoint).toUpperCase()) ?? codePoint;
  return single(String.fromCodePoint(upper).toLowerCase()) ?? upper;
}

function single(text: string): number | null {
  const codePoint = text.codePointAt(0);
  if (codePoint === undefined) return null;
  return text.length === (codePoint > 0xffff ? 2 : 1) ? codePoint : null;
}

/** The spelling under which equal paths are equal strings. */
export function canonical(text: string, mode: PathMode): string {
  const composed = mode.nfc ? text.normalize('NFC') : text;
  return mode.ignoreCase ? foldText(composed) : composed;
}

function foldText(text: string): string {
  if (!/\P{ASCII}/u.test(text)) return text.toLowerCase();
  let folded = '';
  for (const char of text) folded += String.fromCodePoint(foldCodePoint(char.codePointAt(0) ?? 0));
  return folded;
}

/** The foldings of all members, so that a folded path can be asked. */
export function foldRanges(ranges: Ranges): Ranges {
  const pairs: [number, number][] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i] ?? 0, ranges[i + 1] ?? 0]);
  const inside = pairs.length;
  for (const [from, to] of foldings()) {
    if (pairs.slice(0, inside).some(([lo, hi]) => lo <= from && from <= hi)) pairs.push([to, to]);
  }
  return rangesOf(pairs);
}

let known: readonly (readonly [number, number])[] | null = null;

/** All code points that fold to another one. Computed once: it is a table, not a state. */
function foldings(): readonly (readonly [number, number])[] {
  if (known === null) {
    const found: [number, number][] = [];
    for (let from = 0x41; from <= LAST_CASED; from++) {
      const to = from >= 0xd800 && from <= 0xdfff ? from : foldCodePoint(from);
      if (to !== from) found.push([from, to]);
    }
    known = found;
  }
  return known;
}
