import type { PlacedDiagnostic } from '../../plans/place.ts';
import type { Draft, DraftTask } from '../draft.ts';
import {
  drafted,
  faultAt,
  longLines,
  type Reader,
  refused,
  type Source,
  type SourceFile,
  warningAt,
} from '../source.ts';
import type { Known } from './dependencies.ts';
import { calledAs, nameIn } from './fields.ts';
import { type Found, findTracks, type WrittenTrack } from './shapes.ts';
import { readTrack } from './track.ts';

/** Tracks: a plan that a person has split already, with what each part can and cannot touch. */
export const tracks: Reader = {
  name: 'tracks',
  about: 'parallel tracks in Markdown, each with what it CAN and CANNOT touch',
  detect: ({ files }) => (files.some(looksLike) ? 2 : 0),
  read: ({ files, isFolder, path }: Source) => {
    const own = files.filter((file) => !isFolder || looksLike(file));
    const long = longLines(own);
    if (long.length > 0) return refused(...long);
    const found = own.map(findTracks);
    const written = found.flatMap((each) => each.tracks);
    if (written.length === 0)
      return refused(faultAt({ file: files[0]?.path ?? path, line: 1 }, 'no-tracks', NO_TRACKS));
    const one = written[TRACKS_MAX];
    if (one !== undefined) return refused(faultAt(one.at, 'too-many', TOO_MANY));
    return draftOf(written, found);
  },
};

const TRACKS_MAX = 2000;
const TOO_MANY = {
  what: 'There are too many tracks',
  why: `Tracks are split by a person; at most ${TRACKS_MAX} are read`,
  next: 'Split the file',
};

const NO_TRACKS = {
  what: 'There are no tracks in it',
  why: 'A track has a name and below it what it CAN touch and CANNOT touch, in a table, a list or sections',
  next: 'Write for example: - Track A — API, and below it: - CAN touch: api/*',
};

/** Only tracks say what cannot be touched, or count in soldiers. */
const looksLike = ({ path, text }: SourceFile): boolean =>
  !/\.(?:ya?ml|jsonl?|toml)$/i.test(path) &&
  (/\bcan(?:not|'t|’t) touch\b/i.test(text) ||
    /^[ \t]*\|.*\bsoldiers\b/im.test(text) ||
    /^[ \t>*_-]*soldiers[*_]*[ \t]*:/im.test(text));

function draftOf(written: readonly WrittenTrack[], found: readonly Found[]): ReturnType<Reader['read']> {
  const known = written.map((track, index): Known => {
    const name = nameIn(track.title);
    const agent = track.said.get('agent')?.texts[0]?.trim() ?? String(index + 1);
    return { ...name, name: calledAs(name), title: track.title, agent };
  });
  const read = written.flatMap((track, index) => {
    const me = known[index];
    return me === undefined ? [] : [readTrack(track, me, known)];
  });
  const tasks = read.map(({ task }) => task);
  const title = found.find((each) => each.title !== null)?.title ?? null;
  const draft: Draft = {
    name: title === null ? null : { value: title.text, from: title.at },
    values: {},
    tasks,
    missing: read.flatMap(({ missing }) => missing),
    left: [...found.flatMap(({ left }) => left), ...read.flatMap(({ left }) => left)],
  };
  const faults = [...found.flatMap((each) => each.faults), ...read.flatMap(({ diagnostics }) => diagnostics)];
  return drafted(draft, [...faults, ...nameless(tasks), ...sharedIssues(tasks)]);
}

const nameless = (tasks: readonly DraftTask[]): readonly PlacedDiagnostic[] =>
  tasks
    .filter(({ name }) => name === '')
    .map(({ at }) =>
      faultAt(at, 'no-name', {
        what: 'A track has no name',
        why: 'Each track is called by its name',
        next: 'Write for example: A — API',
      }),
    );

/** Two tracks that close one issue: whoever lands first would close the other's. */
function sharedIssues(tasks: readonly DraftTask[]): readonly PlacedDiagnostic[] {
  const owners = new Map<string, string>();
  return tasks.flatMap(({ name, values: { issues } }) =>
    [issues?.value ?? []].flat().flatMap((issue) => {
      const before = owners.get(issue);
      if (before === undefined) owners.set(issue, name);
      if (before === undefined || before === name || issues === undefined) return [];
      const why = 'One issue belongs to one track';
      const next = 'Take it off one of the two';
      return [
        warningAt(issues.from, 'issue-twice', {
          what: `Issue ${issue} is with "${before}" and with "${name}"`,
          why,
          next,
        }),
      ];
    }),
  );
}
