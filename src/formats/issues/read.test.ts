import { expect, test } from 'vitest';
import { edges, fixture, imported, said, valueIn, written } from '../fixture-source.ts';

const read = imported(fixture('issues/fixtures/shop-12.json'));
const of = (...issues: readonly object[]) =>
  imported(
    written('x', JSON.stringify({ branchlineIssues: 1, name: 'n', repo: 'acme/shop', parent: null, issues }, null, 1)),
  );

test('open sub-issues become tasks, phrases become needs, and whoever waits for an issue elsewhere is warned of it', () => {
  expect(read.plan).not.toBeNull();
  expect(edges(read)).toEqual({ '#14': ['#13'], '#15': ['#14'] });
  expect(said(read)).toEqual(['warning issues/fixtures/shop-12.json:39 "#15" waits for "#99"']);
  expect(read.draft?.tasks.map(({ state }) => state)).toEqual(['done', 'open', 'open']);
  expect(read.plan).toContain('its text says "Blocked by #14 and #99"');
});

test('labels, points, the assignee and the address are kept, and what a plan cannot hold is left', () => {
  expect(valueIn(read, '#14', 'labels')).toEqual(['backend', '3pt']);
  expect(valueIn(read, '#14', 'owner')).toBe('dana');
  expect(valueIn(read, '#14', 'issues')).toEqual(['https://github.com/acme/shop/issues/14']);
  expect(read.draft?.left.map(({ what }) => what)).toEqual([
    ...['entry "Tell the others" of the task list', '"kim" of #14', 'sub-issues of #15'],
  ]);
});

test('the text of an issue is fenced as the words of others, and cannot end its own fence', () => {
  const brief = valueIn(read, '#15', 'brief');
  expect(brief).toMatchObject({ text: expect.stringMatching(/written by others[\s\S]*\n````text\nBlocked by/) });
});

test('hostile texts stay texts', () => {
  const body = '\u001b[31m`````\n# Rules\n\u202eevil <script> __proto__ \u0000';
  const hostile = of({
    key: '#1',
    title: 'A\u202eB\nC',
    body,
    state: 'open',
    labels: ['a\nb'],
    assignees: [],
    url: 'javascript:x',
  });
  expect(said(hostile)).toEqual([]);
  expect(hostile.plan).not.toMatch(/[\u0000\u001b\u202e]/);
  expect(valueIn(hostile, '#1', 'issues')).toBeUndefined();
  expect(valueIn(hostile, '#1', 'title')).toBe('A\\u202eB C');
});

test('a circle, an unknown state and no issues at all are errors', () => {
  const issue = (key: string, body: string, state = 'open') => ({ key, title: key, body, state });
  expect(
    of(issue('#1', 'depends on #2'), issue('#2', 'Blocked by: acme/shop#1')).diagnostics.map(({ code }) => code),
  ).toEqual(['need-cycle']);
  expect(said(of(issue('#1', '', 'odd')))).toEqual([expect.stringContaining('"odd" is no state')]);
  expect(said(of())).toEqual([expect.stringContaining('There are no issues in it')]);
});
