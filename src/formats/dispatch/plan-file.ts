import type { PlacedDiagnostic } from '../../plans/place.ts';
import type { Origin, Sourced } from '../draft.ts';
import { type SourceFile, unknownWord } from '../source.ts';

export type ItemState = 'todo' | 'done' | 'blocked' | 'error';

/** The boxes of a `plan.md`, by what they say. */
export const MARKS: Readonly<Record<ItemState, string>> = { todo: ' ', done: 'x', blocked: '?', error: '!' };

export type PlanItem = {
  readonly text: string;
  readonly state: ItemState;
  /** What stands behind a dash; null: nothing. */
  readonly note: string | null;
  /** Why it does not go on. */
  readonly blocker: string | null;
};
export type PlanFile = {
  readonly title: Sourced<string> | null;
  readonly items: readonly (PlanItem & { readonly at: Origin })[];
  /** What the one who dispatched it added later. */
  readonly notes: readonly Sourced<string>[];
  /** Everything else, as it stands there. */
  readonly context: string;
  readonly faults: readonly PlacedDiagnostic[];
};

const ITEM = /^\s*(?:[-*+]|\d{1,4}[.)])\s+\[([^\]\n]?)\](?=\s|$)\s*(.*)$/;
const LABEL = /^\**(blocker|blocked|error|reason|note from dispatcher)\s*:\s*\**\s*(.*)$/i;

type OpenItem = { text: string; readonly mark: string; blocker: string | null; readonly line: number };

/** Reads the checklist of a task. It is read line by line: what a worker writes there need not be good Markdown. */
export function readPlanFile({ path, text }: SourceFile): PlanFile {
  const reader = new LineReader(path);
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n?|\n/)
    .entries())
    reader.take(line, index + 1);
  return reader.end();
}

class LineReader {
  readonly #path: string;
  readonly #items: OpenItem[] = [];
  readonly #notes: { value: string; readonly from: Origin }[] = [];
  readonly #context: string[] = [];
  #title: Sourced<string> | null = null;
  #inFence = false;
  #inItem = false;
  /** What the next line of a quotation goes on with. */
  #quoting: 'note' | 'blocker' | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  take(line: string, number: number): void {
    if (/^\s*(?:```|~~~)/.test(line)) this.#inFence = !this.#inFence;
    const heading = /^#\s+(.*\S)\s*$/.exec(line)?.[1];
    const item = this.#inFence ? null : ITEM.exec(line);
    const quote = /^\s*>\s?(.*)$/.exec(line)?.[1];
    if (this.#title === null && heading !== undefined && !this.#inFence) {
      this.#title = { value: heading, from: this.#at(number) };
    } else if (item !== null) this.#begin(item, number);
    else if (quote !== undefined && !this.#inFence) this.#quote(quote.trim(), number);
    else this.#other(line, number);
  }

  end(): PlanFile {
    const items = this.#items.map(({ text, mark, blocker, line }) => {
      const [before, note] = splitNote(text);
      return { text: before, state: STATES.get(mark) ?? 'todo', note, blocker, at: this.#at(line) };
    });
    const strange = this.#items.filter(({ mark }) => !STATES.has(mark));
    const faults = strange.map(({ mark, line }) =>
      unknownWord(this.#at(line), { word: `[${mark}]`, of: 'marker of an item', known: ['[ ]', '[x]', '[?]', '[!]'] }),
    );
    return { title: this.#title, items, notes: this.#notes, context: this.#context.join('\n').trim(), faults };
  }

  #at(line: number): Origin {
    return { file: this.#path, line };
  }

  #begin([, mark = '', text = '']: RegExpExecArray, line: number): void {
    this.#items.push({ text: text.trim(), mark: mark.toLowerCase(), blocker: null, line });
    [this.#inItem, this.#quoting] = [true, null];
  }

  #quote(text: string, line: number): void {
    const label = LABEL.exec(text);
    const last = this.#items.at(-1);
    if (label !== null) this.#labelled(label, line);
    else if (this.#quoting === 'note') this.#append(this.#notes.at(-1), text);
    else if (this.#quoting === 'blocker' && last !== undefined) last.blocker = `${last.blocker ?? ''} ${text}`.trim();
    else this.#context.push(`> ${text}`);
  }

  #append(note: { value: string } | undefined, text: string): void {
    if (note !== undefined) note.value = `${note.value} ${text}`.trim();
  }

  #labelled([, label = '', text = '']: RegExpExecArray, line: number): void {
    const last = this.#items.at(-1);
    if (label.toLowerCase() === 'note from dispatcher') {
      this.#notes.push({ value: text.trim(), from: this.#at(line) });
      this.#quoting = 'note';
    } else if (last !== undefined) {
      last.blocker = [last.blocker, text.trim()].filter((each) => each !== null && each !== '').join('; ');
      this.#quoting = 'blocker';
    } else this.#context.push(text);
  }

  /** A line that is further in than its item belongs to it. */
  #other(line: string, number: number): void {
    this.#quoting = null;
    const last = this.#items.at(-1);
    const label = LABEL.exec(line.trim());
    if (line.trim() === '') this.#inItem = false;
    if (label !== null && last !== undefined && !this.#inFence) {
      this.#labelled(label, number);
      this.#quoting = null;
    } else if (this.#inItem && last !== undefined && /^\s/.test(line)) last.text += ` ${line.trim()}`;
    else this.#context.push(line);
  }
}

const STATES: ReadonlyMap<string, ItemState> = new Map([
  [' ', 'todo'],
  ['x', 'done'],
  ['?', 'blocked'],
  ['!', 'error'],
]);

/** `Map the routes — 14 found`. A hyphen without blanks around it is a part of a word. */
function splitNote(text: string): readonly [string, string | null] {
  const found = /(?:^|\s)(?:—|–|--|-)\s+(?=\S)/.exec(text);
  if (found === null) return [text, null];
  return [text.slice(0, found.index).trim(), text.slice(found.index + found[0].length).trim()];
}
