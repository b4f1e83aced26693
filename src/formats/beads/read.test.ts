import { expect, test } from 'vitest';
import { edges, fixture, imported, said, valueIn, written } from '../fixture-source.ts';

const read = imported(fixture('beads/fixtures/issues.jsonl'));
type Edge = readonly [on: string, type: string];
const issue = (id: string, needs: readonly Edge[] = [], more: object = {}) => ({
  ...{ id, title: `Title of ${id}`, description: 'D', status: 'open', priority: 2, issue_type: 'task' },
  dependencies: needs.map(([depends_on_id, type]) => ({ issue_id: id, depends_on_id, type })),
  ...more,
});
const of = (...issues: readonly object[]) =>
  imported(written('issues.jsonl', issues.map((each) => JSON.stringify(each)).join('\n')), 'beads');

test('an epic falls away: who needs it needs its children, and they wait for what it waits for', () => {
  expect(said(read)).toEqual([]);
  expect(edges(read)).toEqual({
    'lg-1.1': ['lg-9'],
    'lg-1.2': ['lg-1.1', 'lg-9'],
    'lg-2': ['lg-1.1', 'lg-1.2'],
    'lg-9': [],
  });
});

test('an epic that names its own children does not make them wait for each other', () => {
  const epic = issue(
    'e',
    [
      ['a', 'blocks'],
      ['b', 'blocks'],
    ],
    { issue_type: 'epic' },
  );
  expect(edges(of(epic, issue('a', [['e', 'parent-child']]), issue('b', [['e', 'parent-child']])))).toEqual({
    a: [],
    b: [],
  });
});

test('a parent that is no epic keeps its own work and waits for its children; an epic without children is a task', () => {
  expect(edges(of(issue('p'), issue('c', [['p', 'parent-child']])))).toEqual({ p: ['c'], c: [] });
  expect(edges(of(issue('e', [], { issue_type: 'epic' })))).toEqual({ e: [] });
});

test('epics in epics fall away together', () => {
  const outer = issue('o', [], { issue_type: 'epic' });
  const inner = issue('i', [['o', 'parent-child']], { issue_type: 'epic' });
  expect(edges(of(outer, inner, issue('a', [['i', 'parent-child']]), issue('z', [['o', 'blocks']])))).toEqual({
    a: [],
    z: ['a'],
  });
});

test('every field has its place', () => {
  expect(valueIn(read, 'lg-1.1', 'brief')).toEqual({
    text: 'Append only.\n\n## Design\n\nOne table.\n\n## What it is a part of\n\nLedger\nWho changed what.',
  });
  expect(valueIn(read, 'lg-1.1', 'done')).toEqual(['Rows can be added', 'None can be changed']);
  expect(['lg-1.1', 'lg-2'].map((name) => valueIn(read, name, 'priority'))).toEqual([4, 0]);
  expect([valueIn(read, 'lg-1.1', 'estimate'), valueIn(read, 'lg-1.1', 'owner')]).toEqual([90, 'dana']);
  expect(valueIn(read, 'lg-1.1', 'labels')).toEqual(['db', 'task', 'in-progress']);
  expect(valueIn(read, 'lg-1.2', 'group')).toBe('Ledger');
  expect(valueIn(read, 'lg-1.2', 'brief')).toMatchObject({ text: expect.stringContaining('- kim: Fifty a page.') });
  expect(read.draft?.tasks.map(({ name, state }) => `${name} ${state}`)).toEqual([
    ...['lg-1.1 open', 'lg-1.2 open', 'lg-2 open', 'lg-7 done', 'lg-8 dropped', 'lg-9 open'],
  ]);
});

test('what says nothing about the order, and what is no issue, is left', () => {
  expect(read.draft?.left.map(({ what, at }) => `${at.line} ${what}`)).toEqual([
    ...['8 record of type "memory"', '3 discovered-from lg-1.2 → lg-7', '1 epic lg-1'],
  ]);
});

test('words that Beads does not have are errors at their lines', () => {
  const wrong = issue('b', [['a', 'needs']], { status: 'doing', priority: 7, issue_type: 'quest' });
  expect(said(of(issue('a'), wrong))).toEqual([
    'error issues.jsonl:2 "doing" is no status',
    'error issues.jsonl:2 "quest" is no issue type',
    'error issues.jsonl:2 "needs" is no type of a dependency',
    'error issues.jsonl:2 "7" is no priority',
  ]);
});

test('an issue for the case that another one fails cannot be planned', () => {
  expect(said(of(issue('a'), issue('b', [['a', 'conditional-blocks']])))).toEqual([
    'error issues.jsonl:2 "b" is only for the case that "a" fails',
  ]);
});

test('what is missing is reported', () => {
  expect(of({ id: 'a' }).draft?.missing.map(({ task, field }) => `${task} ${field}`)).toEqual([
    ...['a status', 'a issue_type', 'a title', 'a priority'],
  ]);
});

test('the same id twice, a need that nobody has, a circle and a line that breaks off are errors at their lines', () => {
  expect(said(of(issue('a'), issue('a')))).toEqual(['error issues.jsonl:2 There are two tasks "a"']);
  expect(said(of(issue('a', [['zz', 'blocks']])))).toEqual(['error issues.jsonl:1 "a" needs "zz"']);
  expect(of(issue('a', [['b', 'blocks']]), issue('b', [['a', 'blocks']])).diagnostics.map(({ code }) => code)).toEqual([
    'need-cycle',
  ]);
  const broken = `${JSON.stringify(issue('a'))}\n{"id":"b","issue_type"`;
  expect(said(imported(written('issues.jsonl', broken)))).toEqual(['error issues.jsonl:2 The JSON cannot be read']);
});
