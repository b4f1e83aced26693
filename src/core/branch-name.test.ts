import { expect, test } from 'vitest';
import { plainPlan, plainTask } from '../../test/simulation/plans.ts';
import { branchName } from './branch-name.ts';

const named = (branch: string, change: Parameters<typeof plainTask>[1] = {}): string => {
  const task = plainTask('audit', { title: 'Keep the audit log — för 90 days!', ...change });
  return branchName(plainPlan([task], { branch, name: 'shop' }), task, { run: 'r1', attempt: 2 });
};

test('a branch is named after agent, issue and title where the template asks for them (U44)', () => {
  expect(named('{agent}/{issue}-{slug}', { issues: ['PAY-10'] })).toBe('one/pay-10-keep-the-audit-log-for-90-days-2');
  expect(named('{agent}/{issue}', { agent: 'two', issues: ['github:acme/shop#41'] })).toBe('two/41-2');
  expect(named('{issue}', { issues: ['https://tracker.example/issue/CIA-387/dispatch-rules'] })).toBe('cia-387-2');
  expect(named('work/{plan}/{run}/{task}')).toBe('work/shop/r1/audit-2');
  expect(named('{task}-{attempt}')).toBe('audit-2');
});

test('a task without an issue goes by its own name, and a title that leaves nothing to write as well', () => {
  expect(named('{issue}')).toBe('audit-2');
  expect(named('{slug}', { title: '日本語' })).toBe('audit-2');
});
