import { expect, test } from 'vitest';
import { edges, fixture, imported, said, valueIn, written } from '../fixture-source.ts';

const read = imported(fixture('spec-kit/fixtures/tasks.md'));
const of = (...lines: readonly string[]) => imported(written('tasks.md', lines.join('\n')), 'spec-kit');

test('phases come one after the other; with [P] a task waits for nothing in its phase, without for all before it', () => {
  expect(said(read)).toEqual([]);
  expect(edges(read)).toEqual({
    T002: [],
    T003: ['T002'],
    T004: ['T003'],
    T005: ['T003'],
    T006: ['T004', 'T005'],
    T007: ['T006'],
    T008: ['T007'],
  });
});

test('a task that is done in the middle does not cut the order', () => {
  const list = of(
    '## Phase 1: A',
    '- [ ] T001 a',
    '- [x] T002 b',
    '- [ ] T003 c',
    '## Phase 2: B',
    '- [X] T004 d',
    '## Phase 3: C',
    '- [ ] T005 [P] e',
  );
  expect(edges(list)).toEqual({ T001: [], T003: ['T001'], T005: ['T003'] });
});

test('a phase that ends in tasks with [P] is over when they are too', () => {
  const list = of(
    '## Phase 1: A',
    '- [ ] T001 a',
    '- [ ] T002 [P] b',
    '- [ ] T003 [P] c',
    '## Phase 2: B',
    '- [ ] T004 d',
  );
  expect(edges(list)).toMatchObject({ T002: [], T003: [], T004: ['T001', 'T002', 'T003'] });
});

test('every field has its place, and a path keeps its characters', () => {
  expect(read.draft?.name?.value).toBe('ledger-of-changes');
  expect(valueIn(read, 'T006', 'title')).toBe('Write changes in src/services/__ledger__.ts (depends on T005)');
  expect(valueIn(read, 'T006', 'steps')).toEqual(['from the rows', 'from the settings']);
  expect([valueIn(read, 'T006', 'labels'), valueIn(read, 'T006', 'priority')]).toEqual([['US1'], 9]);
  expect(valueIn(read, 'T002', 'group')).toBe('Phase 1: Setup');
  expect(valueIn(read, 'T004', 'brief')).toEqual({
    text: [
      'Contract test in tests/contract/ledger.test.ts\n',
      '## What it is a part of\n',
      'Phase 2: User Story 1 - Write changes (Priority: P1) 🎯 MVP',
      'Goal: Changes are written down',
      'Independent Test: Change a row and read the ledger',
    ].join('\n'),
  });
});

test('a task that names another one on which it depends waits for it, and not for those that it only mentions', () => {
  const list = of(
    '## Phase 1: A',
    '- [ ] T001 [P] a',
    '- [ ] T002 [P] b (depends on T001)',
    '- [ ] T003 [P] c, as in T001',
  );
  expect(edges(list)).toEqual({ T001: [], T002: ['T001'], T003: [] });
});

test('an unknown marker, the same number twice, a need that nobody has and a circle are errors at their lines', () => {
  expect(said(of('- [ ] T001 [S] a'))).toEqual(['error tasks.md:1 "[S]" is no marker of a task']);
  expect(said(of('- [ ] T001 a', '- [ ] T001 b'))).toContain('error tasks.md:2 There are two tasks "T001"');
  expect(said(of('- [ ] T001 a (depends on T009)'))).toEqual(['error tasks.md:1 "T001" needs "T009"']);
  expect(
    of('- [ ] T001 a (depends on T002)', '- [ ] T002 b').diagnostics.map(({ severity, line }) => `${severity} ${line}`),
  ).toEqual(['error 1']);
});

test('a task without a number is reported', () => {
  const { draft } = of('## Phase 1: A', '- [ ] T001 a', '- [ ] Say hello');
  expect(draft?.missing).toEqual([{ at: { file: 'tasks.md', line: 3 }, task: 'Say hello', field: 'task id' }]);
});
