/**
 * A set of code points as flat, sorted, disjoint, closed ranges: `[lo, hi, lo, hi, …]`. Labels of the automata are such
 * sets, so that a class of a hundred thousand characters costs no more than a letter.
 */
export type Ranges = readonly number[];

export const SLASH = 0x2f;
export const DOT = 0x2e;
const LAST = 0x10ffff;

/** Every code point that a name may hold: no NUL, no slash, and no half of a surrogate pair. */
export const NAME: Ranges = [1, SLASH - 1, SLASH + 1, 0xd7ff, 0xe000, LAST];
/** The same and the slash: every code point of a path. */
export const PATH: Ranges = [1, 0xd7ff, 0xe000, LAST];

/** Sorts and merges; pairs may overlap and come in any order. */
export function rangesOf(pairs: readonly (readonly [number, number])[]): Ranges {
  const merged: number[] = [];
  for (const [lo, hi] of [...pairs].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && lo <= last + 1) merged[merged.length - 1] = Math.max(last, hi);
    else merged.push(lo, hi);
  }
  return merged;
}

export function intersectRanges(a: Ranges, b: Ranges): Ranges {
  if (a === b) return a;
  const both: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const hiA = a[i + 1] ?? 0;
    const hiB = b[j + 1] ?? 0;
    const lo = Math.max(a[i] ?? 0, b[j] ?? 0);
    const hi = Math.min(hiA, hiB);
    if (lo <= hi) both.push(lo, hi);
    if (hiA < hiB) i += 2;
    else j += 2;
  }
  return both;
}

/** What a name may hold but for `ranges`. */
export function otherThan(ranges: Ranges): Ranges {
  const rest: number[] = [];
  let from = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    const lo = ranges[i] ?? 0;
    if (from < lo) rest.push(from, lo - 1);
    from = (ranges[i + 1] ?? 0) + 1;
  }
  if (from <= LAST) rest.push(from, LAST);
  return intersectRanges(rest, NAME);
}

export function includes(ranges: Ranges, codePoint: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) {
    if (codePoint < (ranges[i] ?? 0)) return false;
    if (codePoint <= (ranges[i + 1] ?? 0)) return true;
  }
  return false;
}

/**
 * One code point for each part of `ranges` that the splitters, the dot and the slash tell apart; the most readable
 * first, since they become the witness that a person reads. Only `settled` ones: with folding, `A` is no path character.
 */
export function representatives(
  ranges: Ranges,
  splitters: readonly Ranges[],
  settled: (codePoint: number) => boolean,
): readonly number[] {
  const cuts = cutsOf(splitters);
  const found: number[] = [];
  const take = (lo: number, hi: number): void => {
    const codePoint = mostReadable(lo, hi, settled);
    if (codePoint !== null) found.push(codePoint);
  };
  for (let i = 0; i < ranges.length; i += 2) {
    let lo = ranges[i] ?? 0;
    const hi = ranges[i + 1] ?? 0;
    for (const cut of cuts) {
      if (cut <= lo || cut > hi) continue;
      take(lo, cut - 1);
      lo = cut;
    }
    take(lo, hi);
  }
  return found.sort((a, b) => rank(a) - rank(b) || a - b);
}

const ALWAYS_APART: readonly number[] = [DOT, DOT + 1, SLASH + 1];

function cutsOf(splitters: readonly Ranges[]): readonly number[] {
  if (splitters.length === 0) return ALWAYS_APART;
  const cuts = new Set<number>(ALWAYS_APART);
  for (const splitter of splitters) {
    for (let i = 0; i < splitter.length; i += 2) {
      cuts.add(splitter[i] ?? 0);
      cuts.add((splitter[i + 1] ?? 0) + 1);
    }
  }
  return [...cuts].sort((a, b) => a - b);
}

/** Letters, digits, capitals, then what can at least be printed, then anything. */
const READABLE: readonly (readonly [number, number])[] = [
  [0x61, 0x7a],
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x2d, 0x2e],
  [0x21, 0x7e],
  [0xa1, LAST],
  [1, LAST],
];

function mostReadable(lo: number, hi: number, settled: (codePoint: number) => boolean): number | null {
  for (const [from, to] of READABLE) {
    const end = Math.min(hi, to);
    for (let codePoint = Math.max(lo, from); codePoint <= end; codePoint++) if (settled(codePoint)) return codePoint;
  }
  return null;
}

const rank = (codePoint: number): number => READABLE.findIndex(([from, to]) => from <= codePoint && codePoint <= to);
