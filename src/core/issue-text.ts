import type { IssuePlace } from './ports/tracker.ts';

const GITHUB = /^github:([\w.-]+\/[\w.-]+)(?:#(\d{1,9}))?$/;
const LINEAR = /^linear:([A-Z][A-Z0-9]{0,9})(?:-(\d{1,9}))?$/;

/** `github:acme/shop#12`, `linear:PAY-9`; without a number where a label says which. null: it is none of these. */
export function issuePlace(text: string, label: string | null = null): IssuePlace | null {
  const [, repo, number] = GITHUB.exec(text) ?? [];
  const issue = (digits: string | undefined): number | null => (digits === undefined ? null : Number(digits));
  if (repo !== undefined && !repo.split('/').some((part) => /^\.+$/.test(part))) {
    return { tracker: 'github', repo, issue: issue(number), label };
  }
  const [, team, at] = LINEAR.exec(text) ?? [];
  return team === undefined ? null : { tracker: 'linear', team, issue: issue(at), label };
}

/** How a person writes it. */
export const placeName = (place: IssuePlace): string =>
  place.tracker === 'github'
    ? `github:${place.repo}${place.issue === null ? '' : `#${place.issue}`}`
    : `linear:${place.team}${place.issue === null ? '' : `-${place.issue}`}`;

const KEY = String.raw`(?:https:\/\/github\.com\/[\w.-]{1,100}\/[\w.-]{1,100}\/issues\/\d{1,9}|(?:[\w.-]{1,100}\/[\w.-]{1,100})?#\d{1,9}|[A-Z][A-Z0-9]{0,9}-\d{1,9})(?![\w-])`;
const ENTRY = new RegExp(String.raw`^ {0,12}[-*+] \[([ xX])\] {0,4}(${KEY})?(.{0,300})`);
const PHRASE = new RegExp(
  String.raw`\b(blocked by|depends on):? {0,4}(${KEY}(?:(?:, and| and|,) {0,4}${KEY}){0,50})`,
  'gi',
);
const KEYS = new RegExp(KEY, 'g');

/** An entry of a task list; `key` null: it names no issue. */
export type ListEntry = { readonly key: string | null; readonly isTicked: boolean; readonly text: string };

/** The boxes of a text. */
export const taskList = (body: string, repo: string | null): readonly ListEntry[] =>
  body.split(/\r?\n/).flatMap((line) => {
    const [, mark, key, rest = ''] = ENTRY.exec(line) ?? [];
    if (mark === undefined) return [];
    return [{ key: key === undefined ? null : shortKey(key, repo), isTicked: mark !== ' ', text: rest.trim() }];
  });

/** "blocked by #3", "depends on PAY-10 and PAY-11": the phrase, and the issues that it names. */
export const waitPhrases = (
  body: string,
  repo: string | null,
): readonly { phrase: string; keys: readonly string[] }[] =>
  [...body.matchAll(PHRASE)].map(([phrase, , named = '']) => ({
    phrase,
    keys: [...named.matchAll(KEYS)].map(([key]) => shortKey(key, repo)),
  }));

/** `#12` for an issue of the repository at hand, however it is written. */
export function shortKey(key: string, repo: string | null): string {
  const written = key.replace(/^https:\/\/github\.com\/(.+)\/issues\/(\d+)$/, '$1#$2');
  const [owner = '', number = ''] = written.split('#');
  return repo !== null && owner.toLowerCase() === repo.toLowerCase() && number !== '' ? `#${number}` : written;
}

/** The last line of an issue that Branchline made. */
export const markerOf = (plan: string, task: string): string => `Branchline task: ${plan}/${task}`;

/** Whose task an issue is; only its last line says so, since texts above may quote another. */
export function markedTask(body: string, plan: string): string | null {
  const last = body.trimEnd().split('\n').at(-1)?.trim().replaceAll('\\', '') ?? '';
  const head = markerOf(plan, '');
  return last.startsWith(head) ? last.slice(head.length) : null;
}
