import type { Entry, RunEvent } from '../../src/core/event.ts';
import type { Plan } from '../../src/core/plan.ts';
import { RunView } from '../../src/core/run.ts';
import type { Status } from '../../src/core/status.ts';
import { statusOf } from '../../src/core/status-of.ts';
import { naiveRelations } from '../simulation/naive-relations.ts';
import { plainPlan, plainTask } from '../simulation/plans.ts';
import { FAILURES, NOW } from './made-up-run.ts';

export type Told = { readonly status: Status; readonly entries: readonly Entry[] };
/** Seconds from the start, and what happened then. */
export type Happened = readonly [seconds: number, event: RunEvent];

/** A run whose status is really counted from its journal. `seconds`: when it is looked at. */
export function toldRun(plan: Plan, happened: readonly Happened[], seconds: number): Told {
  const created: RunEvent = {
    type: 'run-created',
    plan,
    planHash: 'h',
    repository: '/repo',
    base: 'b'.repeat(40),
    target: 'refs/heads/main',
  };
  const all: readonly Happened[] = [[0, created], [0, { type: 'engine-started', pid: 42, host: 'box' }], ...happened];
  const entries = all.map(
    ([second, event], index): Entry => ({ run: 'r1', seq: index + 1, at: NOW + second * 1000, event }),
  );
  const view = new RunView({ relationsOf: naiveRelations });
  for (const entry of entries) view.apply(entry);
  return { entries, status: statusOf(view, NOW + seconds * 1000) };
}

/** What happens when an attempt begins. */
export const begins = (task: string, seconds: number, slot: number): readonly Happened[] => {
  const at = { task, attempt: 1 } as const;
  return [
    [seconds, { ...at, type: 'task-ready' }],
    [seconds, { ...at, type: 'task-started', agent: 'one', account: null }],
    [seconds, { ...at, type: 'worktree-ready', slot, path: `/slots/${slot}/work`, base: 'b'.repeat(40), took_ms: 5 }],
    [seconds, { ...at, type: 'agent-started', pid: 1, startTime: '1', host: 'box', log: '/log' }],
  ];
};

/** What happens when its work is checked and landed: ten seconds from the end of the agent to the landing. */
export function lands(task: string, seconds: number, commit: string): readonly Happened[] {
  const at = { task, attempt: 1 } as const;
  const onto = 'b'.repeat(40);
  return [
    [seconds, { ...at, type: 'agent-ended', code: 0, signal: null, took_ms: 1 }],
    [seconds, { ...at, type: 'task-reported', commit, base: onto, files: 2, claim: 'done' }],
    [seconds, { ...at, type: 'task-verifying', onto }],
    [seconds + 5, { ...at, type: 'check-finished', command: 'npm test', code: 0, log: '/check', took_ms: 5000 }],
    [seconds + 5, { ...at, type: 'task-verified', merged: { commit, onto } }],
    [seconds + 5, { ...at, type: 'task-landing' }],
    [seconds + 10, { ...at, type: 'task-landed', commit }],
  ];
}

const code = (...may: readonly string[]) => ({ scope: { may, mayNot: [] } });

/** One task in each of five states: landed, working, asking, waiting, failed. */
export const PAYMENTS: Plan = plainPlan(
  [
    plainTask('ledger', {
      ...code('db/**'),
      title: 'A — Ledger',
      steps: ['A1 Table', 'A2 Triggers'],
      issues: ['#11', '#12'],
      estimate_min: 20,
    }),
    plainTask('refunds', {
      ...code('api/refund.ts', 'api/routes.ts'),
      title: 'B — Refund API',
      needs: ['ledger'],
      issues: ['github:acme/pay#14'],
      model: 'opus',
      estimate_min: 10,
    }),
    plainTask('study', {
      title: 'C — Retention study',
      kind: 'research',
      scope: null,
      artifacts: ['docs/study.md'],
      steps: ['Map current routes', 'Decide retention period', 'Write summary'],
      issues: ['#15'],
      estimate_min: 10,
    }),
    plainTask('ui', { ...code('ui/**'), title: 'D — 画面', needs: ['refunds'], estimate_min: 15 }),
    plainTask('mail', { ...code('mail/**'), title: 'E — Mail', estimate_min: 10 }),
  ],
  { name: 'Payments rework' },
);

const QUESTION = {
  id: 'study.1',
  kind: 'free',
  text: '30 or 90 days?',
  options: [],
  deadline: null,
  default: null,
} as const;

/** Looked at after 920 seconds. */
export const payments = (): Told =>
  toldRun(
    PAYMENTS,
    [
      ...begins('ledger', 0, 1),
      ...begins('study', 0, 2),
      [60, { task: 'study', attempt: 1, type: 'agent-progress', done: 1, of: 3, text: 'Decide retention period' }],
      [120, { task: 'study', attempt: 1, type: 'task-asked', question: QUESTION }],
      ...begins('mail', 120, 3),
      [180, { task: 'mail', attempt: 1, type: 'agent-ended', code: 3, signal: null, took_ms: 60_000 }],
      [
        180,
        {
          task: 'mail',
          attempt: 1,
          type: 'attempt-failed',
          because: FAILURES.exited,
          then: { do: 'give-up' },
          rescue: 'refs/branchline/rescue/mail',
        },
      ],
      ...lands('ledger', 600, 'c'.repeat(40)),
      ...begins('refunds', 620, 1),
    ],
    920,
  );
