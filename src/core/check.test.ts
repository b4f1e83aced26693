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
    ...given,
    parallel: { enabled: true, minTasks: 2, force: false, ...given.parallel },
    tasks: Object.entries(tasks).map(([id, task]) => ({ ...TASK, ...task, id })),
  } as unknown as Plan;
  return checkPlan(plan, {
    paths: ['src/a.ts', 'src/b.ts'],
    ignoreCase: false,
    missingBriefs: [],
    environment: [],
    ...facts,
  });
}

const may = (...patterns: string[]) => ({ scope: { may: patterns, mayNot: [] } });
const codes = ({ diagnostics }: CheckReport) => diagnostics.map(({ code, severity, field }) => [code, severity, field]);
const verdict = ({ verdict: said, reason }: CheckReport) => [said, reason];

test('a plan whose tasks stay out of each other is parallel, and the whole report says why', () => {
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
  ])('%#', (report, said, reason) => {
    expect(verdict(report)).toEqual([said, reason]);
  });
});

describe('an author is told', () => {
  test('of tasks that may write one file, with the file', () => {
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

  test('of scopes that hold nothing, everything, or what they exclude', () => {
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

  test('of needs that name no task, or run in a circle', () => {
    const report = check({ api: { needs: ['databse'] }, database: { needs: ['ui'] }, ui: { needs: ['database'] } });
    expect(
      report.diagnostics.filter(({ code }) => code.startsWith('need')).map(({ what, next }) => [what, next]),
    ).toEqual([
      ['api needs "databse", which is no task', 'did you mean "database"?'],
      ['tasks need each other in a circle: database → ui → database', 'remove one of these needs'],
    ]);
  });

  test('of an issue with two tasks, a brief that is missing, a variable that is not set', () => {
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

  test('of names that only some file systems tell apart', () => {
    const report = check({ api: may('src/B.ts'), API: may('src/b.ts'), 'e\u0301': may('src/x'), é: may('src/y') });
    expect(codes(report).filter(([code]) => String(code).endsWith('collision'))).toEqual([
      ['case-collision', 'error', 'tasks.API'],
      ['unicode-collision', 'error', 'tasks.é'],
      ['case-collision', 'warning', 'tasks.API.scope.may[0]'],
    ]);
  });

  test('that nothing verifies the work', () => {
    const report = check({ a: { checks: [], done: [] } });
    expect(codes(report)).toEqual([['no-checks', 'warning', null]]);
    expect(report.questions.map(({ answer }) => answer)).toEqual(['yes', 'yes', 'person', 'no']);
    expect(codes(check({ a: { checks: [] } }, { checks: ['npm test'] }))).toEqual([]);
  });

  test('of a pattern that cannot be read, instead of a report that guesses', () => {
    const report = check({ a: may('/x') });
    expect([verdict(report), codes(report)]).toEqual([
      ['SEQUENTIAL', 'the scopes cannot be read'],
      [['bad-pattern', 'error', null]],
    ]);
  });
});
