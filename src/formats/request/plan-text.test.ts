import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planText } from './plan-text.ts';

const tasks = (text: string) => planText(text)?.draft.tasks ?? [];
const needs = (text: string) =>
  Object.fromEntries(tasks(text).map(({ name, values }) => [name, values.needs?.value ?? []]));
const asks = (text: string) => planText(text)?.questions.map(({ at, among }) => [at.line, among]);

test.each([
  ['1. build the table\n2. draw the page', 2],
  ['1) build the table\n2) draw the page', 2],
  ['- build the table\n- draw the page', 2],
  ['Please do: 1. build the table 2. draw the page', 2],
  ['two things:\n\n* build the table\n\n* draw the page\n', 2],
])('a list is several tasks: %j', (text, count) => {
  expect(tasks(text)).toHaveLength(count);
});

test.each(['make it faster', '', '\n\n', 'Version 2. is out', '# Only a title', 'one, two and three'])(
  'what is no list is left to somebody who plans: %j',
  (text) => {
    expect(planText(text)).toBeNull();
  },
);

test.each([
  'database migration: 1. change the schema 2. change the queries',
  'database migration:\n1. change the schema\n2. change the queries\n',
])('numbers behind a title and a colon are steps of one task: %j', (text) => {
  expect(tasks(text).map(({ name, values }) => [name, values.steps?.value])).toEqual([
    ['database-migration', ['change the schema', 'change the queries']],
  ]);
  expect(planText(text)?.questions).toEqual([]);
});

test('what may be steps or tasks is asked, and not decided', () => {
  const planned = planText('We want the shop to be quicker, so:\n1. cache the pages\n2. shrink the images');
  expect(planned?.draft.tasks).toHaveLength(2);
  expect(planned?.questions.map(({ text }) => text)).toEqual(['Are these 2 tasks of their own, or the steps of one?']);
});

test.each([
  ['1. research\n2. write, using the result of 1', { research: [], 'write-using-result-1': ['research'] }],
  ['1. research\n2. once 1 is done, write', { research: [], 'once-1-done-write': ['research'] }],
  ['1. write after task 2\n2. research', { 'write-after-task-2': ['research'], research: [] }],
  [
    '- build the migration\n- deploy after the migration',
    { 'build-migration': [], 'deploy-after-migration': ['build-migration'] },
  ],
  ['1. look\n2. write based on the above', { look: [], 'write-based-above': ['look'] }],
  ['1. look\n2. then write', { look: [], write: ['look'] }],
  ['1. look\n2. write (needs 1)', { look: [], 'write-needs-1': ['look'] }],
  ["1. look\n2. write from task 1's notes", { look: [], 'write-task-1-s': ['look'] }],
  ['in this order:\n- cut\n- glue\n- paint', { cut: [], glue: ['cut'], paint: ['glue'] }],
  ['1. cut\n2. glue\n3. after all of the above, paint', { cut: [], glue: [], 'after-above-paint': ['cut', 'glue'] }],
])('who names what it waits for, waits for it: %j', (text, expected) => {
  expect(needs(text)).toEqual(expected);
  expect(asks(text)).toEqual([]);
});

test.each([
  ['1. cut\n2. glue\n3. then paint', [[3, ['cut', 'glue']]]],
  ['1. cut\n2. glue\n3. based on the above, paint', [[3, ['cut', 'glue']]]],
  ['1. cut\n2. glue\n3. using those results, paint', [[3, ['cut', 'glue']]]],
  ['1. cut\n2. glue\n3. document the result of the previous work', [[3, ['cut', 'glue']]]],
  [
    '- build the red page\n- build the blue page\n- link it after the page',
    [[3, ['build-red-page', 'build-blue-page']]],
  ],
  ['1. cut\n2. glue\n3. after task 9, paint', [[3, ['cut', 'glue']]]],
  ['1. cut after task 2\n2. glue after task 1', [[2, ['cut-after-task-2']]]],
])('who does not is asked, and nothing is taken for granted: %j', (text, expected) => {
  expect(asks(text)).toEqual(expected);
});

test.each([
  '1. retry after 3 days\n2. show 2 columns',
  '1. use the claude API for the chat\n2. sort the imports',
  '- cut and then glue\n- paint the wall',
])('words that speak of no other item make no edge and no question: %j', (text) => {
  expect(Object.values(needs(text)).flat()).toEqual([]);
  expect(asks(text)).toEqual([]);
});

test('a path in a sentence is no scope: it is named as left over', () => {
  const planned = planText('1. change `src/a.ts` and docs/b.md\n2. read and/or write');
  expect(planned?.draft.tasks.map(({ values }) => values.scope)).toEqual([undefined, undefined]);
  expect(planned?.draft.left.map(({ what }) => what)).toEqual([
    'paths that "change-src-ts-docs" names: src/a.ts, docs/b.md',
  ]);
});

