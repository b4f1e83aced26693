import type { PlacedDiagnostic } from '../plans/place.ts';
import type { Left, Missing, Origin } from './draft.ts';
import type { FileNode } from './node.ts';
import { faultAt, unknownWord, warningAt } from './source.ts';

type Sentences = Pick<PlacedDiagnostic, 'what' | 'why' | 'next'>;
type Words<T extends string> = { readonly of: string; readonly known: readonly T[] };

/** What a reader comes across beside values. Each value is asked for once; what is of a wrong type is a fault at its place. */
export class Findings {
  readonly diagnostics: PlacedDiagnostic[] = [];
  readonly missing: Missing[] = [];
  readonly left: Left[] = [];

  fault(at: Origin, code: string, sentences: Sentences): void {
    this.diagnostics.push(faultAt(at, code, sentences));
  }

  warn(at: Origin, code: string, sentences: Sentences): void {
    this.diagnostics.push(warningAt(at, code, sentences));
  }

  lacks(at: Origin, task: string | null, field: string): void {
    this.missing.push({ at, task, field });
  }

  leaves(at: Origin, what: string, why: string): void {
    this.left.push({ at, what, why });
  }

  /** A text that says something; null: there is none. */
  text(node: FileNode): string | null {
    if (!node.isThere) return null;
    if (node.text === null) return this.#wrong(node, 'a text');
    return node.text.trim() === '' ? null : node.text;
  }

  /** The texts of a list, or the one in its place; null: there is none. Empty texts say nothing. */
  texts(node: FileNode): readonly string[] | null {
    if (!node.isThere) return null;
    const nodes = Array.isArray(node.value) ? node.items : [node];
    return nodes.flatMap((each) => this.text(each) ?? []);
  }

  flag(node: FileNode): boolean | null {
    if (!node.isThere) return null;
    return typeof node.value === 'boolean' ? node.value : this.#wrong(node, 'true or false');
  }

  whole(node: FileNode): number | null {
    if (!node.isThere) return null;
    return Number.isInteger(node.value) ? node.number : this.#wrong(node, 'a whole number');
  }

  /** The node, if it is a map; null: it is not there. */
  map(node: FileNode): FileNode | null {
    if (!node.isThere) return null;
    return node.isMap ? node : this.#wrong(node, 'a map');
  }

  /** Entries of a list; null: it is not there. */
  list(node: FileNode): readonly FileNode[] | null {
    if (!node.isThere) return null;
    return Array.isArray(node.value) ? node.items : this.#wrong(node, 'a list');
  }

  /** One of the words that a format has; any other one is a fault. */
  word<T extends string>(node: FileNode, { of, known }: Words<T>): T | null {
    const said = this.text(node);
    if (said === null) return null;
    const found = known.find((word) => word === said);
    if (found === undefined) this.diagnostics.push(unknownWord(node.at, { word: said, of, known }));
    return found ?? null;
  }

  /** Names in a map that its format does not have are faults. */
  only(node: FileNode, known: readonly string[]): void {
    for (const { name, at } of node.entries) {
      if (!known.includes(name)) this.diagnostics.push(unknownWord(at, { word: name, of: 'key of this file', known }));
    }
  }

  #wrong(node: FileNode, takes: string): null {
    const what = `${node.name === '' ? 'The file' : `"${node.name.slice(0, 60)}"`} cannot be read`;
    this.fault(node.at, 'wrong-type', { what, why: `It takes ${takes}`, next: `Write ${takes}` });
    return null;
  }
}

/** Paths as a plan has them: what ends in a slash is a folder with all that is below it. */
export function patternsOf(paths: readonly string[]): { readonly value: readonly string[]; readonly note?: string } {
  const value = paths.map((path) => (path.endsWith('/') ? `${path}**` : path));
  const changed = value.find((path, index) => path !== paths[index]);
  return changed === undefined ? { value } : { value, note: `folders are written as ${changed}` };
}

/** A title of one line and a brief, of which the second holds what the first has no room for. */
export function titleAndBrief(name: string, description: string | null): readonly [title: string, brief: string] {
  const line = (name.split('\n')[0] ?? '').trim();
  const title = line.length > TITLE_MAX ? `${line.slice(0, TITLE_MAX - 1)}…` : line;
  const isWhole = title === name.trim();
  if (description === null) return [title, name];
  return [title, isWhole ? description : `${name}\n\n${description}`];
}

const TITLE_MAX = 160;
