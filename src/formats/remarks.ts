import type { PlacedDiagnostic } from '../plans/place.ts';
import type { Draft, DraftTask, Left, Missing, Origin, Sourced, TaskValues } from './draft.ts';
import type { FileNode } from './node.ts';
import { drafted, faultAt, type ReadDraft, unknownWord, warningAt } from './source.ts';

type Sentences = Pick<PlacedDiagnostic, 'what' | 'why' | 'next'>;
type Words<T> = {
  /** What such a word is called in a message. */
  readonly of: string;
  readonly means: Readonly<Record<string, T>>;
  /** The task that it is said of, if the format asks for it. */
  readonly askedOf?: string;
};

/** What a reader finds on its way through the files of a system that keeps tasks as records with fields. */
export class Remarks {
  readonly #diagnostics: PlacedDiagnostic[] = [];
  readonly #missing: Missing[] = [];
  readonly #left = new Map<string, { readonly left: Left; count: number }>();

  fault(at: Origin, code: string, sentences: Sentences): void {
    this.#diagnostics.push(faultAt(at, code, sentences));
  }

  warn(at: Origin, code: string, sentences: Sentences): void {
    this.#diagnostics.push(warningAt(at, code, sentences));
  }

  add(diagnostics: readonly PlacedDiagnostic[]): void {
    this.#diagnostics.push(...diagnostics);
  }

  unknown(at: Origin, word: string, { of, means }: Words<unknown>): void {
    this.#diagnostics.push(unknownWord(at, { word, of, known: Object.keys(means) }));
  }

  get isFaulty(): boolean {
    return this.#diagnostics.some(({ severity }) => severity === 'error');
  }

  missing(at: Origin, task: string | null, field: string): void {
    this.#missing.push({ at, task, field });
  }

  /** The same thing of many tasks is said once, with the first place. */
  leave(at: Origin, what: string, why: string): void {
    const key = JSON.stringify([what, why]);
    const before = this.#left.get(key);
    if (before === undefined) this.#left.set(key, { left: { at, what, why }, count: 1 });
    else before.count++;
  }

  /** Fields that nobody here knows. */
  leaveOthers(record: FileNode, known: ReadonlySet<string>, why = 'A plan has no field for it'): void {
    for (const entry of record.entries) {
      if (entry.isThere && !known.has(entry.name)) this.leave(entry.at, `"${entry.name}"`, why);
    }
  }

  /** A text; null: there is none. */
  text(node: FileNode): string | null {
    if (!node.isThere) return null;
    if (node.text === null) this.fault(node.at, 'wrong-type', wrongType(node.name, 'text'));
    return node.text === null || node.text.trim() === '' ? null : node.text;
  }

  /** A text that the format asks for. */
  asked(node: FileNode, task: string): string | null {
    const text = this.text(node);
    if (!node.isThere || node.text?.trim() === '') this.missing(node.at, task, node.name);
    return text;
  }

  /** Texts of a list. */
  texts(node: FileNode): readonly string[] {
    if (!node.isThere) return [];
    const nodes = Array.isArray(node.value) ? node.items : [node];
    return nodes.flatMap((each) => {
      if (each.text === null) this.fault(each.at, 'wrong-type', wrongType(node.name, 'list of texts'));
      return each.text === null || each.text.trim() === '' ? [] : [each.text];
    });
  }

  /** What a word means; null: it is not there, or it is no word of this system. */
  word<T>(node: FileNode, words: Words<T>): T | null {
    if (!node.isThere) {
      if (words.askedOf !== undefined) this.missing(node.at, words.askedOf, node.name);
      return null;
    }
    const word = node.text;
    const key = word === null ? null : meant(word, words.means);
    if (key === null) this.unknown(node.at, word ?? JSON.stringify(node.value) ?? '', words);
    return key === null ? null : (words.means[key] ?? null);
  }

  read(draft: Omit<Draft, 'missing' | 'left'>): ReadDraft {
    const left = [...this.#left.values()].map(({ left: one, count }) =>
      count === 1 ? one : { ...one, what: `${one.what} (${count} times)` },
    );
    return drafted({ ...draft, missing: this.#missing, left }, this.#diagnostics);
  }

  /** Nothing can be made of it. */
  refuse(): ReadDraft {
    return { draft: null, diagnostics: this.#diagnostics };
  }
}

const meant = (word: string, means: Readonly<Record<string, unknown>>): string | null =>
  Object.keys(means).find((key) => key.toLowerCase() === word.trim().toLowerCase()) ?? null;

const wrongType = (name: string, wanted: string): Sentences => ({
  what: `"${name}" is no ${wanted}`,
  why: `This format has a ${wanted} there`,
  next: `Write a ${wanted}, or leave it out`,
});

type Given = { readonly [F in keyof TaskValues]-?: TaskValues[F] | undefined };

/** Values of a task without those that are not there. */
export function valuesOf(given: Partial<Given>): TaskValues {
  const there = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there);
}

/** A value and its place, unless there is none. */
export function sourced<T>(value: T | null, from: Origin, note?: string): Sourced<T> | undefined {
  if (value === null) return undefined;
  return note === undefined ? { value, from } : { value, from, note };
}

/** The same for a list that may be empty. */
export const sourcedList = <T>(list: readonly T[], from: Origin, note?: string): Sourced<T[]> | undefined =>
  sourced(list.length === 0 ? null : [...list], from, note);

/** As a title takes it. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200).trim();

/** A brief of several parts, each below its heading; parts without a text are left out. */
export const briefOf = (parts: readonly (readonly [string | null, string | null])[]): string =>
  parts
    .flatMap(([heading, text]) => {
      if (text === null || text.trim() === '') return [];
      return [heading === null ? text.trim() : `## ${heading}\n\n${text.trim()}`];
    })
    .join('\n\n');

/** Some systems let a task wait for ever for one that was given up. A plan starts it: that has to be seen. */
export function warnOfDropped(tasks: readonly DraftTask[], remarks: Remarks): void {
  const dropped = new Set(tasks.filter(({ state }) => state === 'dropped').map(({ name }) => name));
  for (const { name, at, state, values } of tasks) {
    if (state !== 'open') continue;
    for (const need of [values.needs?.value ?? []].flat().filter((each) => dropped.has(each))) {
      remarks.warn(values.needs?.from ?? at, 'dropped-need', {
        what: `"${oneLine(name)}" waits for "${oneLine(need)}"`,
        why: 'That one is not worked on, so the plan does not wait for it',
        next: 'Take the task out of the plan if it makes no sense without the other',
      });
    }
  }
}

/** What stands between `---` lines at the top of a text; empty: nothing. */
export const frontOf = (text: string): string => /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? '';
