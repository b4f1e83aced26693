import { isNothing } from '../cells.ts';
import { nameIn, type TrackName } from './fields.ts';
import type { Said } from './shapes.ts';

/** A track by all the names that others may have for it. */
export type Known = TrackName & {
  /** As it is called in the draft. */
  readonly name: string;
  /** Its whole title. */
  readonly title: string;
  /** Its number among the agents. */
  readonly agent: string;
};

export type Needs = {
  readonly names: readonly string[];
  /** Names that several tracks have. */
  readonly unclear: readonly string[];
  readonly badRanges: readonly string[];
};

/** Tracks that another waits for: by letter, by name, by number of its agent, and ranges of these. */
export function needsIn({ texts }: Said, tracks: readonly Known[]): Needs {
  const words = texts.flatMap((text) => partsOf(text, tracks)).filter((part) => !isNothing(part));
  const read = words.map((word) => ({ word, found: tracksCalled(word, tracks) }));
  const named = ({ word, found }: (typeof read)[number]): readonly string[] => {
    if (found === 'bad-range') return [];
    if (found.length === 0) return [word];
    return isRange(word) ? found : found.slice(0, 1);
  };
  return {
    names: [...new Set(read.flatMap(named))],
    unclear: read.flatMap(({ word, found }) =>
      found !== 'bad-range' && found.length > 1 && !isRange(word) ? [word] : [],
    ),
    badRanges: read.flatMap(({ word, found }) => (found === 'bad-range' ? [word] : [])),
  };
}

/** `After Track A and B merge` → A, B. A title that is meant as a whole is not taken apart. */
function partsOf(text: string, tracks: readonly Known[]): readonly string[] {
  const plain = text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^after\s+/i, '')
    .replace(/\s+(?:has |have )?merges?d?$/i, '');
  if (tracks.some(({ title, label }) => same(title, plain) || same(label, plain))) return [plain];
  return plain.split(/\s*(?:[,;&+]|\band\b)\s*/i).filter((part) => part !== '');
}

const same = (one: string | null, other: string): boolean => one?.toLowerCase() === other.toLowerCase();

const RANGE = /^(?:tracks?\s+)?([A-Za-z]\d{0,2}|\d{1,3})\s*[–—-]\s*(?:track\s+)?([A-Za-z]\d{0,2}|\d{1,3})$/i;
const isRange = (word: string): boolean => RANGE.test(word);

function tracksCalled(word: string, tracks: readonly Known[]): readonly string[] | 'bad-range' {
  const range = RANGE.exec(word);
  if (range !== null) return rangeOf([range[1] ?? '', range[2] ?? ''], tracks);
  const mark = nameIn(word.replace(/^tracks\s/i, 'track ')).mark;
  const ways: readonly ((track: Known) => boolean)[] = [
    ({ title, name }) => same(title, word) || same(name, word),
    (track) => mark !== null && track.mark === mark,
    ({ label }) => same(label, word),
    ({ agent }) => agent === word.replace(/^agent\s+/i, ''),
  ];
  for (const way of ways) {
    const found = tracks.filter(way).map(({ name }) => name);
    if (found.length > 0) return found;
  }
  return [];
}

/** In the order of the file, from the one to the other. */
function rangeOf(ends: readonly [string, string], tracks: readonly Known[]): readonly string[] | 'bad-range' {
  const [from, to] = ends.map((end) => {
    const marked = tracks.findIndex(({ mark }) => mark === end.toUpperCase());
    return marked >= 0 ? marked : tracks.findIndex(({ agent }) => agent === end);
  });
  if (from === undefined || to === undefined || from < 0 || to < from) return 'bad-range';
  return tracks.slice(from, to + 1).map(({ name }) => name);
}
