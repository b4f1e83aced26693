import { expect, test } from 'vitest';
import { edges, fixture, folder, imported, said, valueIn, written } from '../fixture-source.ts';

const flat = imported(fixture('task-master/fixtures/flat.json'));
const task = (fields: object) => ({
  ...{
    title: 'T',
    description: 'D',
    status: 'pending',
    dependencies: [],
    priority: 'low',
    details: 'x',
    testStrategy: 'y',
  },
  ...fields,
});
const of = (...tasks: readonly object[]) => imported(written('tasks.json', JSON.stringify({ tasks }, null, 1)));

test('a subtask is a task of its own; numbers in it are its siblings, and the whole waits for what is open of it', () => {
  expect(said(flat)).toEqual([]);
  expect(edges(flat)).toEqual({
    2: ['1', '2.2', '2.3'],
    2.2: ['2.1', '1'],
    2.3: ['2.2', '2.1', '1'],
    3: ['2.2'],
    4: ['3'],
  });
  expect(flat.plan).toContain('"2.3":\n    title: Pages');
});

test('what is done, and what is put off, is not planned again', () => {
  const states = flat.draft?.tasks.map(({ name, state }) => `${name} ${state}`);
  expect(states).toEqual(['1 done', '2.1 done', '2.2 open', '2.3 open', '2 open', '3 open', '4 open', '5 dropped']);
});

test('every field has its place', () => {
  expect(valueIn(flat, '2', 'title')).toBe('Endpoint for the ledger');
  expect(valueIn(flat, '2', 'brief')).toEqual({
    text: 'List changes over HTTP.\n\n## Details\n\nNewest first, fifty a page.\n\n## How it is tested\n\nAsk for page two.',
  });
  expect(valueIn(flat, '3', 'brief')).toMatchObject({
    text: expect.stringContaining('## Files that matter\n\n- web/ledger.tsx (create): the page'),
  });
  expect(['2', '4', '3'].map((name) => valueIn(flat, name, 'priority'))).toEqual([3, 1, 0]);
  expect([valueIn(flat, '2', 'owner'), valueIn(flat, '2', 'labels')]).toEqual(['dana', ['api']]);
  expect([valueIn(flat, '4', 'done'), valueIn(flat, '4', 'labels')]).toEqual([
    ['The list loads in a second'],
    ['review', 'checkpoint'],
  ]);
  expect(valueIn(flat, '2.2', 'group')).toBe('Endpoint for the ledger');
  expect(valueIn(flat, '2', 'no-change')).toEqual({ allowed: true, reason: 'Its subtasks may have done all of it' });
  expect(flat.draft?.name?.value).toBe('ledger');
  expect(flat.draft?.left.map(({ what, at }) => `${what} ${at.line}`)).toEqual(['"effort" 25']);
});

test('of lists with tags the one called master is read, and the others are named', () => {
  const { draft } = imported(fixture('task-master/fixtures/tagged.json'));
  expect(draft?.tasks.map(({ values }) => values.title?.value)).toEqual(['Cache']);
  expect(draft?.left.map(({ what, at }) => `${what} ${at.line}`)).toEqual(['list "try-redis" with 1 tasks 18']);
});

test('in the folder of a project its state says which list is at work', () => {
  const lists = JSON.stringify({
    a: { tasks: [task({ id: 1, title: 'In a' })] },
    b: { tasks: [task({ id: 1, title: 'In b' })] },
  });
  const tags = { 'tasks/tasks.json': lists, 'state.json': '{"currentTag":"b"}' };
  expect(imported(folder('.taskmaster', tags)).draft?.tasks.map(({ values }) => values.title?.value)).toEqual(['In b']);
  expect(said(imported(folder('.taskmaster', { 'tasks/tasks.json': lists })))).toEqual([
    'error .taskmaster/tasks/tasks.json:1 It holds 2 lists, and none is called "master"',
  ]);
});

test('words that Task Master does not have are errors at their lines', () => {
  const lines =
    '{"tasks": [\n{"id": 1, "title": "T", "subtasks": [],\n"status": "doing",\n"priority": "urgent",\n"type": "gate"}]}';
  expect(said(imported(written('tasks.json', lines)))).toEqual([
    'error tasks.json:3 "doing" is no status',
    'error tasks.json:4 "urgent" is no priority',
    'error tasks.json:5 "gate" is no type of a task',
  ]);
});

test('what is missing is reported and not made up', () => {
  const { draft } = of({ id: 1, title: 'T', subtasks: [{ id: 1, title: 'S' }] });
  expect(draft?.missing.map((each) => `${each.task} ${each.field}`)).toEqual([
    ...['1 status', '1.1 status', '1 description', '1 priority', '1 details', '1 testStrategy'],
  ]);
  expect(of(task({ id: 1, type: 'checkpoint', subtasks: [] })).draft?.missing.map(({ field }) => field)).toEqual([
    'acceptanceCriteria',
  ]);
});

test('the same id twice, a need that nobody has, a circle, and no id are errors', () => {
  expect(said(of(task({ id: 1, subtasks: [] }), task({ id: '1' })))).toEqual([
    'error tasks.json:14 There are two tasks "1"',
  ]);
  expect(said(of(task({ id: 1, dependencies: ['4.2'], subtasks: [] })))).toEqual([
    'error tasks.json:7 "1" needs "4.2"',
  ]);
  const circle = of(task({ id: 1, dependencies: [2], subtasks: [] }), task({ id: 2, dependencies: [1] }));
  expect(circle.plan).toBeNull();
  expect(circle.diagnostics.map(({ severity, line }) => `${severity} ${line}`)).toEqual(['error 7']);
  expect(said(of(task({ subtasks: [] })))[0]).toBe('error tasks.json:3 A task has no id');
});

test('a task that waits for one that was given up is warned of: the plan starts it', () => {
  const { plan, diagnostics } = of(
    task({ id: 1, status: 'cancelled', subtasks: [] }),
    task({ id: 2, dependencies: [1] }),
  );
  expect(said({ diagnostics })).toEqual(['warning tasks.json:18 "2" waits for "1"']);
  expect(plan).not.toContain('needs');
});

test('subtasks of a task that is over are over too', () => {
  const { draft } = of(task({ id: 1, status: 'done', subtasks: [task({ id: 1 })] }), task({ id: 2 }));
  expect(draft?.tasks.map(({ name, state }) => `${name} ${state}`)).toEqual(['1.1 done', '1 done', '2 open']);
});
