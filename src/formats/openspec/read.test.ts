import { expect, test } from 'vitest';
import { edges, fixture, imported, said, valueIn, written } from '../fixture-source.ts';

const read = imported(fixture('openspec/fixtures/add-ledger'));
const of = (...lines: readonly string[]) => imported(written('tasks.md', lines.join('\n')), 'openspec');

test('a section is a task and its boxes are the steps; sections come one after the other', () => {
  expect(said(read)).toEqual([]);
  expect(read.draft?.name?.value).toBe('add-ledger');
  expect(edges(read)).toEqual({ '2. Endpoint': [], '3. Page': ['2. Endpoint'] });
  expect(read.draft?.tasks.map(({ name, state, at }) => `${name} ${state} ${at.line}`)).toEqual([
    ...['1. Storage done 3', '2. Endpoint open 8', '3. Page open 18'],
  ]);
});

test('steps are what is open; what is ticked, and the documents of the change, are told', () => {
  expect(valueIn(read, '2. Endpoint', 'steps')).toEqual([
    '2.2 Add GET /ledger and verify it with a test - page size is fifty',
    '2.2.1 Refuse page zero',
    '2.3 Document it in docs/*.md',
  ]);
  const brief = JSON.stringify(valueIn(read, '2. Endpoint', 'brief'));
  expect(brief).toContain('Newest first.');
  expect(brief).toContain('## Done already\\n\\n- 2.1 Write the query');
  expect(brief).toContain('- openspec/fixtures/add-ledger/proposal.md');
});

test('a file by itself is named after the folder of its change', () => {
  const source = written('openspec/changes/add-login/tasks.md', '## 1. A\n- [ ] 1.1 a\n');
  expect(imported(source).draft?.name?.value).toBe('add-login');
});

test('numbers that are missing are reported, and one of another section is warned of', () => {
  const list = of('## 1. A', '- [ ] 1.1 a', '- [ ] b', '- [ ] 2.1 c', '## Later', '- [ ] d');
  expect(said(list)).toEqual(['warning tasks.md:4 Step 2.1 is in another section']);
  expect(list.draft?.missing.map(({ at, field }) => `${at.line} ${field}`)).toEqual([
    ...['3 number of the step', '5 number of the section', '6 number of the step'],
  ]);
});

test('the same step or section twice is an error at its line', () => {
  expect(said(of('## 1. A', '- [ ] 1.1 a', '- [ ] 1.1 b'))).toEqual(['error tasks.md:3 There are two steps 1.1']);
  expect(said(of('## 1. A', '- [ ] 1.1 a', '## 1. A', '- [ ] 1.2 b'))).toContain(
    'error tasks.md:3 There are two tasks "1. A"',
  );
});
