import { describe, expect, test } from 'vitest';
import { plainPlan, plainTask } from '../../test/simulation/plans.ts';
import { type Evidence, hasConflict, judge, leavesTree } from './evidence.ts';
import type { Task } from './plan.ts';
import type { Change } from './ports/git.ts';
import { isWeakened } from './tampering.ts';

const change = (path: string, more: Partial<Change> = {}): Change => ({
  path,
  kind: 'modified',
  oldMode: '100644',
  newMode: '100644',
  oldOid: 'a',
  newOid: 'b',
  ...more,
});
const judged = (changes: readonly Change[], task: Partial<Task> = {}, more: Partial<Evidence> = {}) =>
  judge({
    plan: plainPlan([]),
    task: plainTask('t', { scope: { may: ['src/**'], mayNot: [] }, ...task }),
    changes,
    outOfScope: (paths) => paths.filter((path) => !/^(src|tests?|[.]github|RUN)/.test(path)),
    ...more,
  });

describe('what an attempt changed', () => {
  test('work within its scope passes', () => {
    expect(judged([change('src/a.ts')])).toBeNull();
  });

  test('no change at all fails, unless the task may end without one', () => {
    expect(judged([])).toEqual({ reason: 'no-change' });
    expect(judged([], { noChange: { allowed: true, reason: 'survey' } })).toBeNull();
  });

  test('conflict markers that were left in are a conflict, after stray paths and before everything else', () => {
    const unresolved = { paths: ['src/a.ts'], onto: 'tip' };
    expect(judged([change('src/a.ts')], {}, { unresolved })).toEqual({ reason: 'conflict', ...unresolved });
    expect(judged([change('src/a.ts')], {}, { unresolved: { paths: [], onto: 'tip' } })).toBeNull();
  });

  test.each([
    ['<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n', true],
    ['x\r\n<<<<<<< ours\r\na\r\n=======\r\nb\r\n>>>>>>> theirs\r\n', true],
    ['Heading\n=======\ntext\n', false],
    ['  <<<<<<< quoted\n=======\n  >>>>>>> quoted\n', false],
    ['', false],
  ])('%j holds a conflict: %s', (text, holds) => {
    expect(hasConflict(text)).toBe(holds);
  });

  test('paths outside the scope are named, deleted ones too', () => {
    expect(judged([change('src/a.ts'), change('api/b.ts', { kind: 'deleted' })])).toEqual({
      reason: 'out-of-scope',
      paths: ['api/b.ts'],
    });
  });

  test('a repository inside the repository, or a moved submodule, needs a person', () => {
    expect(judged([change('src/sub', { kind: 'added', newMode: '160000' })])).toEqual({
      reason: 'nested-repository',
      paths: ['src/sub'],
    });
  });

  test.each([
    ['src/link', '/etc/passwd', true],
    ['src/link', '../../x', true],
    ['src/link', '../.git/hooks', true],
    ['link', 'C:\\x', true],
    ['src/link', '../docs/x', false],
    ['src/link', './a', false],
  ])('a link at %s to %s leaves the tree: %s', (path, target, leaves) => {
    expect(leavesTree(path, target)).toBe(leaves);
    const links = new Map([[path, target]]);
    const found = judged([change(path, { kind: 'added', newMode: '120000' })], {}, { links, outOfScope: () => [] });
    expect(found).toEqual(leaves ? { reason: 'out-of-scope', paths: [path] } : null);
  });

  test('names that differ in case alone collide, a rename of case does not', () => {
    const added = change('src/Readme.md', { kind: 'added' });
    expect(judged([added], {}, { paths: ['src/readme.md', 'src/Readme.md'] })).toMatchObject({
      paths: ['src/Readme.md'],
    });
    const gone = change('src/readme.md', { kind: 'deleted' });
    expect(judged([added, gone], {}, { paths: ['src/Readme.md'] })).toBeNull();
  });

  test('a declared artifact that is not there is missed', () => {
    const task = { kind: 'research', artifacts: ['docs/a.md'], scope: null } as const;
    const more = { outOfScope: () => [] };
    expect(judged([change('docs/b.md', { kind: 'added' })], task, more)).toEqual({
      reason: 'out-of-scope',
      paths: ['docs/b.md'],
    });
    expect(judged([change('docs/a.md', { kind: 'deleted' })], task, more)).toEqual({
      reason: 'missing-artifacts',
      paths: ['docs/a.md'],
    });
    expect(judged([change('docs/a.md', { kind: 'added' })], task, more)).toBeNull();
  });

  test.each([change('.github/workflows/ci.yml'), change('test/a.test.ts', { kind: 'deleted' }), change('RUN.sh')])(
    '$path decides whether the work passes, so changing it is flagged',
    (touched) => {
      const checks = ['./RUN.sh --all'];
      expect(judged([touched], { checks })).toEqual({ reason: 'tampered-checks', paths: [touched.path] });
      expect(judged([touched], { checks, scope: { may: [touched.path], mayNot: [] } })).toBeNull();
    },
  );

  test('a test that is emptied, skipped or singled out is weakened', () => {
    expect(isWeakened("test('a', f)", '')).toBe(true);
    expect(isWeakened("test('a', f)", "test.skip('a', f)")).toBe(true);
    expect(isWeakened("test('a', f)", "test.only('a', f)")).toBe(true);
    expect(isWeakened("test.skip('a', f)", "test.skip('a', g)")).toBe(false);
  });

  test('quarantine lets strays be dropped instead of failing the work', () => {
    expect(judged([change('api/b.ts')], {}, { plan: plainPlan([], { outOfScope: 'quarantine' }) })).toBeNull();
  });
});
