import type { PlacedDiagnostic } from '../../plans/place.ts';
import { isNothing } from '../cells.ts';
import type { DraftTask, Left, Missing, Origin, Sourced, TaskValues } from '../draft.ts';
import { faultAt, unknownWord } from '../source.ts';
import { type Known, needsIn } from './dependencies.ts';
import type { TrackField } from './fields.ts';
import { FIELD_NAMES, type Said, type WrittenTrack } from './shapes.ts';
import { issuesIn, type Paths, pathsIn, soldiersIn } from './values.ts';

/** A track, and what there is to say of it. */
export type ReadTrack = {
  readonly task: DraftTask;
  readonly missing: readonly Missing[];
  readonly left: readonly Left[];
  readonly diagnostics: readonly PlacedDiagnostic[];
};

type Values = { -readonly [F in keyof TaskValues]: TaskValues[F] };

/** `me`: the track by its names; `tracks`: all of them. */
export function readTrack(written: WrittenTrack, me: Known, tracks: readonly Known[]): ReadTrack {
  const reading = new TrackReading(written, me);
  reading.title();
  reading.handover();
  reading.soldiers();
  reading.goal();
  reading.needs(tracks);
  reading.work();
  reading.issues();
  reading.start();
  return reading.read;
}

class TrackReading {
  readonly #written: WrittenTrack;
  readonly #me: Known;
  readonly #values: Values = {};
  readonly #missing: Missing[] = [];
  readonly #left: Left[] = [];
  readonly #diagnostics: PlacedDiagnostic[] = [];

  constructor(written: WrittenTrack, me: Known) {
    this.#written = written;
    this.#me = me;
  }

