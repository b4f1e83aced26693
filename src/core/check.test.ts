import { describe, expect, test } from 'vitest';
import type { CheckFacts } from './check/facts.ts';
import { type CheckReport, checkPlan } from './check.ts';
import type { Plan, Task, TaskId } from './plan.ts';

const TASK = {
  title: '',
  brief: null,
  steps: [],
  done: ['It works'],
  needs: [],
  reads: [],
  scope: { may: ['src/a.ts'], mayNot: [] },
  kind: 'code',
  artifacts: [],
  resources: [],
  estimate_min: null,
  checks: ['npm test'],
  issues: [],
  owner: null,
} as const;

type Given = Partial<Omit<Plan, 'tasks' | 'parallel'>> & { readonly parallel?: Partial<Plan['parallel']> };

function check(
  tasks: Readonly<Record<TaskId, Partial<Task>>>,
  given: Given = {},
  facts: Partial<CheckFacts> = {},
): CheckReport {
  // Check looks at nothing else of a plan.
  const plan = {
    envRequired: [],
    checks: [],
    finalChecks: [],
    shared: [],
    overlap: 'stop',
    undeclared: 'allow',
    branch: 'branchline/{run}/{task}',
    ...given,
    parallel: { enabled: true, minTasks: 2, force: false, ...given.parallel },
    tasks: Object.entries(tasks).map(([id, task]) => ({ ...TASK, ...task, id })),
  } as unknown as Plan;
  return checkPlan(plan, {
    paths: ['src/a.ts', 'src/b.ts'],
    ignoreCase: false,
    missingBriefs: [],
    existingBranches: [],
    environment: [],
    ...facts,
  });
}

const may = (...patterns: string[]) => ({ scope: { may: patterns, mayNot: [] } });
const codes = ({ diagnostics }: CheckReport) => diagnostics.map(({ code, severity, field }) => [code, severity, field]);
const verdict = ({ verdict: said, reason }: CheckReport) => [said, reason];

test('a plan whose tasks stay out of each other is parallel, and the whole report says why (U22, U24)', () => {
  expect(
    check({ a: may('src/a.ts'), b: { ...may('src/b.ts'), estimate_min: 5 }, c: { ...may('src/b.ts'), needs: ['b'] } }),
  ).toEqual({
    schemaVersion: 1,
    verdict: 'PARALLEL',
    reason: '2 of 3 pairs of tasks may run together (3 tasks, and parallel.min-tasks is 2)',
    pairs: [{ a: 'b', b: 'c', relation: 'after', reason: 'needs', witness: 'b → c' }],
    pairCount: 1,
    waves: [['a', 'b'], ['c']],
    criticalPath: { minutes: 10, tasks: ['b', 'c'] },
    questions: [
      'Are the write scopes disjoint?',
      'Is there one owner per integration boundary?',
      'Can each task define success without waiting for another one?',
      'Is the verification known before the start?',
    ].map((question) => expect.objectContaining({ question, answer: 'yes' })),
    diagnostics: [],
  });
});

describe('the verdict names what decided', () => {
  const two = { a: may('src/a.ts'), b: may('src/b.ts') };
  test.each([
    [check({}), 'SEQUENTIAL', 'there are no tasks'],
    [check({ a: {} }), 'SEQUENTIAL', 'there is only one task'],
    [
      check({ a: {}, b: { needs: ['a'] } }, { parallel: { force: true } }),
      'SEQUENTIAL',
      'no two tasks may ever run together',
    ],
    [check(two, { parallel: { minTasks: 3 } }), 'SEQUENTIAL', '2 tasks, and parallel.min-tasks is 3'],
    [check(two, { parallel: { enabled: false } }), 'SEQUENTIAL', 'parallel.enabled is false'],
    [check(two, { parallel: { minTasks: 3, force: true } }), 'PARALLEL', 'parallel.force is true'],
    [check({ a: {}, b: {} }, { overlap: 'branch' }), 'PARALLEL', expect.stringContaining('1 of 1 pairs')],
  ])('case %# (U22, U23)', (report, said, reason) => {
    expect(verdict(report)).toEqual([said, reason]);
  });
});

