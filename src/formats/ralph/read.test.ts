import { expect, test } from 'vitest';
import { edges, fixture, imported, said, valueIn, written } from '../fixture-source.ts';

const read = imported(fixture('ralph/fixtures/prd.json'));
const story = (id: string, more: object = {}) => ({
  ...{ id, title: 'T', description: 'D', acceptanceCriteria: ['C'], priority: 1, passes: false, notes: '' },
  ...more,
});
const of = (userStories: unknown, more: object = { branchName: 'ralph/x' }) =>
  imported(written('prd.json', JSON.stringify({ ...more, userStories }, null, 1)));

test('stories wait for the open ones of the rank above; those of one rank do not wait for each other', () => {
  expect(said(read)).toEqual([]);
  expect(edges(read)).toEqual({ 'US-003': ['US-002', 'US-004'], 'US-002': [], 'US-004': [] });
  expect(read.draft?.tasks.find(({ name }) => name === 'US-001')?.state).toBe('done');
});

test('every field has its place', () => {
  expect(read.draft?.name?.value).toBe('ledger');
  expect(read.draft?.values.target?.value).toBe('ralph/ledger');
  expect(valueIn(read, 'US-002', 'title')).toBe('Ask for changes');
  expect(valueIn(read, 'US-002', 'done')).toEqual(['GET /ledger answers']);
  expect(valueIn(read, 'US-002', 'brief')).toEqual({
    text: 'As a program I get them over HTTP.\n\n## Notes\n\nPaging can wait\n\n## What it is a part of\n\nWho changed what can be seen',
  });
});

test('commands of verification are checks, and a base is a base', () => {
  const { draft } = of([story('a')], {
    branchName: 'b',
    baseBranch: 'main',
    verificationCommands: { test: 'npm test', lint: 'npm run lint' },
  });
  expect(draft?.values.checks?.value).toEqual(['npm test', 'npm run lint']);
  expect(draft?.values.base?.value).toBe('main');
});

test('what is missing is reported, a field that nobody knows is left', () => {
  const { draft } = of([{ title: 'T', size: 3 }], {});
  expect(draft?.missing.map((each) => `${each.task} ${each.field}`)).toEqual([
    ...['T id', 'T passes', 'T priority', 'T acceptanceCriteria', 'T description', 'null branchName'],
  ]);
  expect(draft?.left.map(({ what }) => what)).toEqual(['"size"']);
});

test('words for "passes" and "priority" that are none, and the same id twice, are errors at their lines', () => {
  expect(said(of([story('a', { passes: 'yes', priority: 'high' })]))).toEqual([
    'error prd.json:11 The priority is no number',
    'error prd.json:12 ""yes"" is no "passes"',
  ]);
  expect(said(of([story('a'), story('a')]))).toEqual(['error prd.json:15 There are two tasks "a"']);
});

test('a file that breaks off is an error at its end', () => {
  const [first] = imported(written('prd.json', '{\n"userStories": [\n{"id": "a",')).diagnostics;
  expect([first?.severity, first?.line, first?.what]).toEqual(['error', 3, 'The JSON cannot be read']);
});
