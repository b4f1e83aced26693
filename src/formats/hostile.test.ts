import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importPlan } from './import-plan.ts';
import { READERS } from './readers.ts';
import type { Source, SourceFile } from './source.ts';

/** A good source of every reader: its folder `fixtures`, each file or folder of it by itself. */
const SAMPLES: readonly { readonly reader: string; readonly source: Source }[] = READERS.flatMap(({ name }) =>
  samplesIn(join(import.meta.dirname, name, 'fixtures')).map((source) => ({ reader: name, source })),
);

function samplesIn(folder: string): readonly Source[] {
  return readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return { path: entry.name, isFolder: false, files: [fileAt(folder, path)] };
    const below = readdirSync(path, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    const files = below.map((each) => fileAt(folder, join(each.parentPath, each.name)));
    return { path: entry.name, isFolder: true, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
  });
}

function fileAt(folder: string, path: string): SourceFile {
  return { path: relative(folder, path), text: readFileSync(path, 'utf8') };
}

const around = { installed: ['claude'] };
const changed = ({ files, ...source }: Source, change: (text: string) => string): Source => ({
  ...source,
  files: files.map(({ path, text }) => ({ path, text: change(text) })),
});
const named = SAMPLES.map(({ reader, source }) => ({ reader, source, what: `${reader}/${source.path}` }));

/** Whatever comes out: a plan without a complaint, or complaints that say where, what and what next, and no plan. */
function isClear(source: Source, reader: string): ReturnType<typeof importPlan> {
  const imported = importPlan(source, { from: reader, around });
  const errors = imported.diagnostics.filter(({ severity }) => severity === 'error');
  expect(imported.plan === null).toBe(errors.length > 0);
  const paths = [...source.files.map(({ path }) => path), source.path];
  for (const { file, line, what, next } of errors) {
    expect(paths).toContain(file);
    expect(line).toBeGreaterThan(0);
    expect(what).not.toBe('');
    expect(next).not.toBe(null);
  }
  return imported;
}

test('every reader has a good file of its own', () => {
  for (const { name } of READERS)
    expect(
      SAMPLES.some(({ reader }) => reader === name),
      name,
    ).toBe(true);
});

test.each(named)('$what is read', ({ reader, source }) => {
  const imported = isClear(source, reader);
  expect(imported.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(importPlan(source, { around }).format).toBe(reader);
});

test.each(named)('$what may be cut off anywhere', ({ reader, source }) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
      isClear(
        changed(source, (text) => text.slice(0, Math.floor(text.length * share))),
        reader,
      );
    }),
    { numRuns: 25 },
  );
});

test.each(named)(
  '$what with bytes that are no text, or of 50 MB, gives an error and nothing else',
  ({ reader, source }) => {
    const binary = isClear(
      changed(source, (text) => `${text.slice(0, 10)}\0${text}`),
      reader,
    );
    expect(binary.diagnostics.map(({ code }) => code)).toContain('not-text');
    const huge = isClear(
      changed(source, (text) => text + ' '.repeat(50_000_000)),
      reader,
    );
    expect(huge.diagnostics.map(({ code }) => code)).toContain('too-large');
  },
);

const NASTY = [
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '/etc/passwd',
  '$(touch canary)',
  '`touch canary`',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '\u202eevil',
  '\u001b[31mred',
  '*'.repeat(300),
  '[[[[[[[[[[',
  '- - - - - - -',
  'a: &a [*a, *a]',
  '{"__proto__": {"polluted": true}}',
  '| | | |',
];

test.each(named)('$what with words that attack in place of its own gives a clear answer', ({ reader, source }) => {
  const word = fc.constantFrom(...NASTY);
  fc.assert(
    fc.property(word, fc.nat(), fc.boolean(), (nasty, seed, isLine) => {
      isClear(
        changed(source, (text) => replaced(text, { nasty, seed, isLine })),
        reader,
      );
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    }),
    { numRuns: 40 },
  );
});

/** One word of the text, or one whole line, is another. */
function replaced(text: string, { nasty, seed, isLine }: { nasty: string; seed: number; isLine: boolean }): string {
  const parts = text.split(isLine ? /(\n)/ : /(\b)/);
  const at = seed % Math.max(1, parts.length);
  return parts.map((part, index) => (index === at ? nasty : part)).join('');
}

const BOMB = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
  .split('')
  .map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(', ')}]`)
  .join('\n')}\n`;

test.each(READERS.map(({ name }) => name))('%s is not blown up by aliases of aliases', (reader) => {
  for (const path of ['x.yaml', 'x.md', 'x.json']) {
    const text = path === 'x.md' ? `---\n${BOMB}---\n` : BOMB;
    const imported = isClear({ path, isFolder: false, files: [{ path, text }] }, reader);
    expect(imported.plan).toBeNull();
  }
});

test.each(READERS.map(({ name }) => name))(
  '%s says of nothing and of somebody else’s file that it is not its own',
  (reader) => {
    for (const text of ['', '\n\n', 'Hello', '[]', '{}', 'null', '42', '---\n---\n', '# Only a title\n']) {
      for (const path of ['x.md', 'x.json', 'x.yaml', 'x.jsonl']) {
        expect(isClear({ path, isFolder: false, files: [{ path, text }] }, reader).plan).toBeNull();
      }
    }
  },
);
