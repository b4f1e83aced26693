import { columnName } from '../markdown.ts';

/** The fields of a track. `scope` holds both lists at once; `agent` is the number by which others may call it. */
export type TrackField =
  | 'name'
  | 'agent'
  | 'handover'
  | 'goal'
  | 'soldiers'
  | 'scope'
  | 'can'
  | 'cannot'
  | 'issues'
  | 'dependencies'
  | 'type'
  | 'artifacts'
  | 'start';

const WORDS: ReadonlyMap<string, TrackField> = new Map([
  ['track', 'name'],
  ['name', 'name'],
  ['track name', 'name'],
  ['agent', 'agent'],
  ['#', 'agent'],
  ['handover', 'handover'],
  ['handover doc', 'handover'],
  ['handover document', 'handover'],
  ['goal', 'goal'],
  ['goal / evidence', 'goal'],
  ['soldiers', 'soldiers'],
  ['sub-tasks', 'soldiers'],
  ['subtasks', 'soldiers'],
  ['file scope', 'scope'],
  ['scope', 'scope'],
  ['can touch', 'can'],
  ['can', 'can'],
  ['cannot touch', 'cannot'],
  ['cannot', 'cannot'],
  ['can not touch', 'cannot'],
  ["can't touch", 'cannot'],
  ['issues', 'issues'],
  ['issue', 'issues'],
  ['github issues', 'issues'],
  ['dependencies', 'dependencies'],
  ['dependency', 'dependencies'],
  ['deps', 'dependencies'],
  ['depends on', 'dependencies'],
  ['type', 'type'],
  ['artifacts', 'artifacts'],
  ['output artifacts', 'artifacts'],
  ['can start', 'start'],
]);

/** What nothing but a track has: a heading above one of these is a track's name, whatever it says. */
export const OWN_FIELDS: ReadonlySet<TrackField> = new Set(['handover', 'soldiers', 'scope', 'can', 'cannot']);

/** Which field a column, a heading or the words in front of a colon stand for. */
export const fieldCalled = (label: string): TrackField | undefined =>
  WORDS.get(columnName(label.replaceAll('’', "'").replace(/[*_]/g, '')));

/** `**CAN touch:** api/*` → the field and the rest; null: the line is no field. */
export function fieldOfLine(line: string): { readonly field: TrackField; readonly value: string } | null {
  const found = /^\s*([*_]{0,3}[A-Za-z#][A-Za-z '’/#-]{0,30}[*_]{0,3})\s*:(?:[*_]{1,3}(?=\s|$))?\s*([\s\S]*)$/.exec(
    line,
  );
  const field = found === null ? undefined : fieldCalled(found[1] ?? '');
  return field === undefined ? null : { field, value: (found?.[2] ?? '').trim() };
}

export type TrackName = {
  /** `A` of `Track A — API`, or null. */
  readonly mark: string | null;
  /** `API`, or null. */
  readonly label: string | null;
};

/** `Track A — API`, `A — API`, `Track A`, `3`, `API surface`. */
export function nameIn(text: string): TrackName {
  const words = text.replace(/\s+/g, ' ').trim();
  const marked = /^(?:track\s+([A-Za-z]\d{0,2}|\d{1,3})|([A-Z]\d{0,2}|\d{1,3}))(?:$|\s*[—–:.]\s*|\s+-\s+)(.*)$/i.exec(
    words,
  );
  const mark = marked?.[1] ?? marked?.[2];
  if (marked === null || mark === undefined) return { mark: null, label: words };
  return { mark: mark.toUpperCase(), label: marked[3] === undefined || marked[3] === '' ? null : marked[3] };
}

/** Whether a line by itself says that a track begins. */
export const isTrackName = (text: string): boolean => /^\s*track\s/i.test(text) && nameIn(text).mark !== null;

/** What a track is called: `Track A`, or its own words where it has no letter or number. */
export const calledAs = ({ mark, label }: TrackName): string => (mark === null ? (label ?? '') : `Track ${mark}`);
