import { foldRanges } from './fold.ts';
import { intersectRanges, NAME, otherThan, type Ranges, rangesOf } from './ranges.ts';

/** A bracket class that was read: what it matches, and where the text goes on. */
export type Bracket = {
  readonly ranges: Ranges;
  readonly end: number;
  /** Just letters in brackets: as in picomatch the text may also be a name, as in `app/[slug]/page.tsx`. */
  readonly plain: boolean;
};

export type BracketError = { readonly at: number; readonly what: string; readonly next: string };

/** The named classes as picomatch defines them: ASCII only. */
const NAMED: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  alnum: spans('azAZ09'),
  alpha: spans('azAZ'),
  ascii: [[0, 0x7f]],
  blank: spans('  \t\t'),
  cntrl: [
    [0, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: spans('09'),
  graph: spans('!~'),
  lower: spans('az'),
  print: spans(' ~'),
  punct: spans('!/:@[`{~'),
  space: spans('  \t\r'),
  upper: spans('AZ'),
  word: spans('azAZ09__'),
  xdigit: spans('afAF09'),
};

function spans(ends: string): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < ends.length; i += 2) pairs.push([ends.charCodeAt(i), ends.charCodeAt(i + 1)]);
  return pairs;
}

type Member = { readonly codePoint: number; readonly width: number };

/** Reads the class that opens at `chars[open]`. Indices count code points. */
export function readBracket(chars: readonly string[], open: number, ignoreCase: boolean): Bracket | BracketError {
  const negated = chars[open + 1] === '!' || chars[open + 1] === '^';
  const first = open + (negated ? 2 : 1);
  const pairs: (readonly [number, number])[] = [];
  let i = first;
  while (chars[i] !== ']' || i === first) {
    const named = namedClass(chars, i);
    if (named !== null && 'what' in named) return named;
    if (named !== null) {
      pairs.push(...named.pairs);
      i = named.end;
      continue;
    }
    const from = member(chars, i, open);
    if ('what' in from) return from;
    const dash = i + from.width;
    if (chars[dash] !== '-' || chars[dash + 1] === ']' || chars[dash + 1] === undefined) {
      pairs.push([from.codePoint, from.codePoint]);
      i = dash;
      continue;
    }
    const to = member(chars, dash + 1, open);
    if ('what' in to) return to;
    if (to.codePoint < from.codePoint) return backwards(chars, i, dash + 1 + to.width);
    pairs.push([from.codePoint, to.codePoint]);
    i = dash + 1 + to.width;
  }
  const ranges = asLabel(rangesOf(pairs), negated, ignoreCase);
  if (ranges.length === 0) return { at: open, what: 'this class matches no character', next: 'name a character in it' };
  const body = chars.slice(first, i).join('');
  return { ranges, end: i + 1, plain: !negated && !/[-*+?.^${}(|)[\]\\]/u.test(body) };
}

/** A class never matches a slash, whatever its ranges run across: names do not hold one. */
function asLabel(ranges: Ranges, negated: boolean, ignoreCase: boolean): Ranges {
  const folded = ignoreCase ? foldRanges(ranges) : ranges;
  return negated ? otherThan(folded) : intersectRanges(folded, NAME);
}

function member(chars: readonly string[], at: number, open: number): Member | BracketError {
  const escaped = chars[at] === '\\';
  const char = chars[escaped ? at + 1 : at];
  if (char === undefined) {
    return { at: open, what: 'the class is never closed', next: 'close it with "]", or write "\\[" for the character' };
  }
  if (char === '/') {
    return { at, what: 'a class cannot match "/"', next: 'write the slash outside, or use {a,b}' };
  }
  return { codePoint: char.codePointAt(0) ?? 0, width: escaped ? 2 : 1 };
}

function namedClass(
  chars: readonly string[],
  at: number,
): { readonly pairs: readonly (readonly [number, number])[]; readonly end: number } | BracketError | null {
  if (chars[at] !== '[' || chars[at + 1] !== ':') return null;
  const match = /^\[:([a-z]*):\]/u.exec(chars.slice(at, at + 12).join(''));
  if (match === null) return null;
  const pairs = NAMED[match[1] ?? ''];
  if (pairs === undefined) {
    return { at, what: `there is no class ${match[0]}`, next: `use one of ${Object.keys(NAMED).join(', ')}` };
  }
  return { pairs, end: at + match[0].length };
}

const backwards = (chars: readonly string[], from: number, to: number): BracketError => ({
  at: from,
  what: `the range ${chars.slice(from, to).join('')} runs backwards`,
  next: 'write the smaller character first',
});