test('what stands in front and behind goes to all, what is below an item to that one', () => {
  const text =
    'The shop opens on Friday.\n\n1. cut\n   - the top\n   - the side\n\n   Mind the knife.\n2. glue\n\nKeep the tests green.';
  expect(tasks(text).map(({ values }) => [values.brief?.value, values.steps?.value])).toEqual([
    [{ text: 'The shop opens on Friday.\n\nKeep the tests green.\n\ncut\n\nMind the knife.' }, ['the top', 'the side']],
    [{ text: 'The shop opens on Friday.\n\nKeep the tests green.\n\nglue' }, undefined],
  ]);
});

test.each([
  ['1. use opus to review it\n2. x', 'opus', 'review it'],
  ['1. review it. sonnet in a worktree\n2. x', 'sonnet', 'review it.'],
  ['1. review it (haiku)\n2. x', 'haiku', 'review it'],
  ['1. opus-4.6-thinking: review it\n2. x', 'opus', 'review it'],
  ['1. use opus to review it. use sonnet\n2. x', 'sonnet', 'review it.'],
  ['1. review it, use gpt-5 in its own worktree\n2. x', 'gpt-5', 'review it'],
  ['1. compare opus and sonnet\n2. x', undefined, 'compare opus and sonnet'],
  ['1. remove the worktree code\n2. x', undefined, 'remove the worktree code'],
])('a model is a wish where it is said as one: %j', (text, model, brief) => {
  const [task] = tasks(text);
  expect([task?.values.model?.value, task?.values.brief?.value]).toEqual([model, { text: brief }]);
});

const NOUNS = ['table', 'page', 'login', 'search', 'export', 'mail', 'cache', 'menu', 'chart', 'form'];
const lists = fc.record({
  nouns: fc.shuffledSubarray(NOUNS, { minLength: 2 }),
  style: fc.constantFrom('1.', '1)', '-', '*'),
  gap: fc.constantFrom('\n', '\n\n'),
  waits: fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
});
const marker = (style: string, index: number): string => (/1/.test(style) ? style.replace('1', `${index + 1}`) : style);

test('of any list each item is a task with its own words, in order, and nobody waits unsaid', () => {
  fc.assert(
    fc.property(lists, ({ nouns, style, gap }) => {
      const text = nouns.map((noun, index) => `${marker(style, index)} build the ${noun}`).join(gap);
      const planned = planText(text);
      expect(planned?.draft.tasks.map(({ name }) => name)).toEqual(nouns.map((noun) => `build-${noun}`));
      expect(planned?.draft.tasks.map(({ values }) => values.needs)).toEqual(nouns.map(() => undefined));
      expect(planned?.questions).toEqual([]);
      expect(planText(text)).toEqual(planned);
    }),
  );
});

test('whatever items say of earlier ones by number or by name becomes exactly those edges', () => {
  fc.assert(
    fc.property(lists, ({ nouns, waits, gap }) => {
      const target = (index: number): number => (waits[index] ?? 0) % index;
      const said = (index: number): string => {
        if (index === 0) return '';
        const to = target(index);
        return (waits[index] ?? 0) % 2 === 0 ? ` after task ${to + 1}` : ` once the ${nouns[to]} is done`;
      };
      const text = nouns.map((noun, index) => `${index + 1}. build ${noun}${said(index)}`).join(gap);
      const planned = planText(text);
      const names = planned?.draft.tasks.map(({ name }) => name) ?? [];
      // Whoever waits says the name of another, so a name alone may stand in several: then it is a question.
      for (const [index, task] of (planned?.draft.tasks ?? []).entries()) {
        const asked = planned?.questions.filter((question) => question.task === task.name) ?? [];
        const meant = [...(task.values.needs?.value ?? []), ...asked.flatMap(({ among }) => among)];
        if (index === 0) expect(meant).toEqual([]);
        else expect(meant).toContain(names[target(index)]);
      }
    }),
  );
});

test('any text gives an answer, at once, without a circle of needs', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '1. ',
      '2) ',
      '- ',
      '\n',
      '\n\n',
      '  ',
      'after 1',
      'then ',
      'the above',
      '```',
      ':',
      'task 2',
      'use opus',
      '__proto__',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const all = planText(pieces.join(''))?.draft.tasks ?? [];
      const open = new Map(all.map(({ name, values }) => [name, new Set([values.needs?.value ?? []].flat())]));
      for (let free = [...open]; free.length > 0; ) {
        free = [...open].filter(([, waits]) => [...waits].every((name) => !open.has(name)));
        for (const [name] of free) open.delete(name);
      }
      expect([...open.keys()]).toEqual([]);
      expect(new Set(all.map(({ name }) => name.toLowerCase())).size).toBe(all.length);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['blanks', `1. a${' '.repeat(60_000)}\n2. b`],
  ['one long word', `1. ${'a.'.repeat(30_000)}\n2. ${'a/'.repeat(30_000)}`],
  ['references', `${Array.from({ length: 120 }, (_, i) => `${i + 1}. after everything else, x`).join('\n')}`],
  ['numbers', '1. '.repeat(20_000)],
  ['stars', `1. ${'*'.repeat(40_000)}\n2. b`],
])('a text full of %s keeps nobody waiting', (_, text) => {
  expect(planText(text)?.draft.tasks.length ?? 0).toBeLessThanOrEqual(300);
});
