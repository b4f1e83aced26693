import type { PlacedDiagnostic } from '../../plans/place.ts';
import type { Left, Origin } from '../draft.ts';
import { type Block, type Item, type Link, type Row, readMarkdown, type TableBlock, type Words } from '../markdown.ts';
import { faultAt, type SourceFile } from '../source.ts';
import { fieldCalled, fieldOfLine, isTrackName, OWN_FIELDS, type TrackField } from './fields.ts';

/** What stands under a field: one text, or several if they were a list. */
export type Said = { readonly texts: readonly string[]; readonly links: readonly Link[]; readonly at: Origin };

/** A track as it is written down, in whatever layout. */
export type WrittenTrack = {
  readonly title: string;
  readonly at: Origin;
  readonly said: ReadonlyMap<TrackField, Said>;
};

export type Found = {
  readonly title: { readonly text: string; readonly at: Origin } | null;
  readonly tracks: readonly WrittenTrack[];
  readonly left: readonly Left[];
  readonly faults: readonly PlacedDiagnostic[];
};

type Growing = { readonly title: string; readonly at: Origin; readonly said: Map<TrackField, Said> };

/** Finds tracks in a table, in a list of lines with a colon, or under headings; a file may mix them. */
export function findTracks(file: SourceFile): Found {
  const finder = new Finder();
  finder.walk(readMarkdown(file).blocks);
  return finder.found;
}

class Finder {
  readonly #tracks: Growing[] = [];
  readonly #left: Left[] = [];
  readonly #faults: PlacedDiagnostic[] = [];
  #title: Found['title'] = null;
  #track: Growing | null = null;
  #depth = 0;
  /** A heading that may turn out to be the name of a track. */
  #heading: { readonly text: string; readonly at: Origin; readonly depth: number } | null = null;
  /** A field whose value comes in the next paragraph or list. */
  #open: { readonly field: TrackField; readonly at: Origin } | null = null;

  get found(): Found {
    return { title: this.#title, tracks: this.#tracks, left: this.#left, faults: this.#faults };
  }

  walk(blocks: readonly Block[]): void {
    for (const block of blocks) {
      if (block.is === 'heading') this.#onHeading(block);
      else if (block.is === 'table') this.#onTable(block);
      else if (block.is === 'list') this.#onList(block.items);
      else if (block.is === 'paragraph') this.#onLines(block);
    }
  }

  #onHeading({ text, at, depth }: Words & { readonly depth: number }): void {
    const field = fieldCalled(text.replace(/:\s*$/, ''));
    const isBelow = this.#track !== null && depth > this.#depth;
    this.#open = null;
    if (isTrackName(text)) {
      this.#start(text, at, depth);
    } else if (field !== undefined && field !== 'name' && isBelow) {
      this.#open = { field, at };
    } else if (!isBelow) {
      this.#track = null;
      this.#heading = { text, at, depth };
      if (depth === 1) this.#title ??= { text, at };
    }
  }

