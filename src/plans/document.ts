import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { visible } from './names.ts';

/** Keys of maps and indexes of lists, from the root. */
export type Path = readonly (string | number)[];
/** Both from 1, as editors count. */
export type Place = { readonly line: number; readonly col: number };
type YamlFault = { readonly why: string; readonly next: string; readonly place: Place };

export type YamlDocument = {
  /** Plain values; undefined if there are faults that leave none. */
  readonly value: unknown;
  readonly faults: readonly YamlFault[];
  /** Where the value (or with `key` its name) stands; the nearest thing that is there, if it is not. */
  readonly placeOf: (path: Path, part: 'key' | 'value') => Place;
  /** Names in a map in the order they were written: objects would put numbers first. */
  readonly keysOf: (path: Path) => readonly string[];
};

const ALIASES_MAX = 100;

/** Reads YAML 1.2 with all of its faults, and remembers where everything stands. Never throws. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), col: Math.max(1, col) };
  };
  const tooDeep = firstTooDeep(text);
  if (tooDeep !== null) return broken({ ...TOO_DEEP, place: tooDeep });
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      version: '1.2',
      schema: 'core',
      merge: false,
      stringKeys: true,
      // The parser compares every key with every other one: 10,000 tasks would take seconds. `unsafeKeys` does it.
      uniqueKeys: false,
      resolveKnownTags: false,
      prettyErrors: false,
    });
    return located(document, placeAt);
  } catch (error) {
    // The parser is recursive: nesting that no person writes exhausts its stack.
    return broken({ ...TOO_DEEP, why: reasonOf(error), place: { line: 1, col: 1 } });
  }
}

const TOO_DEEP = { why: 'It is nested too deeply', next: 'Write it with less nesting' };
const OPEN_MAX = 10_000;

/** Where more brackets stand open than any plan needs, texts included: the parser would take minutes to give up. */
function firstTooDeep(text: string): Place | null {
  let open = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1));
    if (open <= OPEN_MAX) continue;
    const before = text.slice(0, index).split('\n');
    return { line: before.length, col: (before.at(-1) ?? '').length + 1 };
  }
  return null;
}

function located(document: Document, placeAt: (offset: number) => Place): YamlDocument {
  const raw = [...document.errors, ...document.warnings];
  const faults: YamlFault[] = raw
    .filter(({ pos }, at) => raw.findIndex((other) => other.pos[0] === pos[0]) === at)
    .map(({ code, message, pos }) => ({ ...sentences(code, message), place: placeAt(pos[0]) }));
  const usable = document.errors.length === 0;
  if (usable) faults.push(...unsafeKeys(document, placeAt));
  const find = finder(document);
  const place = { placeOf: (path: Path, part: 'key' | 'value') => placeAt(find(path)[part]), keysOf: find.keysOf };
  if (!usable) return { value: undefined, faults, ...place };
  try {
    return { value: document.toJS({ maxAliasCount: ALIASES_MAX }), faults, ...place };
  } catch (error) {
    const fault = {
      why: reasonOf(error),
      next: 'Write out what the aliases (*name) stand for',
      place: placeAt(firstAlias(document)),
    };
    return { value: undefined, faults: [...faults, fault], ...place };
  }
}

function broken(fault: YamlFault): YamlDocument {
  return { value: undefined, faults: [fault], placeOf: () => fault.place, keysOf: () => [] };
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return TOO_DEEP.why;
  return visible(error instanceof Error ? error.message : String(error)).slice(0, 200);
}

function sentences(code: string, message: string): { readonly why: string; readonly next: string } {
  if (code === 'MULTIPLE_DOCS') return { why: 'The file holds several documents', next: 'Remove what follows "---"' };
  if (code === 'TAB_AS_INDENT') return { why: 'Tabs cannot indent YAML', next: 'Use spaces' };
  if (code === 'TAG_RESOLVE_FAILED') return { why: 'Tags have no meaning in a plan', next: 'Remove the tag' };
  if (/call stack/.test(message)) return TOO_DEEP;
  const why = visible(message.split('\n')[0] ?? '').slice(0, 200);
  return { why, next: 'Correct the YAML there; an editor with YAML support shows the same' };
}

/** Names that are there twice; `__proto__`, which no program in JavaScript can hold; merge keys, which YAML 1.2 dropped. */
function unsafeKeys(document: Document, placeAt: (offset: number) => Place): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>();
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : '';
        const fault = seen.has(name) ? TWICE : UNSAFE.get(name);
        if (fault) faults.push({ ...fault, place: placeAt(startOf(key) ?? 0) });
        seen.add(name);
      }
    },
  });
  return faults;
}

const TWICE = { why: 'This name is there already', next: 'Keep one of the two' };
const UNSAFE: ReadonlyMap<string, Omit<YamlFault, 'place'>> = new Map([
  ['__proto__', { why: '"__proto__" cannot be a name', next: 'Choose another name' }],
  ['<<', { why: '"<<" has no meaning in YAML 1.2', next: 'Write out what it would merge' }],
]);

function firstAlias(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias: (_, node) => {
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

type Found = { readonly key: number; readonly value: number };
type Entry = { readonly key: number; readonly node: Node | null };

/** Follows paths through the nodes. Maps are indexed once: a plan may hold ten thousand tasks. */
function finder(document: Document): ((path: Path) => Found) & { readonly keysOf: (path: Path) => readonly string[] } {
  const indexes = new WeakMap<object, ReadonlyMap<string, Entry>>();
  const settle = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const indexOf = (node: unknown): ReadonlyMap<string, Entry> | null => {
    const map = settle(node);
    if (!isMap(map)) return null;
    const known = indexes.get(map) ?? entriesOf(map.items);
    indexes.set(map, known);
    return known;
  };
  const step = (node: unknown, segment: string | number): Entry | null => {
    const entry = indexOf(node)?.get(String(segment));
    if (entry) return entry;
    const list = settle(node);
    if (!isSeq(list)) return null;
    const child = list.items[Number(segment)] as Node | undefined;
    return child ? { key: child.range?.[0] ?? 0, node: child } : null;
  };
  const walk = (path: Path): { readonly key: number; readonly node: unknown; readonly value: number } => {
    let node: unknown = document.contents;
    let key = startOf(document.contents) ?? 0;
    for (const segment of path) {
      const entry = step(node, segment);
      if (!entry) break;
      key = entry.key;
      node = entry.node;
    }
    return { key, node, value: startOf(node) ?? key };
  };
  const keysOf = (path: Path): readonly string[] => [...(indexOf(walk(path).node)?.keys() ?? [])];
  return Object.assign((path: Path): Found => walk(path), { keysOf });
}

function entriesOf(pairs: readonly { readonly key: unknown; readonly value: unknown }[]): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { key, value } of pairs) {
    const name = String(isScalar(key) ? key.value : key);
    // Of a name that is there twice the last one counts, as it does for the values.
    entries.set(name, { key: startOf(key) ?? 0, node: (value ?? null) as Node | null });
  }
  return entries;
}

const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];
