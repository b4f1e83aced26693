import { type Path, readYaml, type YamlDocument } from '../plans/document.ts';
import type { PlacedDiagnostic } from '../plans/place.ts';
import type { Origin } from './draft.ts';
import { faultAt, type SourceFile } from './source.ts';

/** A value in a YAML or JSON file that knows where it stands. What is not there is a node too: `isThere` is false. */
export class FileNode {
  readonly value: unknown;
  readonly #file: string;
  readonly #document: Pick<YamlDocument, 'placeOf'>;
  readonly #path: Path;

  constructor(file: string, document: Pick<YamlDocument, 'placeOf'>, { path, value }: { path: Path; value: unknown }) {
    this.#file = file;
    this.#document = document;
    this.#path = path;
    this.value = value;
  }

  get isThere(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** Where it stands, or the nearest thing that is there. */
  get at(): Origin {
    return { file: this.#file, line: this.#document.placeOf(this.#path, 'value').line };
  }

  /** Where its name stands: for a map, the line above what is in it. */
  get nameAt(): Origin {
    return { file: this.#file, line: this.#document.placeOf(this.#path, 'key').line };
  }

  /** Its own name in the map or list that it is in. */
  get name(): string {
    return String(this.#path.at(-1) ?? '');
  }

  /** The value under a key. */
  get(key: string): FileNode {
    const value = this.isMap && Object.hasOwn(this.value as object, key) ? this.#own(key) : undefined;
    return this.#below(key, value);
  }

  get isMap(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value);
  }

  /** Entries of a list; of anything else none. */
  get items(): readonly FileNode[] {
    return Array.isArray(this.value) ? this.value.map((value: unknown, index) => this.#below(index, value)) : [];
  }

  /** Values of a map with their names; of anything else none. */
  get entries(): readonly FileNode[] {
    return this.isMap ? Object.keys(this.value as object).map((key) => this.get(key)) : [];
  }

  /** A text, or a number as text; null: anything else. */
  get text(): string | null {
    if (typeof this.value === 'string') return this.value;
    return typeof this.value === 'number' ? String(this.value) : null;
  }

  get number(): number | null {
    return typeof this.value === 'number' && Number.isFinite(this.value) ? this.value : null;
  }

  /** The texts of a list, or the one that stands in its place. */
  get texts(): readonly string[] {
    const nodes = Array.isArray(this.value) ? this.items : [this];
    return nodes.flatMap(({ text }) => (text === null ? [] : [text]));
  }

  #own(key: string): unknown {
    return (this.value as Record<string, unknown>)[key];
  }

  #below(step: string | number, value: unknown): FileNode {
    return new FileNode(this.#file, this.#document, { path: [...this.#path, step], value });
  }
}

export type ReadNode = { readonly root: FileNode | null; readonly faults: readonly PlacedDiagnostic[] };

/** Reads YAML. `line`: the line of the file on which the text begins. */
export function readYamlFile({ path, text }: SourceFile, line = 1): ReadNode {
  const document = readYaml(text.replace(/^\ufeff/, ''));
  const moved = { placeOf: movedBy(document, line - 1) };
  const faults = document.faults.map(({ why, next, place }) =>
    faultAt({ file: path, line: place.line + line - 1 }, 'yaml', { what: 'The YAML cannot be read', why, next }),
  );
  if (document.value === undefined || faults.length > 0) return { root: null, faults };
  return { root: new FileNode(path, moved, { path: [], value: document.value }), faults };
}

/** Reads JSON, of which all is YAML but tabs in front of a line. */
export function readJsonFile({ path, text }: SourceFile): ReadNode {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    return { root: null, faults: [notJson(path, text, error)] };
  }
  return readYamlFile({ path, text: text.replace(/^[\t ]+/gm, (blank) => ' '.repeat(blank.length)) });
}

/** JSON Lines: one value a line. Empty lines are nothing. */
export function readJsonLines({ path, text }: SourceFile): {
  roots: readonly FileNode[];
  faults: readonly PlacedDiagnostic[];
} {
  const roots: FileNode[] = [];
  const faults: PlacedDiagnostic[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    try {
      const placeOf = () => ({ line: index + 1, col: 1 });
      roots.push(new FileNode(path, { placeOf }, { path: [], value: JSON.parse(line) }));
    } catch (error) {
      faults.push(faultAt({ file: path, line: index + 1 }, 'json', { ...NOT_JSON, why: reasonOf(error) }));
    }
  }
  return { roots, faults };
}

const movedBy =
  (document: YamlDocument, lines: number): YamlDocument['placeOf'] =>
  (path, part) => {
    const { line, col } = document.placeOf(path, part);
    return { line: line + lines, col };
  };

const NOT_JSON = { what: 'The JSON cannot be read', next: 'Mend it, or have its own program write it again' };

function notJson(path: string, text: string, error: unknown): PlacedDiagnostic {
  const at = /position (\d+)/.exec(reasonOf(error))?.[1];
  const line = at === undefined ? text.split('\n').length : text.slice(0, Number(at)).split('\n').length;
  return faultAt({ file: path, line }, 'json', { ...NOT_JSON, why: reasonOf(error) });
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 200) : String(error);