describe('an author is told', () => {
  test('of tasks that may write one file, with the file (U16, U24)', () => {
    const report = check({ a: may('src/**'), b: may('src/*.ts') });
    expect(codes(report)).toEqual([['scope-overlap', 'error', 'tasks.b.scope']]);
    expect(report.diagnostics[0]?.what).toBe('a and b may both write src/.ts');
    expect(report.questions[0]).toEqual({
      question: 'Are the write scopes disjoint?',
      answer: 'no',
      why: 'a: b may write src/.ts too (and 1 more)',
      tasks: [
        { task: 'a', answer: 'no', why: 'b may write src/.ts too' },
        { task: 'b', answer: 'no', why: 'a may write src/.ts too' },
      ],
    });
    expect(codes(check({ a: may('src/**'), b: may('src/*.ts') }, { overlap: 'serialise' }))).toEqual([]);
  });

  test('of scopes that hold nothing, everything, or what they exclude (U17)', () => {
    const report = check({
      a: may('lib/**', 'README.md', 'app/[id]/x'),
      b: { scope: { may: ['**'], mayNot: ['lib/**', 'README.md', 'app/**'] } },
      c: { scope: { may: ['src/gen/*'], mayNot: ['src/gen/**'] } },
    });
    expect(codes(report)).toEqual([
      ['scope-matches-nothing', 'note', 'tasks.a.scope.may[0]'],
      ['scope-root-only', 'note', 'tasks.a.scope.may[1]'],
      ['scope-matches-nothing', 'note', 'tasks.a.scope.may[2]'],
      ['scope-everything', 'warning', 'tasks.b.scope.may[0]'],
      ['scope-contradiction', 'error', 'tasks.c.scope.may[0]'],
    ]);
  });

  test('of tasks without a scope, and of research that can deliver nothing', () => {
    const tasks = {
      a: { scope: null },
      b: { kind: 'research', ...may('src/b.ts') },
      c: { kind: 'research', scope: null },
    } as const;
    expect(codes(check(tasks))).toEqual([
      ['scope-missing', 'warning', 'tasks.a'],
      ['research-without-artifacts', 'warning', 'tasks.b.scope'],
      ['research-without-artifacts', 'note', 'tasks.c.kind'],
    ]);
    expect(codes(check({ a: { scope: null } }, { undeclared: 'refuse' }))[0]).toEqual([
      'scope-missing',
      'error',
      'tasks.a',
    ]);
  });

  test('of needs that name no task, or run in a circle (U15)', () => {
    const report = check({ api: { needs: ['databse'] }, database: { needs: ['ui'] }, ui: { needs: ['database'] } });
    expect(
      report.diagnostics.filter(({ code }) => code.startsWith('need')).map(({ what, next }) => [what, next]),
    ).toEqual([
      ['api needs "databse", which is no task', 'did you mean "database"?'],
      ['tasks need each other in a circle: database → ui → database', 'remove one of these needs'],
    ]);
  });

  test('of an issue with two tasks, a brief that is missing, a variable that is not set (U10, U12, U14)', () => {
    const report = check(
      { a: { issues: ['github:x/y#1'], brief: { file: 'a.md' } }, b: { issues: ['github:X/y#1'], ...may('src/b.ts') } },
      { envRequired: ['TOKEN'] },
      { missingBriefs: ['a.md'] },
    );
    expect(codes(report)).toEqual([
      ['issue-claimed-twice', 'error', 'tasks.b.issues[0]'],
      ['brief-missing', 'error', 'tasks.a.brief'],
      ['environment-missing', 'error', 'env-required[0]'],
    ]);
  });

  test('of names that only some file systems tell apart (U16)', () => {
    const report = check({ api: may('src/B.ts'), API: may('src/b.ts'), 'e\u0301': may('src/x'), é: may('src/y') });
    expect(codes(report).filter(([code]) => String(code).endsWith('collision'))).toEqual([
      ['case-collision', 'error', 'tasks.API'],
      ['unicode-collision', 'error', 'tasks.é'],
      ['case-collision', 'warning', 'tasks.API.scope.may[0]'],
      ['case-collision', 'warning', 'tasks.api.scope.may[0]'],
    ]);
  });

  test('of scopes that spell a file or a folder of the base otherwise (U16)', () => {
    const report = check(
      { a: may('src/readme.md', 'Src/new/**', 'doc/e\u0301.md'), b: may('src/New.ts', 'README') },
      {},
      { paths: ['src/README.md', 'doc/\u00e9.md', 'README'] },
    );
    expect(report.diagnostics.filter(({ code }) => code.endsWith('collision'))).toMatchObject([
      { code: 'case-collision', field: 'tasks.a.scope.may[0]', next: 'write "src/README.md"' },
      { code: 'case-collision', field: 'tasks.a.scope.may[1]', next: 'write "src"' },
      { code: 'unicode-collision', field: 'tasks.a.scope.may[2]' },
    ]);
  });

  test('of branches that are there, or are folders of others', () => {
    const said = (existingBranches: readonly string[], branch = 'work/{task}') =>
      check({ api: may('src/a.ts'), ui: may('src/b.ts') }, { branch }, { existingBranches }).diagnostics.map(
        ({ code, severity, what }) => [code, severity, what],
      );
    expect(said(['main', 'work2/api-1'])).toEqual([]);
    expect(said(['work/api-2'])).toEqual([['branch-collision', 'warning', 'the branch work/api-2 exists']]);
    expect(said(['Work/api-1'])).toEqual([
      ['case-collision', 'warning', '"Work/api-1" and "work/api-1" differ only in case'],
    ]);
    expect(said(['work', 'ui-1/x'], '{task}')).toEqual([
      ['branch-folder', 'warning', 'the branch ui-1 would be the folder of the branch ui-1/x'],
    ]);
    expect(said(['branchline'], 'branchline/{run}/{task}')).toEqual([
      ['branch-folder', 'warning', 'the branch branchline would be the folder of the branch branchline/{run}/api-1'],
    ]);
    expect(said([], 'work/{run}')).toEqual([
      ['branch-collision', 'error', 'all tasks would have the branch work/{run}'],
    ]);
    expect(
      codes(check({ a: may('src/a.ts'), 'a-1/b': may('src/b.ts') }, { branch: '{task}' })).map(([code]) => code),
    ).toEqual(['branch-folder']);
  });

  test('of a path that all leave to each other, but not of one that its owner may write (U17)', () => {
    const apart = { may: ['src/**'], mayNot: ['src/api/**'] };
    const tasks = { a: { scope: apart }, b: { ...may('src/api/x.ts', 'lib/**'), needs: ['a'] } };
    expect(codes(check(tasks)).filter(([code]) => code === 'boundary-without-owner')).toEqual([]);
    const left = { ...tasks, b: { ...tasks.b, scope: { may: ['src/api/*.ts', 'lib/x'], mayNot: ['src/*/*'] } } };
    const report = check(left);
    expect(report.diagnostics.filter(({ code }) => code === 'boundary-without-owner')).toMatchObject([
      {
        severity: 'note',
        what: 'nobody may write "src/api/**": a and b name it under may, and each excludes it',
        field: 'tasks.a.scope.may-not[0]',
      },
    ]);
  });

  test('of a boundary with two owners, at whatever time they write', () => {
    const tasks = {
      a: { ...may('src/**'), owner: 'ann' },
      b: { ...may('src/b.ts'), owner: 'bob', needs: ['a'] },
      c: { ...may('src/a.ts'), owner: 'bob', needs: ['a'] },
      d: { ...may('src/a.ts'), needs: ['c'] },
    };
    expect(check(tasks).diagnostics).toMatchObject([
      {
        code: 'boundary-two-owners',
        what: 'ann (a) and bob (b) may both write src/b.ts (and 1 more pairs of their tasks meet)',
        field: 'tasks.b.owner',
      },
    ]);
    expect(codes(check(tasks, { shared: ['src/**'] }))).toEqual([]);
  });

  test('that nothing verifies the work (U24)', () => {
    const report = check({ a: { checks: [], done: [] } });
    expect(codes(report)).toEqual([['no-checks', 'warning', null]]);
    expect(report.questions.map(({ answer }) => answer)).toEqual(['yes', 'yes', 'person', 'no']);
    expect(codes(check({ a: { checks: [] } }, { checks: ['npm test'] }))).toEqual([]);
  });

  test('of a pattern that cannot be read, and of everything else that can be checked', () => {
    const report = check({
      a: may('/x', 'src/a.ts'),
      b: { ...may('src/a.ts'), reads: ['a//b'] },
      c: { ...may('src/b.ts'), needs: ['b'] },
      d: { ...may('src/c'), needs: ['d'] },
    });
    expect(verdict(report)).toEqual([
      'SEQUENTIAL',
      'who may run beside whom cannot be checked: 2 patterns cannot be read',
    ]);
    expect(codes(report).map(([code, , field]) => [code, field])).toEqual([
      ['need-cycle', 'tasks.d.needs'],
      ['bad-pattern', 'tasks.a.scope.may[0]'],
      ['bad-pattern', 'tasks.b.reads[0]'],
      ['scope-matches-nothing', 'tasks.d.scope.may[0]'],
      ['scope-overlap', 'tasks.b.scope'],
    ]);
    expect(report.waves).toEqual([['a'], ['b'], ['c']]);
  });
});

test('more pairs than can be listed are counted, and every task still has its answer', () => {
  const tasks = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`t${i}`, may('src/**')]));
  const report = check(tasks);
  expect([report.pairCount, report.pairs.length, report.waves.length]).toEqual([19_900, 10_000, 200]);
  expect(report.diagnostics.at(-1)?.what).toBe('9900 more pairs of tasks may write the same path');
  expect(report.questions[0]?.tasks.every(({ answer }) => answer === 'no')).toBe(true);
});
