import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importPlan } from '../import-plan.ts';

const around = { installed: ['claude'] };
const given = (text: string) =>
  importPlan(
    { path: 'board.yaml', isFolder: false, files: [{ path: 'board.yaml', text }] },
    { from: 'dispatch-board', around },
  );
const said = (text: string) => given(text).diagnostics.map(({ severity, line, what }) => `${severity} ${line} ${what}`);
const needs = (text: string) =>
  Object.fromEntries((given(text).draft?.tasks ?? []).map(({ name, values }) => [name, values.needs?.value ?? []]));

const BOARD = readFileSync(join(import.meta.dirname, 'fixtures', 'board.yaml'), 'utf8');

test('a board becomes a plan: groups, owned paths, criteria and required inputs (U6)', () => {
  const { draft, plan } = given(BOARD);
  expect(plan).not.toBeNull();
  expect(draft?.values['env-required']).toEqual({ value: ['DATABASE_URL'], from: { file: 'board.yaml', line: 17 } });
  expect(draft?.tasks.map(({ name, state }) => [name, state])).toEqual([
    ['schema', 'done'],
    ['api', 'open'],
    ['jobs', 'open'],
    ['page', 'open'],
  ]);
  expect(draft?.tasks.map(({ values }) => values.scope?.value)).toEqual([
    { may: ['db/**'] },
    { may: ['src/api', 'src/api/**'] },
    { may: ['src/jobs/**'] },
    { may: ['web/audit.ts'] },
  ]);
  expect(draft?.tasks.map(({ values }) => values.done?.value)).toEqual([
    ['Rows are written and read back'],
    ['Each route leaves a row'],
    ['Each job leaves a row'],
    ['An admin sees them'],
  ]);
});

test('an open question of a board is a warning, and stands in the brief (U12)', () => {
  expect(said(BOARD)).toEqual(['warning 24 "jobs" may not start before this is answered: Are nightly jobs audited?']);
  expect(given(BOARD).draft?.tasks[2]?.values.brief?.value).toEqual({
    text: 'Write rows from every job\n\nOpen questions:\n- Are nightly jobs audited?',
  });
});

test('a group waits for the one before it, and who is not said to be safe works alone', () => {
  const text = `version: 1
tasks:
  - { id: a, title: A }
  - { id: b, title: B, parallel_safe: true }
  - { id: c, title: C, parallel_safe: true }
  - { id: d, title: D, depends_on: [a], parallel_safe: true }
  - { id: e, title: E, group: 3, parallel_safe: true }
  - { id: f, title: F, group: 3, parallel_safe: true }
`;
  expect(needs(text)).toEqual({ b: [], c: [], a: ['b', 'c'], d: ['a'], e: ['d'], f: ['d'] });
});

test('a task in a group before that of one that it needs is an error at its place', () => {
  const text = `version: 1
tasks:
  - { id: a, title: A, group: 1, depends_on: [b] }
  - { id: b, title: B, group: 2 }
`;
  expect(said(text)).toEqual(['error 3 "a" is in group 1 and needs "b" of group 2']);
});

test('words that a board does not have are errors with their lines', () => {
  const text = `version: 1
tasks:
  - id: a
    title: A
    status: done
    size: HUGE
    group: first
    parallel_safe: maybe
`;
  expect(said(text)).toEqual([
    'error 5 "done" is no status of a task',
    'error 6 "HUGE" is no size',
    'error 7 "first" is no number of a group',
    'error 8 "maybe" is no yes or no',
  ]);
});

test.each([
  ['pending', 'open', 0],
  ['in_progress', 'open', 1],
  ['failed', 'open', 1],
  ['blocked', 'open', 1],
  ['complete', 'done', 0],
  ['skipped', 'dropped', 0],
])('a task that is %s there is %s here', (status, state, warnings) => {
  const text = `version: 1\ntasks:\n  - { id: a, title: A, status: ${status} }\n  - { id: b, title: B }\n`;
  expect(given(text).draft?.tasks[0]?.state).toBe(state);
  expect(said(text)).toHaveLength(warnings);
});

test('what a board lacks is reported, and what a plan cannot hold is named', () => {
  const { draft } = given('tasks:\n  - { title: A, size: M, colour: red, required_inputs: { credentials: [npm] } }\n');
  expect(draft?.missing.map(({ task, field }) => [task, field])).toEqual([
    [null, 'version'],
    ['A', 'id'],
    ['A', 'owned_paths'],
    ['A', 'acceptance_criteria'],
  ]);
  expect(draft?.left.map(({ what }) => what)).toEqual(['size M of "A"', 'credentials: npm of "A"', '"colour"']);
});

test('an unknown need, a circle, a name twice and a path out of the repository are errors', () => {
  const board = (tasks: string) => `version: 1\ntasks:\n${tasks}`;
  expect(said(board('  - { id: a, title: A, depends_on: [z] }\n'))).toEqual(['error 3 "a" needs "z"']);
  expect(said(board('  - { id: a, title: A }\n  - { id: a, title: B }\n'))).toEqual([
    'error 4 There are two tasks "a"',
  ]);
  const circle = board('  - { id: a, title: A, depends_on: [b] }\n  - { id: b, title: B, depends_on: [a] }\n');
  expect(said(circle)).toEqual(['error 3 Tasks need each other in a circle: a → b → a']);
  expect(given(board('  - { id: a, title: A, owned_paths: [../other] }\n')).plan).toBeNull();
});
