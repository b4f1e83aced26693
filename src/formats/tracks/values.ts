import { isNothing } from '../cells.ts';
import type { Link } from '../markdown.ts';
import type { Said } from './shapes.ts';

/** What a list of paths comes to. */
export type Paths = {
  readonly patterns: readonly string[];
  /** Words that are no path. */
  readonly prose: readonly string[];
  /** Patterns as they were written, of those that mean everything below. */
  readonly widened: readonly string[];
  readonly isEverything: boolean;
  /** It says that nothing is written. */
  readonly isNone: boolean;
};

const EVERYTHING = /^(?:everything|anything|all|all files)(?: else)?$/i;
const READ_ONLY = /^\(?(?:none,? )?\(?read[- ]only\)?$/i;
const NO_PATH = /^(?:tbd|todo|etc|and|or|\?+|…|\.{2,})\.?$/i;

/** `api/*, db/models/audit.ts and their helpers` → two patterns and some prose. */
export function pathsIn({ texts }: Said): Paths {
  const entries = texts.flatMap(entriesOf);
  const isNone = entries.some((entry) => READ_ONLY.test(entry) || /^\(?(?:nothing|none)\)?$/i.test(entry));
  const isEverything = entries.some((entry) => EVERYTHING.test(entry));
  const rest = entries.filter((entry) => !(READ_ONLY.test(entry) || EVERYTHING.test(entry) || isNothing(entry)));
  const isPath = (entry: string): boolean => !/[\s()]/.test(entry) && !NO_PATH.test(entry);
  const paths = rest.filter((entry) => isPath(entry) && !/^\(?none\)?$/i.test(entry));
  return {
    patterns: [...new Set(paths.map(belowOf))],
    prose: rest.filter((entry) => !isPath(entry) && !/^\((?:none|nothing)\)$/i.test(entry)),
    widened: paths.filter((path) => belowOf(path) !== path),
    isEverything,
    isNone,
  };
}

/** Who writes `db/*` means everything in `db`, however deep. */
const belowOf = (path: string): string =>
  (path === '*' || path.endsWith('/*') ? `${path}*` : path).replace(/^\.\//, '');

/** One blank between words; lines stay lines. */
const oneBlank = (text: string): string => text.replace(/[^\S\n]+/g, ' ');

/** Parts of a list on one line. A comma within braces belongs to a pattern. */
function entriesOf(text: string): readonly string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const char of oneBlank(text)) {
    if (char === '{' || char === '(') depth++;
    if (char === '}' || char === ')') depth--;
    if (/[,;\n]/.test(char) && depth <= 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts
    .flatMap((part) => part.split(/\s+(?=(?:and|plus)\s)/i))
    .map(bare)
    .filter((entry) => entry !== '');
}

/** Without quotes and the full stop of a sentence; `and` falls away where what follows is one path. */
function bare(entry: string): string {
  const plain = entry
    .trim()
    .replace(/^["'`]+|["'`]+$/g, '')
    .replace(/(?<=[\w*)}\]])\.$/, '');
  const joined = /^(?:and|plus)\s+(\S+)$/i.exec(plain)?.[1];
  return joined === undefined ? plain : joined.replace(/^["'`]+|["'`]+$/g, '');
}

/** Texts of a list that name things by letters and numbers; a range is all that is in it. */
export type Named = { readonly names: readonly string[]; readonly badRanges: readonly string[] };

const RANGE_MAX = 200;
const RANGE = /^([A-Za-z]*?)(\d+)\s*(?:[–—-]|\.\.|to)\s*([A-Za-z]*?)(\d+)$/i;

/** `A1–A4, B2` → A1, A2, A3, A4, B2. What is a sentence stays one. */
export function soldiersIn({ texts }: Said): Named {
  const parts = texts.flatMap((text) => (texts.length === 1 ? splitByComma(text) : [text]));
  return spread(parts.map((part) => part.trim().replace(/\s+/g, ' ')).filter((part) => !isNothing(part)));
}

const splitByComma = (text: string): readonly string[] => oneBlank(text).split(/[,;\n]|\s+and\s+(?=#?[A-Za-z]?\d)/);

function spread(parts: readonly string[]): Named {
  const badRanges: string[] = [];
  const names = parts.flatMap((part) => {
    const range = rangeIn(part);
    if (range === null) return [part];
    if (range.length === 0) badRanges.push(part);
    return range;
  });
  return { names: [...new Set(names)], badRanges };
}

/** null: no range. Empty: one that counts down, changes its letters or is too long. */
function rangeIn(part: string): readonly string[] | null {
  const found = RANGE.exec(part);
  if (found === null) return null;
  const [, letters = '', first = '', other = '', last = ''] = found;
  const [from, to] = [Number(first), Number(last)];
  if ((other !== '' && other !== letters) || to < from || to - from >= RANGE_MAX) return [];
  return Array.from(
    { length: to - from + 1 },
    (_, index) => `${letters}${String(from + index).padStart(first.length, '0')}`,
  );
}

export type Issues = Named & { readonly prose: readonly string[] };

/** `#11, 12, #20-#22`, links and addresses → `#11`, or `github:acme/shop#11` where a link says whose it is. */
export function issuesIn({ texts, links }: Said): Issues {
  const parts = texts.flatMap(splitByComma).map((part) => part.trim().replace(/[.]$/, ''));
  const read = parts.filter((part) => !isNothing(part)).map((part) => ({ part, ids: issueIn(part, links) }));
  return {
    names: [...new Set(read.flatMap(({ ids }) => ids ?? []))],
    badRanges: read.flatMap(({ part, ids }) => (ids?.length === 0 ? [part] : [])),
    prose: read.flatMap(({ part, ids }) => (ids === null ? [part] : [])),
  };
}

function issueIn(part: string, links: readonly Link[]): readonly string[] | null {
  const url = links.find(({ text }) => text === part)?.url ?? part;
  const linked = /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\/issues\/(\d+)\/?$/.exec(url);
  if (linked !== null) return [`github:${linked[1]}#${linked[2]}`];
  const owned = /^(?:github:)?([\w.-]+\/[\w.-]+)#(\d+)$/.exec(part);
  if (owned !== null) return [`github:${owned[1]}#${owned[2]}`];
  const range = rangeIn(part.replace(/#|\s/g, ''));
  if (range !== null && /^[#\d]/.test(part)) return range.map((number) => `#${number}`);
  return /^#?\d+$/.test(part) ? [`#${part.replace('#', '')}`] : null;
}
