import { expect, test } from 'vitest';
import { edges, fixture, folder, imported, said, valueIn, written } from '../fixture-source.ts';

const read = imported(fixture('gsd/fixtures/phases'));
const FRONT = {
  type: 'execute',
  wave: '1',
  depends_on: '[]',
  files_modified: '[a.ts]',
  autonomous: 'true',
  must_haves: '{}',
};
const text = (plan: string, more: Readonly<Record<string, string>> = {}, body = '') => {
  const fields = Object.entries({ phase: '01-a', plan, ...FRONT, ...more });
  return `---\n${fields.map(([key, value]) => `${key}: ${value}`).join('\n')}\n---\n${body}`;
};
const of = (...texts: readonly string[]) =>
  imported(folder('01-a', Object.fromEntries(texts.map((each, index) => [`${index}-PLAN.md`, each]))), 'gsd');

test('a plan file is a task; it waits for what it names, for the wave before if it names nothing, and for the phase before', () => {
  expect(said(read)).toEqual([]);
  expect(edges(read)).toEqual({ '01-02': ['01-01'], '01-03': ['01-02'], '02-01': ['01-02', '01-03'] });
  expect(read.draft?.tasks[0]).toMatchObject({ name: '01-01', state: 'done' });
});

test('every field has its place', () => {
  expect(valueIn(read, '01-02', 'title')).toBe('List changes over HTTP.');
  expect(valueIn(read, '01-02', 'scope')).toEqual({ may: ['src/api/ledger.ts', 'src/api/ledger.test.ts'] });
  expect(valueIn(read, '01-02', 'artifacts')).toEqual(['src/api/ledger.ts']);
  expect(valueIn(read, '01-02', 'done')).toEqual([
    'A change can be read over HTTP',
    'src/api/ledger.ts: The route, at least 30 lines, contains "ledger", exports GET',
    'src/api/ledger.ts is linked to src/db/ledger.ts by a query (select.*ledger)',
  ]);
  expect(valueIn(read, '01-02', 'steps')).toEqual(['Task 1: Write the query', 'Task 2: Add the route']);
  expect(['01-02', '01-03', '02-01'].map((name) => valueIn(read, name, 'mode'))).toEqual([
    'tdd',
    'checkpoint',
    undefined,
  ]);
  expect(['01-02', '01-03'].map((name) => valueIn(read, name, 'labels'))).toEqual([
    ['wave-2', 'REQ-7'],
    ['wave-3', 'gap-closure'],
  ]);
  expect(valueIn(read, '02-01', 'group')).toBe('02-page');
  expect(read.draft?.values['env-required']?.value).toEqual(['MAIL_KEY']);
});

test("what only GSD's own commands make something of is not in the brief", () => {
  const brief = JSON.stringify(valueIn(read, '01-02', 'brief'));
  expect(brief).toContain('Who changed what can be seen.');
  expect(brief).not.toMatch(/execution_context|somebody|summary|comment/);
});

test('words that GSD does not have are errors at their lines', () => {
  const body = '\n<task type="auto"><name>a</name></task>\n<task type="later"></task>\n';
  expect(said(of(text('01', { type: 'fly', wave: 'first', autonomous: 'perhaps' }, body)))).toEqual([
    'error 01-a/0-PLAN.md:4 "fly" is no type of a plan',
    'error 01-a/0-PLAN.md:5 "first" is no wave',
    'error 01-a/0-PLAN.md:8 "perhaps" is no "autonomous"',
    'error 01-a/0-PLAN.md:13 "later" is no type of a task',
  ]);
});

test('what is missing is reported', () => {
  const { draft } = imported(written('03-04-PLAN.md', '---\nphase: 3\nplan: 4\nautonomous: true\n---\n'), 'gsd');
  expect(draft?.missing.map(({ task, field }) => `${task} ${field}`)).toEqual([
    ...['03-04 wave', '03-04 depends_on', '03-04 files_modified', '03-04 must_haves', '03-04 type'],
  ]);
});

test('a plan of a wave that comes no later than what it needs is warned of', () => {
  expect(said(of(text('01', { wave: '2' }), text('02', { depends_on: '["01"]', files_modified: '[b.ts]' })))).toEqual([
    'warning 01-a/1-PLAN.md:6 01-02 of wave 1 needs 01-01 of wave 2',
  ]);
});

test('a plan that is called autonomous and stops is warned of, and stops', () => {
  const read = of(text('01', {}, '<task type="checkpoint:decision"><decision>Which one?</decision></task>'));
  expect(said(read)).toEqual(['warning 01-a/0-PLAN.md:11 01-01 is called autonomous']);
  expect([valueIn(read, '01-01', 'mode'), valueIn(read, '01-01', 'steps')]).toEqual(['checkpoint', ['Which one?']]);
});

test('the same plan twice, a need that nobody has, and a circle are errors with their places', () => {
  expect(said(of(text('01'), text('01')))).toContain('error 01-a/1-PLAN.md:3 There are two tasks "01-01"');
  expect(said(of(text('01', { depends_on: '["09"]' })))).toEqual(['error 01-a/0-PLAN.md:6 "01-01" needs "09"']);
  const circle = of(text('01', { depends_on: '["02"]' }), text('02', { depends_on: '["01-01-PLAN"]' }));
  expect(circle.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
    'need-cycle',
  ]);
});

test('a path that leaves the repository is refused where it stands', () => {
  expect(
    of(text('01', { files_modified: '[../secrets]' })).diagnostics.map(({ severity, line }) => `${severity} ${line}`),
  ).toEqual(['error 7']);
});
