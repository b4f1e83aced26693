import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS, GLOBAL_OPTIONS } from '../../src/cli/table.ts';
import { readPlan } from '../../src/plans/read.ts';
import { EXIT_CODES } from '../../src/report/exit-code.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DOCUMENTS = [
  ...readdirSync(ROOT).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Fenced blocks of a document in one language. */
function blocks(document: string, language: string): readonly string[] {
  const found = read(document).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'));
  return [...found].map(([, text]) => text ?? '');
}

test.each(DOCUMENTS)('the links of %s lead somewhere', (document) => {
  const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
  const local = links.filter((link) => !/^[a-z]+:/.test(link));
  const broken = local.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? join(ROOT, document) : resolve(ROOT, dirname(document), path);
    return !existsSync(target) || (anchor !== undefined && !anchors(target).includes(anchor));
  });
  expect(broken).toEqual([]);
});

/** Anchors that a heading of a document can be reached by. */
function anchors(path: string): readonly string[] {
  const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const PATH = /^(?:src|test|docs|schema|scripts|bench)\/[\w-][\w./<>*-]*$/;

test.each(DOCUMENTS)('the files that %s names exist', (document) => {
  const words = [...read(document).matchAll(/`([^`\n]+)`/g)].map(([, word]) => word ?? '');
  const paths = words.filter((word) => PATH.test(word) && !/[<>*]/.test(word));
  // Examples of paths in other people's repositories stand in the reference of plans and its pages.
  const ours = document === 'docs/plan.md' ? [] : paths;
  expect(ours.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('the code map has every room of src and no other', () => {
  const rooms = readdirSync(join(ROOT, 'src')).filter((name) => hasFiles(join(ROOT, 'src', name)));
  const named = [...read('ARCHITECTURE.md').matchAll(/^\| `src\/([\w-]+)` \|/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(rooms.toSorted());
});

const hasFiles = (path: string): boolean => statSync(path).isDirectory() && readdirSync(path).length > 0;

test('the states and events that the architecture explains are all there are', () => {
  const text = read('ARCHITECTURE.md');
  const types = [...read('src/core/event.ts').matchAll(/type: '([a-z-]+)'/g)].flatMap(([, type]) => type ?? []);
  const told = new Set(['run-resumed', 'engine-started', 'engine-stopped', 'worktree-rescued']);
  expect(types.filter((type) => !told.has(type) && !text.includes(`\`${type}\``))).toEqual([]);
  const states = [...read('src/core/task.ts').matchAll(/is: '([a-z]+)'/g)].flatMap(([, state]) => state ?? []);
  const glossary = read('GLOSSARY.md').replaceAll('\n', ' ');
  expect(states.filter((state) => !text.includes(state) || !glossary.includes(state))).toEqual([]);
});

test.each(DOCUMENTS)('the plans in %s can be read', (document) => {
  for (const text of blocks(document, 'yaml')) {
    const whole = parse(text) as Readonly<Record<string, unknown>>;
    // A piece of a plan is read with a task beside it.
    const plan = 'tasks' in whole ? text : `${text}\ntasks: { one: { brief: Do it } }\n`;
    expect(readPlan(plan, document)).toMatchObject({ diagnostics: [], unsupported: [] });
  }
});

test.each(DOCUMENTS)('the commands that %s types exist, with their options', (document) => {
  const typed = [...blocks(document, 'sh'), ...inline(document)].flatMap((text) => text.split('\n'));
  const calls = typed.flatMap((line) => [...line.matchAll(/(?:^|\s)branchline ([a-z]+)([^#|;)"]*)/g)]);
  expect(calls.filter(([, name, rest]) => !isCall(name ?? '', rest ?? '')).map(([call]) => call)).toEqual([]);
});

const inline = (document: string): readonly string[] =>
  [...read(document).matchAll(/`(branchline [^`\n]+)`/g)].map(([, text]) => text ?? '');

function isCall(name: string, rest: string): boolean {
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) return false;
  const known = [...command.options, ...GLOBAL_OPTIONS].flatMap(({ flags }) => flags.split(/[\s,]+/));
  const options = rest.split(/\s+/).filter((word) => /^--?[a-z]/i.test(word));
  return options.every((option) => known.includes(option));
}

test('the README lists every command', () => {
  const text = read('README.md');
  const listed = text.slice(text.indexOf('## Commands'), text.indexOf('Every option'));
  expect(COMMANDS.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(listed)).map(({ name }) => name)).toEqual([]);
});

test('what the README has npm do exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const ours = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'AGENTS.md', 'docs/later.md'];
  const run = ours.flatMap((document) =>
    [...read(document).matchAll(/\bnpm run ([a-z:-]+)/g)].map(([, name]) => name ?? ''),
  );
  expect(run.filter((name) => !(name in scripts))).toEqual([]);
  const files = Object.values(scripts).flatMap((script) => script.match(/scripts\/[\w-]+\.mjs/) ?? []);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('CI runs the test command of the README', () => {
  expect(blocks('README.md', 'sh')[0]).toMatch(/^npm run demo .*\nnpm test /);
  expect(read('.ci/run').trim().split('\n').at(-1)).toBe('npm test');
});

test('the table of exit codes is the one that the program goes by', () => {
  const rows = [...read('docs/exit-codes.md').matchAll(/^\| (\d+) \| ([^|]+) \| ([^|]+) \|$/gm)];
  const table = rows.map(([, code, name, meaning]) => ({ code: Number(code), name, meaning }));
  expect(table).toEqual(EXIT_CODES);
});

test('the index of decisions has every decision once, in order', () => {
  const files = readdirSync(join(ROOT, 'docs/decisions'))
    .filter((file) => /^\d/.test(file))
    .toSorted();
  const listed = [...read('docs/decisions/README.md').matchAll(/\]\((\d{4}-[^)]+)\)/g)].map(([, file]) => file);
  expect(listed).toEqual(files);
});

test('what agents are told fits on a page', () => {
  expect(read('AGENTS.md').split('\n').length - 1).toBeLessThanOrEqual(80);
});
