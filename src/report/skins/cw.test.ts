import { expect, test } from 'vitest';
import { begins, lands, payments, type Told, toldRun } from '../../../test/rig/told-run.ts';
import { plainPlan, plainTask } from '../../../test/simulation/plans.ts';
import { skinnedReport, skinnedStatus } from './skins.ts';

const status = (told: Told) => skinnedStatus('cw', { ...told, columns: Number.POSITIVE_INFINITY }).split('\n');
const report = (told: Told) => skinnedReport('cw', { ...told, columns: Number.POSITIVE_INFINITY }).split('\n');

const plan = plainPlan([
  plainTask('T01', { title: 'Refund table' }),
  plainTask('T02', { title: 'Refund endpoint', needs: ['T01'] }),
  plainTask('T04', { title: 'Mail template' }),
]);
const ready = (task: string) => [0, { task, attempt: 1, type: 'task-ready' }] as const;

test('the board says exactly how many tasks are where, and lists them (U71) (U74)', () => {
  expect(status(toldRun(plan, [ready('T01'), ready('T04')], 0))).toEqual([
    'CW-DISPATCH',
    '',
    'TASK BOARD STATUS',
    '=================',
    'Total:       3',
    'Completed:   0',
    'Pending:     3',
    '  Unblocked: 2',
    '  Blocked:   1',
    'In Progress: 0',
    '',
    'Ready: 2',
    '- T01: Refund table',
    '- T04: Mail template',
    '',
    'Blocked: 1',
    '- T02: Refund endpoint (waits for T01 (ready))',
    '',
    'Exit reason: None - 2 unblocked tasks left to dispatch',
    '',
  ]);
});

test('what a completed task has set free is reported as newly unblocked, with the reason (U27) (U117)', () => {
  const told = toldRun(
    plan,
    [
      ...begins('T01', 0, 1),
      ...begins('T04', 0, 2),
      ...lands('T01', 60, 'c'.repeat(40)),
      [70, { task: 'T02', attempt: 1, type: 'task-ready' }],
    ],
    70,
  );
  expect(report(told)).toEqual([
    'CW-DISPATCH IN PROGRESS',
    '=======================',
    'Workers:',
    '- worker-1 (one, 1m 00s): T01: Refund table -> COMPLETED',
    '- worker-2 (one, 1m 10s): T04: Mail template -> IN PROGRESS',
    '',
    'Newly unblocked:',
    '- T02: Refund endpoint (T01 completed) -> now READY',
    '',
    'TASK BOARD STATUS',
    '=================',
    'Total:       3',
    'Completed:   1',
    'Pending:     1',
    '  Unblocked: 1',
    '  Blocked:   0',
    'In Progress: 1',
    '',
    'Done: 1',
    `- T01: Refund table (${'c'.repeat(12)})`,
    '',
    'Ready: 1',
    '- T02: Refund endpoint',
    '',
    'In Progress: 1',
    '- T04: Mail template (worker-2, working)',
    '',
    'Integration Check:',
    '- Build: 1 check run on merged work, 0 of them not passed',
    '- Final: 0 checks run on the target, 0 of them not passed',
    '',
    'Progress: 1/3 tasks complete',
    'Exit reason: None - 1 unblocked task left to dispatch',
    '',
  ]);
});

test('a dispatch is complete when its run is over, and all are completed when all have landed (U117)', () => {
  const told = toldRun(
    plainPlan([plainTask('T01', { title: 'Refund table' })]),
    [...begins('T01', 0, 1), ...lands('T01', 60, 'c'.repeat(40)), [71, { type: 'run-ended' }]],
    80,
  );
  const lines = report(told);
  expect(lines[0]).toBe('CW-DISPATCH COMPLETE');
  expect(lines.slice(-3)).toEqual(['Progress: 1/1 tasks complete', 'Exit reason: All tasks completed', '']);
});

test('failed and skipped tasks stand on the board as well, so that its counts add up', () => {
  const lines = status(payments());
  expect(lines.slice(4, 12)).toEqual([
    'Total:       5',
    'Completed:   1',
    'Pending:     1',
    '  Unblocked: 0',
    '  Blocked:   1',
    'In Progress: 2',
    'Failed:      1',
    'Skipped:     0',
  ]);
  expect(lines).toContain('- study: C — Retention study (worker-2, asking; waits for your answer)');
  expect(lines).toContain('- mail: E — Mail (exited: It ended with code 3: fatal: no key)');
  expect(lines.at(-2)).toBe('Exit reason: No unblocked tasks - waiting on dependencies');
});
