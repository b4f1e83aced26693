import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '../..');

/** A test by the name that people read, and the rows that it says it shows. */
export interface TaggedTest {
  readonly file: string;
  readonly line: number;
  /** With what it stands in, without the numbers. */
  readonly title: string;
  readonly rows: readonly string[];
  /** It runs wherever the tests run: nothing that it stands in may leave it out. */
  readonly always: boolean;
}

const TAG = / \((U\d+(?:, U\d+)*)\)$/;
const NAMES = ['test', 'it', 'describe'];
const LEFT_OUT = ['skip', 'skipIf', 'runIf', 'todo', 'fails'];

/** Every test of the repository that names a row; also those of the suites that several test files run. */
export function taggedTests(): readonly TaggedTest[] {
  return ['src', 'test']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => file.endsWith('.test.ts') || /^test\/suites\/[\w-]+\.ts$/.test(file))
    .toSorted()
    .flatMap((file) => taggedIn(file, readFileSync(join(ROOT, file), 'utf8')));
}

/** The tests of one file that name a row. */
export function taggedIn(file: string, text: string): readonly TaggedTest[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: TaggedTest[] = [];
  const visit = (node: ts.Node, within: Surroundings): void => {
    const call = titledCall(node);
    const inner = call === null ? within : surroundings(within, call);
    const [, rows] = TAG.exec(call?.title ?? '') ?? [];
    if (rows !== undefined && call?.words[0] !== 'describe') {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      const title = inner.titles.join(': ').replace(TAG, '');
      found.push({ file, line, title, rows: rows.split(', '), always: inner.always });
    }
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, { titles: [], always: true });
  return found;
}

interface Surroundings {
  readonly titles: readonly string[];
  readonly always: boolean;
}

const surroundings = (within: Surroundings, { words, title }: TitledCall): Surroundings => ({
  titles: [...within.titles, title],
  always: within.always && !words.some((word) => LEFT_OUT.includes(word)),
});

interface TitledCall {
  readonly words: readonly string[];
  readonly title: string;
}

/** A call such as `test.each(rows)('title', …)`, with the words of what is called. */
function titledCall(node: ts.Node): TitledCall | null {
  if (!ts.isCallExpression(node)) return null;
  const [first] = node.arguments;
  if (first === undefined || !ts.isStringLiteralLike(first)) return null;
  const words = wordsOf(node.expression);
  return NAMES.includes(words[0] ?? '') ? { words, title: first.text } : null;
}

function wordsOf(node: ts.Expression): readonly string[] {
  if (ts.isIdentifier(node)) return [node.text];
  if (ts.isPropertyAccessExpression(node)) return [...wordsOf(node.expression), node.name.text];
  return ts.isCallExpression(node) || ts.isTaggedTemplateExpression(node)
    ? wordsOf(ts.isCallExpression(node) ? node.expression : node.tag)
    : [];
}