  get read(): ReadTrack {
    const task: DraftTask = { name: this.#me.name, at: this.#written.at, values: this.#values, state: 'open' };
    return { task, missing: this.#missing, left: this.#left, diagnostics: this.#diagnostics };
  }

  title(): void {
    const { label, mark } = this.#me;
    if (label !== null && mark !== null) this.#values.title = { value: label, from: this.#written.at };
  }

  handover(): void {
    const said = this.#said('handover');
    const text = said?.texts.join(' ').trim() ?? '';
    if (said === undefined || isNothing(text)) {
      this.#miss('handover');
      return;
    }
    const inRepository = said.links.find(({ url }) => !/^[a-z][a-z0-9+.-]*:/i.test(url))?.url;
    const path = (inRepository ?? text).replace(/^\.\//, '');
    if (/\s|^[a-z][a-z0-9+.-]*:/i.test(path)) {
      this.#leave(said.at, `the handover "${path}"`, 'It is no file of the repository');
      this.#miss('handover');
      return;
    }
    this.#values.brief = { value: { file: path }, from: said.at };
  }

  soldiers(): void {
    const said = this.#said('soldiers');
    if (said === undefined) {
      this.#miss('soldiers');
      return;
    }
    const { names, badRanges } = soldiersIn(said);
    this.#badRanges('soldiers', said, badRanges);
    if (names.length === 0 && badRanges.length === 0) {
      this.#miss('soldiers');
      return;
    }
    this.#values.steps = { value: [...names], from: said.at };
  }

  goal(): void {
    const said = this.#said('goal');
    const texts = said?.texts.filter((text) => !isNothing(text)) ?? [];
    if (said !== undefined && texts.length > 0) this.#values.done = { value: texts, from: said.at, note: 'its goal' };
  }

  needs(tracks: readonly Known[]): void {
    const said = this.#said('dependencies');
    if (said === undefined) return;
    const { names, unclear, badRanges } = needsIn(said, tracks);
    this.#badRanges('dependencies', said, badRanges);
    for (const word of unclear) {
      const why = 'Several tracks are called so';
      this.#fault(said.at, 'unclear-need', {
        what: `"${word}" is no single track`,
        why,
        next: 'Name it by its letter',
      });
    }
    if (names.length > 0) this.#values.needs = { value: [...names], from: said.at };
  }

  /** What kind of work it is decides what its paths mean. */
  work(): void {
    const said = this.#said('type');
    const type = said?.texts[0]?.toLowerCase().trim() ?? '';
    const at = said?.at ?? this.#written.at;
    if (isNothing(type) || type === 'code') {
      this.#code(at);
      return;
    }
    if (type === 'analysis') {
      this.#analysis(at);
      return;
    }
    this.#diagnostics.push(unknownWord(at, { word: type, of: 'type of a track', known: ['code', 'analysis'] }));
  }

  #code(at: Origin): void {
    const [can, cannot] = this.#scopes();
    const may = can === undefined ? null : pathsIn(can);
    const mayNot = cannot === undefined ? null : pathsIn(cannot);
    if (can !== undefined) this.#prose(can.at, may);
    if (cannot !== undefined) this.#prose(cannot.at, mayNot);
    if (mayNot === null || isEmpty(mayNot)) this.#miss('cannot');
    if (may?.isNone && may.patterns.length === 0) {
      const what = `"${this.#me.name}" is to write code and may touch nothing`;
      const next = 'Set its type to analysis, or name what it can touch';
      this.#fault(can?.at ?? at, 'touches-nothing', { what, why: 'Its scope is read-only', next });
      return;
    }
    if (can === undefined || may === null || !(may.isEverything || may.patterns.length > 0)) {
      this.#miss('can');
      if (mayNot !== null && cannot !== undefined && mayNot.patterns.length > 0) {
        this.#leave(
          cannot.at,
          `CANNOT touch ${mayNot.patterns.join(', ')}`,
          'It takes away from what it can touch, and nothing says what that is',
        );
      }
      return;
    }
    this.#values.scope = scopeOf(can.at, may, mayNot);
    this.#artifacts();
  }

  #analysis(from: Origin): void {
    const [can, cannot] = this.#scopes();
    const paths = can === undefined ? null : pathsIn(can);
    if (can !== undefined) this.#prose(can.at, paths);
    if (paths?.isEverything) {
      const next = 'Write (read-only), or name the files that it writes its findings to';
      const what = `"${this.#me.name}" is an analysis and can touch everything`;
      this.#fault(can?.at ?? from, 'analysis-writes', { what, why: 'An analysis only reads', next });
    }
    if (can === undefined || paths === null || isEmpty(paths)) this.#miss('can');
    if (cannot === undefined || isEmpty(pathsIn(cannot))) this.#miss('cannot');
    this.#values.kind = { value: 'research', from, note: 'analysis: it writes nothing but its artifacts' };
    if (can !== undefined && paths !== null && paths.patterns.length > 0) {
      this.#values.artifacts = { value: [...paths.patterns], from: can.at, note: 'what the analysis can touch' };
    }
    this.#artifacts();
    if (this.#values.artifacts !== undefined) return;
    this.#values['no-change'] = { value: 'The track names no artifact: its findings are in its report', from };
  }

  /** Files that the track leaves behind, where it has a field for them. */
  #artifacts(): void {
    const said = this.#said('artifacts');
    if (said === undefined) return;
    const { patterns, prose } = pathsIn(said);
    for (const text of prose) this.#leave(said.at, `"${text}" among the artifacts`, 'It is no path');
    const value = [...new Set([...[this.#values.artifacts?.value ?? []].flat(), ...patterns])];
    if (value.length > 0) this.#values.artifacts = { value, from: said.at };
  }

  issues(): void {
    const said = this.#said('issues');
    if (said === undefined || said.texts.every((text) => text.trim() === '')) {
      this.#miss('issues');
      return;
    }
    const { names, badRanges, prose } = issuesIn(said);
    this.#badRanges('issues', said, badRanges);
    for (const text of prose) this.#leave(said.at, `"${text}" among the issues`, 'It is no number of an issue');
    if (names.length > 0) this.#values.issues = { value: [...names], from: said.at };
  }

  /** What the needs say already; only its words are looked at. */
  start(): void {
    const said = this.#said('start');
    const text = said?.texts[0]?.trim() ?? '';
    if (said === undefined || isNothing(text) || /^(?:now|after\b.*\bmerge[sd]?)$/i.test(text)) return;
    this.#diagnostics.push(unknownWord(said.at, { word: text, of: 'start of a track', known: ['Now', 'After merge'] }));
  }

  /** Both lists, also where they stand in one field. */
  #scopes(): readonly [Said | undefined, Said | undefined] {
    const both = this.#said('scope');
    if (both === undefined) return [this.#said('can'), this.#said('cannot')];
    const text = both.texts.join('\n');
    const cannot = /(?:cannot|can't|can not)(?: touch)?\s*:/i.exec(text);
    const before = cannot === null ? text : text.slice(0, cannot.index).replace(/[,;./\n]?\s*$/, '');
    const found = [
      before.replace(/^\s*can(?: touch)?\s*:/i, ''),
      cannot === null ? undefined : text.slice(cannot.index + cannot[0].length),
    ];
    const part = (words: string | undefined): Said | undefined =>
      words === undefined || words.trim() === '' ? undefined : { ...both, texts: [words] };
    return [this.#said('can') ?? part(found[0]), this.#said('cannot') ?? part(found[1])];
  }

  #said(field: TrackField): Said | undefined {
    return this.#written.said.get(field);
  }

  #miss(field: TrackField): void {
    const at = this.#said(field)?.at ?? this.#written.at;
    this.#missing.push({ at, task: this.#me.name, field: FIELD_NAMES[field] });
  }

  #prose(at: Origin, paths: Paths | null): void {
    for (const text of paths?.prose ?? []) this.#leave(at, `"${text}" in the scope`, 'It is no path and no pattern');
  }

  #leave(at: Origin, what: string, why: string): void {
    this.#left.push({ at, what: `${what} of ${this.#me.name}`, why });
  }

  #badRanges(field: TrackField, { at }: Said, ranges: readonly string[]): void {
    for (const range of ranges) {
      const what = `"${range.slice(0, 60)}" is no range of ${FIELD_NAMES[field].toLowerCase()}`;
      const why = 'A range goes up from one that is there to another, with the same letters, over at most 200';
      this.#fault(at, 'bad-range', { what, why, next: 'Write for example: A1–A4, or each of them' });
    }
  }

  #fault(at: Origin, code: string, sentences: { what: string; why: string; next: string }): void {
    this.#diagnostics.push(faultAt(at, code, sentences));
  }
}

const isEmpty = ({ patterns, prose, isEverything, isNone }: Paths): boolean =>
  patterns.length === 0 && prose.length === 0 && !isEverything && !isNone;

type Scope = Exclude<NonNullable<TaskValues['scope']>['value'], undefined>;

/** That everything else cannot be touched is what a scope means anyway. */
function scopeOf(from: Origin, may: Paths, mayNot: Paths | null): Sourced<Scope> {
  const value = {
    may: may.isEverything ? ['**'] : [...may.patterns],
    ...(mayNot === null || mayNot.patterns.length === 0 ? {} : { 'may-not': [...mayNot.patterns] }),
  };
  const widened = [...may.widened, ...(mayNot?.widened ?? [])];
  if (widened.length === 0) return { value, from };
  return {
    value,
    from,
    note: `${[...new Set(widened)].slice(0, 3).join(', ')}${widened.length > 3 ? ', …' : ''} means everything below`,
  };
}
