import type { Origin } from '../draft.ts';

/** A line of a request; lines from 1. */
export type Line = { readonly text: string; readonly line: number };

export type RequestItem = {
  /** As it was written in front of it; null: a bullet. */
  readonly number: number | null;
  readonly box: ' ' | 'x' | null;
  readonly at: Origin;
  /** All of it but its number and what is listed below it. */
  readonly text: string;
  /** What is listed below it, in order. */
  readonly steps: readonly Line[];
};

/** A list and what stands in front of it. */
export type Section = {
  readonly head: readonly Line[];
  readonly ordered: boolean;
  readonly items: readonly RequestItem[];
};

export type Sections = { readonly sections: readonly Section[]; readonly after: readonly Line[] };

/** `1.`, `1)`, `-`, `*`, `•`, each with a box or without. */
const START = /^(\s*)(?:(\d{1,4})[.)]|[-*+•])\s+(?:\[([ xX])\]\s+)?(\S.*)$/;
const FENCE = /^\s*(?:```|~~~)/;

type Start = {
  readonly indent: number;
  readonly number: number | null;
  readonly box: ' ' | 'x' | null;
  readonly text: string;
};
type OpenItem = { readonly start: Start; readonly line: number; readonly rest: Line[] };
type OpenSection = {
  readonly head: readonly Line[];
  readonly ordered: boolean;
  readonly indent: number;
  readonly items: OpenItem[];
};

/** The lists of a text. One that stands in a single line (`1. … 2. …`) is a list as well. */
export function sectionsOf(text: string, file: string): Sections {
  const lines = withInlineList(text.split(/\r\n?|\n/).map((each, index) => ({ text: each, line: index + 1 })));
  const splitter = new Splitter();
  for (const line of lines) splitter.take(line);
  return splitter.end(file);
}

class Splitter {
  readonly #sections: OpenSection[] = [];
  #loose: Line[] = [];
  #inFence = false;
  #blankBefore = true;

  take(line: Line): void {
    const isFence = FENCE.test(line.text);
    const start = this.#inFence || isFence ? null : startOf(line.text);
    if (isFence) this.#inFence = !this.#inFence;
    if (start !== null && this.#isTop(start)) this.#begin(start, line.line);
    else if (this.#goesOn(line)) this.#sections.at(-1)?.items.at(-1)?.rest.push(line);
    else this.#loose.push(line);
    this.#blankBefore = line.text.trim() === '';
  }

  end(file: string): Sections {
    const sections = this.#sections.map(({ head, ordered, items }) => ({
      head,
      ordered,
      items: items.map((item) => finished(item, file)),
    }));
    return { sections, after: this.#loose };
  }

  get #hasLoose(): boolean {
    return this.#loose.some(({ text }) => text.trim() !== '');
  }

  /** What is further in, or of the other kind without a word between, is a part of the item above it. */
  #isTop({ indent, number }: Start): boolean {
    const section = this.#sections.at(-1);
    if (section === undefined || this.#hasLoose) return true;
    return indent <= section.indent + 1 && (number !== null) === section.ordered;
  }

  #begin(start: Start, line: number): void {
    const section = this.#sections.at(-1);
    const item = { start, line, rest: [] };
    if (section === undefined || this.#beginsAnew(section, start)) {
      const ordered = start.number !== null;
      this.#sections.push({ head: this.#loose, ordered, indent: start.indent, items: [item] });
    } else {
      // Paragraphs that nobody indented belong to the item above them when the numbers go on behind them.
      section.items.at(-1)?.rest.push(...this.#loose);
      section.items.push(item);
    }
    this.#loose = [];
  }

  #beginsAnew({ ordered, items }: OpenSection, { number }: Start): boolean {
    const last = items.at(-1)?.start.number ?? null;
    if (ordered !== (number !== null)) return true;
    if (number === null || last === null) return this.#hasLoose;
    if (!this.#hasLoose) return number === 1 && last > 1;
    const said = this.#loose.filter(({ text }) => text.trim() !== '');
    return number !== last + 1 || (said.length === 1 && (said[0]?.text ?? '').trim().endsWith(':'));
  }

  /** Indented, or right below it. */
  #goesOn({ text }: Line): boolean {
    if (this.#sections.length === 0 || this.#hasLoose) return false;
    return this.#inFence || text.trim() === '' || /^\s/.test(text) || !this.#blankBefore;
  }
}

function startOf(text: string): Start | null {
  const found = START.exec(text);
  if (found === null) return null;
  const box = found[3] === undefined ? null : found[3] === ' ' ? ' ' : 'x';
  return {
    indent: (found[1] ?? '').length,
    number: found[2] === undefined ? null : Number(found[2]),
    box,
    text: found[4] ?? '',
  };
}

function finished({ start, line, rest }: OpenItem, file: string): RequestItem {
  const said: string[] = [start.text.trim()];
  const steps: { text: string; readonly line: number }[] = [];
  let inFence = false;
  let inStep = false;
  for (const each of rest) {
    const below = inFence ? null : startOf(each.text);
    if (FENCE.test(each.text)) inFence = !inFence;
    const last = steps.at(-1);
    if (each.text.trim() === '') inStep = false;
    if (below !== null) {
      steps.push({ text: below.text.trim(), line: each.line });
      inStep = true;
    } else if (inStep && last !== undefined) last.text += ` ${each.text.trim()}`;
    else said.push(each.text);
  }
  const text = dedented(said).trim();
  return { number: start.number, box: start.box, at: { file, line }, text, steps };
}

function dedented([first = '', ...rest]: readonly string[]): string {
  const indents = rest.filter((line) => line.trim() !== '').map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const least = indents.reduce((a, b) => Math.min(a, b), 16);
  return [first, ...rest.map((line) => line.slice(least).trimEnd())].join('\n');
}

/** If the only list of a text stands in one line, each of its items gets a line of its own, with the same number. */
function withInlineList(lines: readonly Line[]): readonly Line[] {
  const starts = lines.filter(({ text }) => startOf(text) !== null).length;
  if (starts > 1) return lines;
  let found = false;
  return lines.flatMap((line) => {
    const parts = found ? [] : inlineParts(line.text);
    if (parts.length === 0) return [line];
    found = true;
    return parts.filter((text) => text.trim() !== '').map((text) => ({ text, line: line.line }));
  });
}

/** `title: 1. one 2. two` → `title:`, `1. one`, `2. two`; nothing: there is no such list. */
function inlineParts(text: string): readonly string[] {
  const cuts: number[] = [];
  for (const found of text.matchAll(/(?<=^|[\s:;,.(])(\d{1,4})[.)]\s+(?=\S)/g)) {
    if (Number(found[1]) === cuts.length + 1) cuts.push(found.index);
  }
  if (cuts.length < 2) return [];
  const items = cuts.map((cut, index) => text.slice(cut, cuts[index + 1]).replace(/[\s;,]+$/, ''));
  return [text.slice(0, cuts[0]).trimEnd(), ...items];
}
