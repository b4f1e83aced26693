import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bareTask } from '../../../test/rig/bare.ts';
import type { Plan, Task, TaskId } from '../plan.ts';
import { MARKS } from './marks.ts';
import { mayWrite } from './may-write.ts';
import { auditPaths, type PlanRelations, relationsOf } from './relations.ts';

const TASK: Task = {
  id: '',
  title: '',
  brief: null,
  steps: [],
  done: [],
  needs: [],
  reads: [],
  scope: { may: [], mayNot: [] },
  kind: 'code',
  artifacts: [],
  resources: [],
  priority: 0,
  estimate_min: null,
  agent: null,
  checks: [],
  setup: [],
  timeout: {},
  attempts: {},
  noChange: { allowed: false, reason: null },
  env: {},
  issues: [],
  labels: [],
  group: null,
  owner: null,
  ...bareTask,
};

type Given = Partial<Pick<Plan, 'shared' | 'overlap' | 'undeclared'>>;
type TaskGiven = Partial<Omit<Task, 'scope'>> & {
  readonly may?: readonly string[];
  readonly mayNot?: readonly string[];
};

function task(id: TaskId, { may, mayNot, ...given }: TaskGiven): Task {
  return { ...TASK, scope: may === undefined ? TASK.scope : { may, mayNot: mayNot ?? [] }, ...given, id };
}

type Related = PlanRelations & { readonly related: (id: TaskId) => readonly TaskId[] };

function relate(tasks: Readonly<Record<TaskId, TaskGiven & { undeclared?: true }>>, given: Given = {}): Related {
  const made = Object.entries(tasks).map(([id, { undeclared, ...fields }]) =>
    undeclared ? { ...task(id, fields), scope: null } : task(id, fields),
  );
  const relations = relationsOf(planOf(made, given), { ignoreCase: false });
  if (!relations.ok) throw new Error(JSON.stringify(relations.error));
  const { value } = relations;
  const related = (id: TaskId): readonly TaskId[] =>
    made
      .filter((_, other) => value.marks(made.findIndex((each) => each.id === id))[other] !== 0)
      .map((each) => each.id);
  return Object.assign(value, { related });
}

// Relations look at nothing else of a plan.
const planOf = (tasks: readonly Task[], given: Given): Plan =>
  ({ shared: [], overlap: 'serialise', undeclared: 'allow', ...given, tasks }) as unknown as Plan;

const free = { relation: 'free' };

describe('two tasks of a plan', () => {
  test('run beside each other when nothing stands between them', () => {
    const relations = relate({ api: { may: ['api/**'] }, ui: { may: ['ui/**'], resources: ['browser'] } });
    expect(relations.between('api', 'ui')).toEqual(free);
    expect(relations.excludedBy('api', ['ui'])).toBe(null);
  });

  test('run in the order of their needs, through others too, and the chain says why', () => {
    const relations = relate({ a: {}, b: { needs: ['a'] }, c: { needs: ['b', 'gone'] } });
    expect(relations.between('c', 'a')).toEqual({ relation: 'after', reason: 'needs', witness: 'a → b → c' });
    expect([relations.before('c'), relations.behind('a')]).toEqual([['b'], ['b']]);
    expect([relations.goesFirst('a', 'c'), relations.goesFirst('c', 'a')]).toEqual([true, false]);
  });

  test('run one after the other when one reads what the other writes (U18)', () => {
    const relations = relate({ api: { reads: ['db/models/**'], may: ['api/**'] }, db: { may: ['db/**'] } });
    expect(relations.between('api', 'db')).toEqual({ relation: 'after', reason: 'reads', witness: 'db/models/a' });
    expect([relations.before('api'), relations.behind('db'), relations.before('db')]).toEqual([['db'], ['api'], []]);
  });

  test('where a need says otherwise, the need wins over what is read', () => {
    const relations = relate({ api: { reads: ['db/**'] }, db: { may: ['db/**'], needs: ['api'] } });
    expect(relations.between('api', 'db')).toEqual({ relation: 'after', reason: 'needs', witness: 'api → db' });
    expect(relations.before('api')).toEqual([]);
  });

  test('exclude each other when each reads what the other writes, also in a wider circle (U18)', () => {
    const two = relate({ a: { may: ['a'], reads: ['b'] }, b: { may: ['b'], reads: ['a'] } });
    expect(two.between('a', 'b')).toEqual({ relation: 'exclusive', reason: 'reads', witness: 'b' });
    const three = relate({ a: { may: ['a'], reads: ['b'] }, b: { may: ['b'], needs: ['c'] }, c: { reads: ['a'] } });
    expect(three.between('a', 'b')).toEqual({ relation: 'exclusive', reason: 'reads', witness: 'b' });
    expect(['a', 'b', 'c'].map((id) => three.before(id))).toEqual([[], ['c'], []]);
  });

  test('never run together when both may write below one shared pattern, whatever overlaps may do (U19, U21)', () => {
    const relations = relate(
      { a: { may: ['db/migrations/1'] }, b: { may: ['db/**'], mayNot: ['db/migrations/1'] }, c: { may: ['db/x'] } },
      { shared: ['db/migrations/**'], overlap: 'branch' },
    );
    expect(relations.between('a', 'b')).toEqual({
      relation: 'exclusive',
      reason: 'shared',
      witness: 'db/migrations/**',
    });
    expect(relations.between('b', 'c')).toEqual({ relation: 'branch', reason: 'overlap', witness: 'db/x' });
    expect(relations.between('a', 'c')).toEqual(free);
  });

  test('meet outside the shared paths: that is what stops the run', () => {
    const shared = { shared: ['*.lock'], overlap: 'stop' } as const;
    const both = relate({ a: { may: ['x.lock', 'src/a'] }, b: { may: ['*.lock', 'src/**'] } }, shared);
    expect(both.between('a', 'b')).toEqual({ relation: 'exclusive', reason: 'overlap', witness: 'src/a' });
    const lockOnly = relate({ a: { may: ['x.lock'] }, b: { may: ['*.lock'] } }, shared);
    expect(lockOnly.between('a', 'b')).toEqual({ relation: 'exclusive', reason: 'shared', witness: '*.lock' });
  });

  test('are kept apart by what they write or hold, and dispatch learns by whom (U20)', () => {
    const relations = relate({
      a: { may: ['x/**'] },
      b: { resources: ['db'] },
      c: { may: ['x/y'], resources: ['db'] },
    });
    expect(relations.excludedBy('c', ['b', 'a'])).toEqual({
      by: 'b',
      relation: { relation: 'exclusive', reason: 'resource', witness: 'db' },
    });
    expect(relations.excludedBy('c', ['a'])?.relation).toEqual({
      relation: 'exclusive',
      reason: 'overlap',
      witness: 'x/y',
    });
    expect(relations.related('c')).toEqual(['a', 'b']);
  });

  test('without a scope are free, unless the plan wants them serialised beside all who write', () => {
    const tasks = { a: { undeclared: true }, b: { may: ['x'] }, c: { kind: 'research' } } as const;
    expect(relate(tasks).related('a')).toEqual([]);
    const serialised = relate(tasks, { undeclared: 'serialise' });
    expect(serialised.between('b', 'a')).toEqual({ relation: 'exclusive', reason: 'undeclared', witness: 'a' });
    expect([serialised.related('a'), serialised.related('b'), serialised.related('c')]).toEqual([['b'], ['a'], []]);
  });

  test('that cannot be read are refused with all their errors', () => {
    const relations = relationsOf(planOf([task('a', { may: ['/x'] }), task('b', { reads: ['a//b'] })], {}), {
      ignoreCase: false,
    });
    expect(relations.ok ? [] : relations.error.map(({ pattern, index }) => [pattern, index])).toEqual([
      ['/x', 0],
      ['a//b', 2],
    ]);
  });
});

