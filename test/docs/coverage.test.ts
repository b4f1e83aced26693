import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type TaggedTest, taggedIn, taggedTests } from './titles.ts';

interface Row {
  readonly is: string;
  readonly partly?: string;
  readonly waits?: string;
}

const HEADINGS = parse(readFileSync(join(import.meta.dirname, 'capabilities.yaml'), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, Row>>>
>;
const ROWS = new Map(Object.values(HEADINGS).flatMap((rows) => Object.entries(rows)));
const TESTS = taggedTests();
const testsOf = (number: string): readonly TaggedTest[] => TESTS.filter(({ rows }) => rows.includes(number));

test('docs/coverage.md says of each row which tests show it', async () => {
  await expect(document()).toMatchFileSnapshot('../../docs/coverage.md');
});

test('the rows are numbered without a gap', () => {
  expect([...ROWS.keys()]).toEqual(Array.from({ length: 121 }, (_, index) => `U${index + 1}`));
});

test('every number behind the name of a test is that of a row, once', () => {
  const wrong = TESTS.filter(({ rows }) => rows.some((row) => !ROWS.has(row)) || new Set(rows).size < rows.length);
  expect(wrong.map(placed)).toEqual([]);
});

test('a test that shows a row is never left out', () => {
  expect(TESTS.filter(({ always }) => !always).map(placed)).toEqual([]);
});

test('a remark fits its row: what is there in part has a test, what waits has none', () => {
  const wrong = [...ROWS].filter(([number, { partly, waits }]) =>
    testsOf(number).length === 0 ? partly !== undefined : waits !== undefined,
  );
  expect(wrong.map(([number]) => number)).toEqual([]);
});

test('a number is found behind every kind of name, together with what the test stands in', () => {
  const text = `
    describe.each(KINDS)('a plan of %s', () => {
      test.each([1])('is read (U1, U2)', () => {});
      describe.skipIf(isAway)('far away', () => { test("waits (U3)", () => {}); });
    });
    test(\`is shown (U4)\`, () => { say('nothing (U5)'); });
    it('(U6) is no number at its end', () => {});`;
  expect(taggedIn('a.test.ts', text)).toEqual([
    { file: 'a.test.ts', line: 3, title: 'a plan of %s: is read', rows: ['U1', 'U2'], always: true },
    { file: 'a.test.ts', line: 4, title: 'a plan of %s: far away: waits', rows: ['U3'], always: false },
    { file: 'a.test.ts', line: 6, title: 'is shown', rows: ['U4'], always: true },
  ]);
});

const placed = ({ file, line, title }: TaggedTest): string => `${file}:${line} ${title}`;

function document(): string {
  const shown = [...ROWS].filter(([number]) => testsOf(number).length > 0);
  const partly = shown.filter(([, { partly: missing }]) => missing !== undefined).length;
  const sections = Object.entries(HEADINGS).map(([heading, rows]) =>
    [`## ${heading}`, ...Object.entries(rows).map(rowText)].join('\n\n'),
  );
  return `# What is covered

What five published ways to work with parallel agents do between them, in ${ROWS.size} rows, and the tests that show each. Made from
\`test/docs/capabilities.yaml\` and from the names of tests, which end in the number of the row, by
\`npx vitest run test/docs/coverage.test.ts -u\`; a test fails when they differ.

${shown.length} rows have tests, ${partly} of them for a part only; ${ROWS.size - shown.length} have none.

${sections.join('\n\n')}
`;
}

function rowText([number, { is, partly, waits }]: readonly [string, Row]): string {
  const tests = testsOf(number);
  const none = waits === undefined ? 'not yet' : `not yet: waits for ${waits}`;
  const remark = tests.length === 0 ? ` – **${none}**` : partly === undefined ? '' : ` – **partly:** ${partly}`;
  return [`**${number}** ${is}${remark}`, ...(tests.length === 0 ? [] : [tests.map(testLine).join('\n')])].join('\n\n');
}

const testLine = ({ file, title }: TaggedTest): string => `- ${escaped(title)} · [${file}](../${file})`;
/** Titles are text, and may hold what Markdown would take for its own. */
const escaped = (title: string): string => title.replaceAll(/[\\`*_[\]<>|]/g, (sign) => `\\${sign}`);
