import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** Each room and the rooms it may import from. Reading it top to bottom is reading the architecture. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  system: ['core'],
  process: ['core'],
  store: ['core'],
  queue: ['core'],
  plans: ['core'],
  report: ['core'],
  formats: ['core', 'plans'],
  git: ['core', 'process'],
  agents: ['core', 'process'],
  trackers: ['core'],
  'fake-agent': ['core'],
  desk: ['core'],
  'agent-tools': ['core', 'desk'],
  engine: ['core'],
  cli: ['core', 'report'],
  // The composition root: the only room that knows every other. Of `cli` it sees the interface that it implements.
  world: [
    'core',
    'system',
    'process',
    'store',
    'queue',
    'plans',
    'formats',
    'report',
    'git',
    'agents',
    'trackers',
    'desk',
    'engine',
    'cli',
  ],
  'main.ts': ['cli', 'world', 'system'],
  'index.ts': ['core', 'plans', 'engine', 'world', 'report'],
};

const LINES_MAX = 300;
const FUNCTION_LINES_MAX = 60;
const PARAMETERS_MAX = 3;
const NESTING_MAX = 3;

/** Places that break a budget, each with the reason. The list may only get shorter. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

const BANNED_NAMES =
  /(manager|service|handler|helper|utils?|coordinator|orchestrator|processor|legacy|enhanced|advanced)/i;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && statSync(join(SRC, file)).isFile())
  .sort();
const sources = files.filter((file) => !file.endsWith('.test.ts'));
const read = (file: string): string => readFileSync(join(SRC, file), 'utf8');
const room = (file: string): string => file.split(/[/\\]/)[0] ?? file;

test('every folder of src is a room of the table', () => {
  expect([...new Set(sources.map(room))].filter((each) => !(each in MAY_IMPORT))).toEqual([]);
});

test('imports point one way', () => {
  const wrong: string[] = [];
  for (const file of sources) {
    for (const specifier of relativeImports(read(file))) {
      const target = room(relative(SRC, resolve(SRC, dirname(file), specifier)));
      if (target === room(file) || target.startsWith('..')) continue;
      if (!MAY_IMPORT[room(file)]?.includes(target)) wrong.push(`${file} imports from ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the core touches nothing outside itself', () => {
  const impure = /from 'node:|\bDate\.now\b|new Date\(\)|Math\.random|(?<!\.\/)\bprocess\.|setTimeout|setInterval/;
  expect(sources.filter((file) => room(file) === 'core' && impure.test(withoutComments(read(file))))).toEqual([]);
});

test('only the edges read the environment, the clock and chance', () => {
  const edges = ['system', 'process', 'store', 'queue', 'world', 'main.ts', 'fake-agent', 'agent-tools'];
  const reads = /process\.env\b|\bDate\.now\(|new Date\(\)|Math\.random\(/;
  const wrong = sources.filter((file) => !edges.includes(room(file)) && reads.test(withoutComments(read(file))));
  expect(wrong).toEqual([]);
});

test('nothing prints but the terminal', () => {
  const prints = /\bconsole\.|process\.stdout|process\.stderr/;
  const allowed = ['main.ts', 'fake-agent', 'world', 'process'];
  expect(sources.filter((file) => !allowed.includes(room(file)) && prints.test(withoutComments(read(file))))).toEqual(
    [],
  );
});

test('files stay short', () => {
  const long = sources.filter((file) => read(file).split('\n').length - 1 > LINES_MAX && !(file in EXCEPTIONS));
  expect(long.map((file) => `${file}: ${read(file).split('\n').length - 1} lines`)).toEqual([]);
});

test('functions stay short, shallow and narrow', () => {
  const wrong = sources.flatMap((file) => overBudget(file)).filter((each) => !(each.split(' ')[0] ?? '' in EXCEPTIONS));
  expect(wrong).toEqual([]);
});

test('names are nouns and verbs of the field, not fillers', () => {
  expect(sources.filter((file) => BANNED_NAMES.test(file))).toEqual([]);
});

test('there are no cycles between files', () => {
  const graph = new Map(sources.map((file) => [file, localTargets(file)]));
  expect(cycleIn(graph)).toEqual([]);
});

test('no test waits by sleeping, and none is switched off', () => {
  const tests = [...files.filter((file) => file.endsWith('.test.ts')).map((file) => join(SRC, file)), ...storyFiles()];
  const lazy =
    /(?<!['"`])\b(?:test|it|describe)\.(?:only|skip|todo|fails)\(|setTimeout\([^,]+,\s*\d{3,}\)|\bsleep\(\d{3,}\)/;
  const self = join(import.meta.dirname, 'tidy.test.ts');
  expect(tests.filter((file) => file !== self && lazy.test(readFileSync(file, 'utf8')))).toEqual([]);
});

function storyFiles(): string[] {
  const root = import.meta.dirname;
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(root, file));
}

function relativeImports(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].flatMap(([, specifier]) => specifier ?? []);
}

/** Imports that exist at run time: a type alone makes no cycle. */
function localTargets(file: string): string[] {
  const text = read(file).replaceAll(/import type [^;]+;/g, '');
  return relativeImports(text).map((specifier) => relative(SRC, resolve(SRC, dirname(file), specifier)));
}

function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

function overBudget(file: string): string[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined)
      found.push(...verdictOn(node, source, file));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function verdictOn(node: ts.SignatureDeclaration, source: ts.SourceFile, file: string): string[] {
  const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
  const last = source.getLineAndCharacterOfPosition(node.getEnd()).line;
  const where = `${file}:${first + 1}`;
  const depth = nesting(node);
  return [
    ...(last - first + 1 > FUNCTION_LINES_MAX ? [`${where} has ${last - first + 1} lines`] : []),
    ...(node.parameters.length > PARAMETERS_MAX ? [`${where} has ${node.parameters.length} parameters`] : []),
    ...(depth > NESTING_MAX ? [`${where} nests ${depth} deep`] : []),
  ];
}

/** How many blocks of control flow stand inside each other, not counting functions within. */
function nesting(node: ts.Node): number {
  let deepest = 0;
  const visit = (child: ts.Node, depth: number): void => {
    if (ts.isFunctionLike(child)) return;
    const isElseIf = ts.isIfStatement(child) && ts.isIfStatement(child.parent) && child.parent.elseStatement === child;
    const deeper = isControl(child) && !isElseIf ? depth + 1 : depth;
    deepest = Math.max(deepest, deeper);
    ts.forEachChild(child, (next) => visit(next, deeper));
  };
  ts.forEachChild(node, (child) => visit(child, 0));
  return deepest;
}

const isControl = (node: ts.Node): boolean =>
  ts.isIfStatement(node) ||
  ts.isForStatement(node) ||
  ts.isForOfStatement(node) ||
  ts.isForInStatement(node) ||
  ts.isWhileStatement(node) ||
  ts.isDoStatement(node) ||
  ts.isSwitchStatement(node) ||
  ts.isTryStatement(node);