test('what is quickly said of all tasks is what is said of each pair', () => {
  const path = fc.constantFrom('a/**', 'a/x', 'a/*', 'b/**', 'b/x', 'c', '**/x', 'lock');
  const given = fc.record({
    may: fc.option(fc.array(path, { maxLength: 2 }), { nil: null }),
    mayNot: fc.array(path, { maxLength: 1 }),
    reads: fc.array(path, { maxLength: 1 }),
    needs: fc.array(fc.integer({ min: 0, max: 7 }).map(String), { maxLength: 1 }),
    resources: fc.array(fc.constantFrom('db', 'port'), { maxLength: 1 }),
  });
  const rules = fc.record({
    shared: fc.constantFrom([], ['lock'], ['a/**', 'lock']),
    overlap: fc.constantFrom('stop', 'serialise', 'branch'),
    undeclared: fc.constantFrom('allow', 'serialise'),
  });
  fc.assert(
    fc.property(fc.array(given, { minLength: 2, maxLength: 8 }), rules, (all, plan) => {
      const made = all.map(({ may, mayNot, ...fields }, i) => ({
        ...task(String(i), fields),
        scope: may === null ? null : { may, mayNot },
      }));
      const relations = relationsOf(planOf(made, plan as Given), { ignoreCase: false });
      if (!relations.ok) throw new Error('refused');
      for (const [a, { id }] of made.entries()) {
        const marks = [...relations.value.marks(a)]
          .map((code) => MARKS[code] ?? null)
          .map((mark) => (mark === null ? 'free' : `${mark.relation} ${mark.reason} ${mark.first}`));
        const asked = made.map((other) => {
          const relation = relations.value.between(id, other.id);
          if (relation.relation === 'free') return 'free';
          const [low, high] = id < other.id ? [id, other.id] : [other.id, id];
          const first = relations.value.goesFirst(low, high) ? low : high;
          return `${relation.relation} ${relation.reason} ${relation.relation === 'after' && first === id}`;
        });
        expect(marks).toEqual(asked);
      }
    }),
    { numRuns: 500 },
  );
});

describe('the audit', () => {
  const mode = { ignoreCase: true };

  test('names what lies outside the scope; artifacts are inside (U17, U95)', () => {
    const given = task('a', { may: ['src/**'], mayNot: ['src/gen/**'], artifacts: ['out.md'] });
    expect(auditPaths(given, ['SRC/x', 'src/gen/y', 'out.md', 'z'], mode)).toEqual(['src/gen/y', 'z']);
  });

  test('lets research write its artifacts only, and a task without a scope everything (U25)', () => {
    const research = task('a', { kind: 'research', may: ['src/**'], artifacts: ['docs/**'] });
    expect(auditPaths(research, ['src/x', 'docs/y'], mode)).toEqual(['src/x']);
    expect(auditPaths({ ...task('a', {}), scope: null }, ['anything'], mode)).toEqual([]);
    expect(mayWrite({ ...task('a', {}), scope: null }, mode)).toEqual({ ok: true, value: null });
  });
});

test('ten thousand tasks know who comes before them', () => {
  const tasks = Array.from({ length: 10_000 }, (_, i) =>
    task(`t${i}`, { may: [`p${i % 100}/m${i}/**`], reads: i < 100 ? [] : [`p${i % 100}/m${i - 100}/*`] }),
  );
  const relations = relationsOf(planOf(tasks, { shared: ['p1/**'] }), { ignoreCase: false });
  if (!relations.ok) throw new Error('refused');
  expect(relations.value.before('t9999')).toEqual(['t9899']);
  expect(relations.value.between('t9999', 't99').relation).toBe('after');
});
