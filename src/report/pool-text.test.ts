import { expect, test } from 'vitest';
import { poolHealthText, poolMergeText, poolStatusText } from './pool-text.ts';

const linesOf = (text: string): readonly string[] => text.split('\n');
const slot = (id: string, result: 'merged' | 'nothing' | 'failed') => ({
  id,
  branch: `auto/${id}-task`,
  result,
  why: '',
});

test('the status box has the counts in one line and a row for each slot', () => {
  const lines = linesOf(
    poolStatusText([
      { id: 'wt-1', status: 'busy', task: 'task-a' },
      { id: 'wt-2', status: 'error', task: 'task-b' },
      { id: 'wt-3', status: 'idle', task: null },
    ]),
  );
  expect(lines[1]).toContain('AGENT POOL STATUS');
  expect(lines).toContain('│ Pool Size: 3 | Busy: 1 | Idle: 1 | Error: 1');
  expect(lines).toContain('│ wt-1 │   BUSY   │ task-a');
  expect(lines).toContain('│ wt-2 │  ERROR   │ task-b');
  expect(lines).toContain('│ wt-3 │   IDLE   │ -');
});

test('only a merge in which something was merged and nothing failed is a success', () => {
  const status = (...slots: readonly ReturnType<typeof slot>[]) =>
    linesOf(poolMergeText({ target: 'main', slots })).find((line) => line.includes('Status: '));
  expect(status(slot('wt-1', 'merged'), slot('wt-2', 'nothing'))).toBe('│ Status: ✅ ALL MERGED SUCCESSFULLY');
  expect(status(slot('wt-1', 'merged'), slot('wt-2', 'failed'))).toBe('│ Status: ⚠️  SOME MERGES FAILED');
  expect(status(slot('wt-1', 'nothing'))).toBe('│ Status: NOTHING TO MERGE');
  expect(status()).toBe('│ Status: NOTHING TO MERGE');
});

test('branches that failed are named below the line that scripts look for, and no others', () => {
  const lines = linesOf(poolMergeText({ target: 'main', slots: [slot('wt-1', 'merged'), slot('wt-2', 'failed')] }));
  const at = lines.indexOf('│ Failed branches:');
  expect(lines[at + 1]).toBe('│   - wt-2:auto/wt-2-task');
  expect(lines.filter((line) => line.includes('- wt-'))).toHaveLength(1);
  expect(poolMergeText({ target: 'main', slots: [slot('wt-1', 'merged')] })).not.toContain('Failed branches');
});

test('health is one line that says OK or how many issues, then the worktrees, then the issues', () => {
  expect(poolHealthText({ worktrees: 2, issues: [] })).toBe('✅ Pool health: OK\n   Git worktrees in pool: 2\n');
  expect(poolHealthText({ worktrees: 0, issues: ['wt-1: gone', 'wt-2: \u001b[2J'] })).toMatch(
    /^⚠️ {2}Pool health: 2 issues found\n {3}Git worktrees in pool: 0\n {3}- wt-1: gone\n {3}- wt-2: [^\u001b]+\n$/,
  );
});
