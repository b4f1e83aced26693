import { expect, test } from 'vitest';
import { begins, lands, payments, type Told, toldRun } from '../../../test/rig/told-run.ts';
import { plainPlan, plainTask } from '../../../test/simulation/plans.ts';
import { skinnedReport, skinnedStatus } from './skins.ts';

const status = (told: Told) => boxes(skinnedStatus('pool', { ...told, columns: Number.POSITIVE_INFINITY }));
const report = (told: Told) => boxes(skinnedReport('pool', { ...told, columns: Number.POSITIVE_INFINITY }));

/** The boxes of a text: what stands in them, without frames. */
const boxes = (text: string): readonly (readonly string[])[] =>
  text
    .trimEnd()
    .split('\n\n')
    .map((box) =>
      box
        .split('\n')
        .filter((line) => /^[║│]/.test(line))
        .map((line) => line.slice(2, -2).trimEnd()),
    );

const A_DAY_OF_TWO = plainPlan(
  [plainTask('a', { title: '', estimate_min: 10 }), plainTask('b', { title: '', estimate_min: 10 })],
  { agents: { ...plainPlan([]).agents, max: 2 } },
);

test('the banner says the mode and why, how many agents, and who could start together (U22) (U71)', () => {
  expect(status(payments())[0]).toEqual([
    '⚡ Execution Mode: PARALLEL',
    'Tasks: 5',
    'Agents: 3',
    // Ten pairs; ledger, refunds and ui come one after the other, so three of them may not.
    'Reason: 7 of 10 pairs of tasks may run together (5 tasks, and parallel.min-tasks is 1)',
    'Parallel Group 1:',
    '├── Agent 1: ledger: db/**',
    '├── Agent 3: [wt-2] study: C — Retention study',
    '└── Agent 5: [wt-3] mail: mail/**',
    'Parallel Group 2 (after Group 1):',
    '└── Agent 2: [wt-1] refunds: api/refund.ts, api/routes.ts',
    'Parallel Group 3 (after Group 2):',
    '└── Agent 4: ui: ui/**',
    'Progress: [████░░░░░░░░░░░░░░░░] 1/5 agents complete',
  ]);
});

test('fewer places than could be used are named as what limits (U28)', () => {
  const plan = plainPlan(
    ['a', 'b', 'c', 'd', 'e'].map((id) => plainTask(id)),
    { agents: { ...plainPlan([]).agents, max: 3 } },
  );
  expect(status(toldRun(plan, [], 0))[0]).toContain('Agents: 3 (limited by max_agents config)');
});

test('one after the other is said with the reason and the order (U22)', () => {
  const chain = plainPlan([plainTask('a'), plainTask('b', { needs: ['a'] })]);
  expect(status(toldRun(chain, [], 0))[0]).toEqual([
    '⏸️ Execution Mode: SEQUENTIAL',
    'Tasks: 2',
    'Reason: no two tasks may ever run together',
    'Order: a → b',
    'Progress: [░░░░░░░░░░░░░░░░░░░░] 0/2 agents complete',
  ]);
  const few = { ...A_DAY_OF_TWO, parallel: { enabled: true, minTasks: 3, force: false } };
  expect(status(toldRun(few, [], 0))[0]).toContain('Reason: 2 tasks, and parallel.min-tasks is 3: threshold not met');
});

test('the pool shows each slot with who is in it; a slot whose work failed is in error', () => {
  expect(status(payments())[1]).toEqual([
    'AGENT POOL STATUS',
    'Pool Size: 3 | Busy: 2 | Idle: 0 | Error: 1',
    'wt-1 │   BUSY   │ refunds',
    'wt-2 │   BUSY   │ study',
    'wt-3 │  ERROR   │ mail',
  ]);
  const plan = plainPlan(['a', 'b', 'c'].map((id) => plainTask(id)));
  const told = toldRun(plan, [...begins('a', 0, 1), ...begins('b', 0, 2), ...lands('b', 5, 'c'.repeat(40))], 30);
  expect(status(told)[1]).toEqual([
    'AGENT POOL STATUS',
    'Pool Size: 3 | Busy: 1 | Idle: 2 | Error: 0',
    'wt-1 │   BUSY   │ a',
    'wt-2 │   IDLE   │ -',
    'wt-3 │   IDLE   │ -',
  ]);
});

test('elapsed, estimate and speed-up come from the instants in the journal (U72)', () => {
  // Agents: 600 s for ledger, 300 s so far for refunds, 120 s for study, 60 s for mail; 1080 s in 920 s.
  // Ledger took half of its 20 minutes, so the 25 minutes of refunds and ui become twelve and a half.
  expect(status(payments())[2]?.slice(-4)).toEqual([
    'Elapsed: 15m 20s',
    'Estimated remaining: about 12m 30s (an estimate)',
    'Sequential estimate: 18m 00s (the time of all agents)',
    'Speedup: 1.2x',
  ]);
});

test('as long as nothing has landed there is nothing to estimate by (U72)', () => {
  const told = toldRun(A_DAY_OF_TWO, begins('a', 0, 1), 60);
  expect(status(told)[2]?.slice(-4)).toEqual([
    'Elapsed: 1m 00s',
    'Estimated remaining: unknown until a task with an agent has landed',
    'Sequential estimate: 1m 00s (the time of all agents)',
    'Speedup: 1.0x',
  ]);
  expect(status(toldRun(A_DAY_OF_TWO, [], 0))[2]).toContain('Speedup: unknown');
});

test('the report of a run that is over says what was merged and how long it really took (U72) (U117)', () => {
  const told = toldRun(
    A_DAY_OF_TWO,
    [
      ...begins('a', 0, 1),
      ...begins('b', 0, 2),
      ...lands('a', 100, 'c'.repeat(40)),
      ...lands('b', 110, 'd'.repeat(40)),
      [125, { type: 'run-ended' }],
    ],
    9_000,
  );
  const [, agents, merged] = report(told);
  expect(agents).toEqual([
    'EXECUTION COMPLETE',
    '[████████████████████] 2/2',
    '2 tasks: 2 done',
    `✅ Agent 1: a (done) ${'c'.repeat(12)}`,
    `✅ Agent 2: b (done) ${'d'.repeat(12)}`,
    'Elapsed: 2m 05s',
    'Sequential estimate: 3m 30s (the time of all agents)',
    'Speedup: 1.7x',
  ]);
  expect(merged).toEqual(['MERGE RESULTS', 'Status: ✅ ALL MERGED SUCCESSFULLY', 'Merged: 2 of 2 onto main']);
});

test('a branch that was not merged is named with what was kept of it', () => {
  expect(report(payments())[2]).toEqual([
    'MERGE RESULTS',
    'Status: ⚠️  SOME MERGES FAILED',
    'Merged: 1 of 5 onto main',
    'Failed branches:',
    '- wt-3:r1/mail-1 (work kept: refs/branchline/rescue/mail)',
    'The run is not over.',
  ]);
});
