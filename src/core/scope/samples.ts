import { isWide } from './automaton.ts';
import type { Alternative } from './expand.ts';
import { canonical, type PathMode } from './fold.ts';
import type { Token } from './reader.ts';

/** A path as git writes it. */
export const isPath = (path: string): boolean => !/(?:^|\/)\.{0,2}(?:\/|$)|[\0\ud800-\udfff]/u.test(path);

/** What wildcards are filled with; which end of a class is taken. */
type Filling = { readonly folders: string; readonly rest: string; readonly star: string; readonly first: boolean };

/** Short, long, and unlike what a person would name a file. */
const FILLINGS: readonly Filling[] = [
  { folders: '', rest: 'a', star: '', first: true },
  { folders: '', rest: 'x7q', star: 'x7q', first: false },
  { folders: 'x7q/z8/', rest: 'x7q/z8', star: 'z8', first: true },
];

/** Texts that are likely to be paths of the pattern; whoever uses them checks each. */
export function samplesOf(segments: Alternative, mode: PathMode): readonly string[] {
  const filled = FILLINGS.map((filling) => canonical(textOf(segments, filling), mode));
  return [...new Set(filled)];
}

function textOf(segments: Alternative, filling: Filling): string {
  let text = '';
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (isWide(segment)) text += last ? filling.rest : filling.folders;
    else text += segment.map((token) => charsOf(token, filling)).join('') + (last ? '' : '/');
  }
  return text;
}

function charsOf(token: Token, { star, first }: Filling): string {
  switch (token.is) {
    case 'char':
      return token.char;
    case 'set':
      return String.fromCodePoint((first ? token.ranges[0] : token.ranges.at(-1)) ?? 0x61);
    case 'one':
      return 'q';
    default:
      return star;
  }
}
