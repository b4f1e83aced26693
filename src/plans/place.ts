import type { Diagnostic } from '../core/diagnostic.ts';
import { type Path, type Place, readYaml, type YamlDocument } from './document.ts';
import { visible } from './names.ts';

/** A diagnostic and where in the file it belongs; lines and columns from 1. What the reader says needs no reason. */
export type PlacedDiagnostic = Omit<Diagnostic, 'why' | 'next'> & {
  readonly why: string | null;
  readonly next: string | null;
  readonly file: string;
} & Place;

/** Gives positions to diagnostics that were made from a plan and know only the field. Keeps their order. */
export function placeDiagnostics(
  text: string,
  file: string,
  diagnostics: readonly Diagnostic[],
): readonly PlacedDiagnostic[] {
  if (diagnostics.length === 0) return [];
  const document = rememberingKeys(readYaml(text));
  return diagnostics.map((diagnostic) => ({ ...diagnostic, file, ...placeOf(document, diagnostic) }));
}

/** One line: `file:line:col: what, why, next`, fit for a terminal whatever the plan holds. */
export function formatDiagnostic(diagnostic: PlacedDiagnostic): string {
  const { file, line, col, severity, what, why, next } = diagnostic;
  const kind = severity === 'error' ? '' : `${severity}: `;
  return visible(
    `${file}:${line}:${col}: ${kind}${[what, why, next]
      .filter((part) => part !== null)
      .map(sentence)
      .join(' ')}`,
  );
}

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

type Remembering = Pick<YamlDocument, 'placeOf'> & { readonly keysOf: (path: Path) => ReadonlySet<string> };

/** A plan of thousands of tasks has as many names in one map, and each diagnostic asks for them. */
function rememberingKeys(document: YamlDocument): Remembering {
  const known = new Map<string, ReadonlySet<string>>();
  const keysOf = (path: Path): ReadonlySet<string> => {
    const name = JSON.stringify(path);
    const keys = known.get(name) ?? new Set(document.keysOf(path));
    known.set(name, keys);
    return keys;
  };
  return { placeOf: document.placeOf, keysOf };
}

function placeOf(document: Remembering, { task, field }: Diagnostic): Place {
  const within = task === null ? [] : ['tasks', task];
  if (field === null) return document.placeOf(within, 'key');
  const fromRoot = pathOf(document, [], field);
  if (task === null || fromRoot.length > 1) return document.placeOf(fromRoot, 'value');
  return document.placeOf([...within, ...pathOf(document, within, field)], 'value');
}

/**
 * Names may hold dots, so a field's text is cut where the document has such a name: the longest that fits.
 * What fits nowhere is left out: the place is then the nearest thing that is there.
 */
function pathOf(document: Remembering, start: Path, field: string): Path {
  const path: (string | number)[] = [];
  let rest = field.replaceAll(/\[(\d+)\]/g, '.$1');
  while (rest !== '') {
    const keys = document.keysOf([...start, ...path]);
    const index = /^\d+/.exec(rest)?.[0];
    const next = longestIn(keys, rest) ?? (keys.size === 0 ? index : undefined);
    if (next === undefined) break;
    path.push(next);
    rest = rest.slice(next.length + 1);
  }
  return path;
}

/** The longest beginning of `text`, up to one of its dots or its end, that is a name. */
function longestIn(names: ReadonlySet<string>, text: string): string | undefined {
  for (let end = text.length; end > 0; end = text.lastIndexOf('.', end - 1)) {
    if (names.has(text.slice(0, end))) return text.slice(0, end);
  }
  return undefined;
}
