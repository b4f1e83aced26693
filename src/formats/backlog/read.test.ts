import { expect, test } from 'vitest';
import { edges, fixture, folder, imported, said, valueIn, written } from '../fixture-source.ts';

const read = imported(fixture('backlog/fixtures/backlog'));
const text = (id: string, more = '', body = '## Acceptance Criteria\n- [ ] #1 C\n') =>
  `---\nid: ${id}\ntitle: Title of ${id}\nstatus: To Do\ncreated_date: '2030-01-01'\n${more}---\n\n${body}`;
const of = (...texts: readonly string[]) =>
  imported(folder('backlog', Object.fromEntries(texts.map((each, index) => [`tasks/${index}.md`, each]))));

test('a folder of tasks becomes a plan in the order of the board; a whole waits for its parts', () => {
  expect(said(read)).toEqual([]);
  expect(read.draft?.tasks.map(({ name, state }) => `${name} ${state}`)).toEqual([
    ...['task-10 open', 'task-2 open', 'task-1 done', 'task-2.01 open'],
  ]);
  expect(edges(read)).toEqual({ 'task-10': ['task-2'], 'task-2': ['task-1', 'task-2.01'], 'task-2.01': [] });
  expect(read.draft?.name?.value).toBe('ledger');
});

test('every field has its place', () => {
  expect(valueIn(read, 'task-2', 'title')).toBe('Endpoint: list of changes');
  expect(valueIn(read, 'task-2', 'done')).toEqual([
    'GET /changes answers with a list',
    'Fifty a page',
    'The tests pass',
  ]);
  expect(valueIn(read, 'task-2', 'steps')).toEqual(['Write the query', 'Write the route']);
  expect(valueIn(read, 'task-2', 'brief')).toEqual({
    text: [
      'List changes over HTTP, newest first.',
      '## Implementation Plan',
      '1. Write the query\n2. Write the route',
      '## Implementation Notes',
      'Dana has begun with the query.',
      '## References',
      '- docs/http.md',
    ].join('\n\n'),
  });
  expect(['task-2', 'task-2.01'].map((name) => valueIn(read, name, 'priority'))).toEqual([2, 0]);
  expect(['task-10', 'task-2'].map((name) => valueIn(read, name, 'owner'))).toEqual(['@kim, @lee', '@dana']);
  expect(valueIn(read, 'task-10', 'labels')).toEqual(['web', 'in-progress']);
  expect(valueIn(read, 'task-2', 'group')).toBe('first-release');
  expect(valueIn(read, 'task-2.01', 'group')).toBe('Endpoint: list of changes');
  expect(valueIn(read, 'task-2', 'no-change')).toEqual({
    allowed: true,
    reason: 'Its subtasks may have done all of it',
  });
});

test('acceptance criteria that are missing are reported', () => {
  expect(read.draft?.missing.map(({ task, field, at }) => `${task} ${field} ${at.line}`)).toEqual([
    'task-2.01 Acceptance Criteria 13',
  ]);
});

test('a status that the project has not named is an error at its line', () => {
  expect(said(of(text('task-1').replace('To Do', 'Waiting')))).toEqual([
    'error backlog/tasks/0.md:4 "Waiting" is no status',
  ]);
  expect(said(of(text('task-1', 'priority: urgent\n')))).toEqual([
    'error backlog/tasks/0.md:6 "urgent" is no priority',
  ]);
});

test('names are found in other letters, with other zeros and as the number alone', () => {
  const found = of(
    text('BACK-7'),
    text('BACK-8', 'dependencies: [back-007]\n'),
    text('BACK-9', 'dependencies: ["8"]\n'),
  );
  expect(edges(found)).toEqual({ 'BACK-7': [], 'BACK-8': ['BACK-7'], 'BACK-9': ['BACK-8'] });
});

test('a part that waits for the whole is not waited for by it', () => {
  const found = of(text('task-1'), text('task-1.1', 'parent_task_id: task-1\ndependencies: [task-1]\n'));
  expect(edges(found)).toEqual({ 'task-1': [], 'task-1.1': ['task-1'] });
});

test('the same id twice, a need that nobody has, a circle and a task without an id are errors with their places', () => {
  expect(said(of(text('a-1'), text('a-1')))).toEqual(['error backlog/tasks/1.md:2 There are two tasks "a-1"']);
  expect(said(of(text('a-1', 'dependencies: [a-9]\n')))).toEqual(['error backlog/tasks/0.md:6 "a-1" needs "a-9"']);
  const circle = of(text('a-1', 'dependencies: [a-2]\n'), text('a-2', 'dependencies: [a-1]\n'));
  expect(circle.diagnostics.map(({ code, line }) => `${code} ${line}`)).toEqual(['need-cycle 6']);
  expect(said(of(text('a-1'), '---\ntitle: x\n---\n'))).toEqual(['error backlog/tasks/1.md:1 A task has no id']);
});

test('drafts, what is put away, and documents are no tasks', () => {
  const files = {
    'tasks/a.md': text('a-1'),
    'drafts/b.md': text('a-2'),
    'archive/tasks/c.md': text('a-3'),
    'docs/d.md': text('a-4'),
  };
  expect(edges(imported(folder('backlog', files)))).toEqual({ 'a-1': [] });
});

test('one file by itself is read too, and a front matter that is no YAML is an error at its line', () => {
  expect(edges(imported(written('a.md', text('a-1'))))).toEqual({ 'a-1': [] });
  const [fault] = imported(written('a.md', text('a-1', 'labels: [\n'))).diagnostics;
  expect([fault?.severity, fault?.what, (fault?.line ?? 0) >= 6]).toEqual(['error', 'The YAML cannot be read', true]);
});