  #onLines(words: Words): void {
    for (const line of linesOf(words)) this.#onLine(line);
  }

  #onList(items: readonly Item[]): void {
    const open = this.#open;
    if (open !== null && this.#track !== null && !items.some(({ raw }) => fieldOfLine(raw) !== null)) {
      this.#put(open.field, {
        texts: items.map(({ raw }) => raw),
        links: items.flatMap(({ links }) => links),
        at: open.at,
      });
      this.#open = null;
      return;
    }
    const before = this.#track;
    for (const item of items) this.#onItem(item);
    // What comes after a list speaks of no track that began in it.
    if (this.#track !== before) this.#track = null;
  }

  #onItem(item: Item): void {
    const lines = linesOf(item);
    const own = fieldOfLine(item.raw);
    const below = item.more.flatMap((block) => (block.is === 'list' ? block.items : []));
    if (own !== null && own.field !== 'name' && own.value === '' && below.length > 0) {
      this.#field(own.field, {
        texts: below.map(({ raw }) => raw),
        links: below.flatMap(({ links }) => links),
        at: item.at,
      });
      return;
    }
    const isName = below.some(({ raw }) => fieldOfLine(raw) !== null) && own === null;
    if (isName && !isTrackName(item.raw)) this.#start(item.raw, item.at, Number.POSITIVE_INFINITY);
    else for (const line of lines) this.#onLine(line);
    this.walk(item.more);
  }

  #onLine({ raw, links, at }: Words): void {
    const found = fieldOfLine(raw);
    if (found !== null && found.field === 'name') {
      this.#start(found.value, at, this.#depth);
      return;
    }
    if (found !== null) {
      this.#field(found.field, { texts: [found.value], links, at });
      return;
    }
    const bare = raw.replace(/^[*_]+|[*_]+$/g, '');
    if (this.#open !== null && this.#track !== null) {
      this.#put(this.#open.field, { texts: [raw], links, at: this.#open.at });
      this.#open = null;
    } else if (isTrackName(bare)) {
      this.#start(bare, at, Number.POSITIVE_INFINITY);
    } else if (this.#track !== null && raw !== '') {
      const why = 'It belongs to no field of a track; write it into the handover document';
      this.#left.push({ at, what: `"${short(raw)}" (${this.#track.title})`, why });
    }
  }

  /** A field that stands below no track makes one of the heading above it, if only a track has such a field. */
  #field(field: TrackField, said: Said): void {
    if (this.#track === null && this.#heading !== null && OWN_FIELDS.has(field)) {
      this.#start(this.#heading.text, this.#heading.at, this.#heading.depth);
    }
    if (this.#track !== null) {
      this.#put(field, said);
      return;
    }
    if (!OWN_FIELDS.has(field)) return;
    const next = 'Write the name of the track above it, for example: Track A — API';
    this.#faults.push(
      faultAt(said.at, 'no-track', {
        what: `"${FIELD_NAMES[field]}" belongs to no track`,
        why: 'No track is named above it',
        next,
      }),
    );
  }

  #put(field: TrackField, said: Said): void {
    const track = this.#track;
    if (track === null) return;
    if (track.said.has(field)) {
      const why = `The other one is on line ${track.said.get(field)?.at.line ?? 0}`;
      const what = `"${FIELD_NAMES[field]}" stands twice in "${short(track.title)}"`;
      this.#faults.push(faultAt(said.at, 'field-twice', { what, why, next: 'Keep one of the two' }));
      return;
    }
    track.said.set(field, said);
  }

  #start(title: string, at: Origin, depth: number): void {
    this.#track = { title: title.replace(/\s+/g, ' ').trim(), at, said: new Map() };
    this.#depth = depth;
    this.#heading = null;
    this.#open = null;
    this.#tracks.push(this.#track);
  }

  #onTable(table: TableBlock): void {
    const [first, second] = table.columns;
    if (table.columns.length === 2 && first === 'field' && second !== undefined) {
      for (const { at, cells } of table.rows) {
        const label = cells.get(first)?.raw ?? '';
        const value = cells.get(second);
        this.#onLine({ text: '', links: value?.links ?? [], at, raw: `${label}: ${value?.raw ?? ''}` });
      }
      return;
    }
    const fields = table.columns.map((column) => fieldCalled(column));
    if (!fields.includes('name') || fields.filter((field) => field !== undefined).length < 3) return;
    for (const row of table.rows) this.#onRow(row);
    this.#track = null;
  }

  #onRow({ at, cells }: Row): void {
    const title = [...cells].find(([column]) => fieldCalled(column) === 'name')?.[1].raw ?? '';
    if ([...cells.values()].every(({ raw }) => raw === '')) return;
    this.#start(title, at, Number.POSITIVE_INFINITY);
    for (const [column, { raw, links }] of cells) {
      const field = fieldCalled(column);
      if (field !== undefined && field !== 'name') this.#put(field, { texts: [raw], links, at });
      if (field !== undefined || raw === '') continue;
      this.#left.push({ at, what: `${column} of ${title}: "${short(raw)}"`, why: 'A track has no such field' });
    }
  }
}

/** What a field is called in messages. */
export const FIELD_NAMES: Readonly<Record<TrackField, string>> = {
  name: 'Name',
  agent: 'Agent',
  handover: 'Handover doc',
  goal: 'Goal',
  soldiers: 'Soldiers',
  scope: 'File scope',
  can: 'CAN touch',
  cannot: 'CANNOT touch',
  issues: 'Issues',
  dependencies: 'Dependencies',
  type: 'Type',
  artifacts: 'Artifacts',
  start: 'Can start',
};

/** Lines of a paragraph. One that begins neither a field nor a track goes on with the line before it. */
function linesOf({ raw, links, at }: Words): readonly Words[] {
  const lines: { raw: string; line: number }[] = [];
  for (const [index, line] of raw.split('\n').entries()) {
    const text = line.replace(/^\s*[•·‣◦]\s+/, '');
    const before = lines.at(-1);
    const begins = fieldOfLine(text) !== null || isTrackName(text.replace(/^[*_]+/, ''));
    if (before === undefined || begins || isTrackName(before.raw))
      lines.push({ raw: text.trim(), line: at.line + index });
    else before.raw = `${before.raw}\n${text.trim()}`;
  }
  return lines.map((line) => ({ text: line.raw, raw: line.raw, links, at: { ...at, line: line.line } }));
}

const short = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 80);
