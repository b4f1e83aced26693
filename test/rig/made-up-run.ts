import { NO_CAP } from '../../src/core/agent-defaults.ts';
import type { Entry, RunEvent } from '../../src/core/event.ts';
import type { Failure, FailureReason } from '../../src/core/failure.ts';
import { NOTHING_SPENT } from '../../src/core/spent.ts';
import type { Status, TaskStatus } from '../../src/core/status.ts';
import type { TaskStateName } from '../../src/core/task.ts';

/** 2026-01-02T03:04:05Z, the moment at which every made-up run is looked at. */
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const MINUTE = 60_000;

export const STATES: readonly TaskStateName[] = [
  'waiting',
  'ready',
  'working',
  'asking',
  'stopping',
  'resting',
  'reported',
  'verifying',
  'verified',
  'landing',
  'landed',
  'blocked',
  'failed',
  'skipped',
  'cancelled',
];

export const taskStatus = (id: string, state: TaskStateName, more: Partial<TaskStatus> = {}): TaskStatus => ({
  id,
  title: '',
  state,
  since: NOW - 5 * MINUTE,
  attempt: 1,
  attempts: { used: 1, max: 3 },
  agent: 'claude',
  worktree: null,
  base: null,
  progress: null,
  steps: [],
  waitingFor: [],
  because: null,
  until: null,
  commit: null,
  landed: null,
  files: null,
  rescued: [],
  log: null,
  spent: NOTHING_SPENT,
  ...more,
});

export function statusOf(tasks: readonly TaskStatus[], more: Partial<Status> = {}): Status {
  const none = Object.fromEntries(STATES.map((state) => [state, 0]));
  const counts = { ...none } as Record<TaskStateName, number>;
  for (const { state } of tasks) counts[state] += 1;
  return {
    schemaVersion: 1,
    run: 'r1',
    plan: 'audit-logging',
    state: 'running',
    why: null,
    repository: '/repo',
    base: 'a'.repeat(40),
    target: 'refs/heads/main',
    createdAt: NOW - 12 * MINUTE,
    endedAt: null,
    at: NOW,
    seq: 7,
    places: { used: counts.working, max: 3 },
    counts,
    tasks,
    questions: [],
    engine: null,
    spent: NOTHING_SPENT,
    budget: NO_CAP,
    finalChecks: { run: 0, failed: 0 },
    criticalPath: { minutes: 0, tasks: [] },
    ...more,
  };
}

export const entriesOf = (events: readonly RunEvent[], step_ms = 1000): readonly Entry[] =>
  events.map((event, index) => ({ run: 'r1', seq: index + 1, at: NOW + index * step_ms, event }));

/** One failure of every reason; the compiler asks for each. */
export const FAILURES: { readonly [Reason in FailureReason]: Extract<Failure, { readonly reason: Reason }> } = {
  'agent-missing': { reason: 'agent-missing', program: 'claude' },
  exited: { reason: 'exited', code: 3, tail: 'first\nfatal: no key\n' },
  signalled: { reason: 'signalled', signal: 'SIGSEGV', tail: '' },
  'unknown-model': { reason: 'unknown-model', model: 'gpt-9', message: 'There are gpt-5.5 and gpt-5-mini' },
  'session-lost': { reason: 'session-lost', session: 's1', message: 'No conversation found' },
  'answered-late': { reason: 'answered-late', question: 'api.1' },
  'over-budget': { reason: 'over-budget', level: 'task', unit: 'usd', spent: 5.02, cap: 5 },
  'no-progress': { reason: 'no-progress', calls: 40 },
  'going-in-circles': { reason: 'going-in-circles', message: 'ENOENT', times: 6 },
  'no-first-event': { reason: 'no-first-event', limit_ms: 60_000 },
  silent: { reason: 'silent', limit_ms: 600_000 },
  'hung-after-result': { reason: 'hung-after-result', limit_ms: 30_000 },
  'over-time': { reason: 'over-time', limit_ms: 7_200_000 },
  'agent-error': { reason: 'agent-error', message: 'bad request' },
  'engine-stopped': { reason: 'engine-stopped' },
  'past-deadline': { reason: 'past-deadline', limit_ms: 600_000 },
  limited: { reason: 'limited', limit: 'window', until: NOW + MINUTE, message: 'resets at 04:00' },
  login: { reason: 'login', message: 'please log in' },
  'context-full': { reason: 'context-full', message: 'context window exceeded' },
  'no-change': { reason: 'no-change' },
  'work-elsewhere': { reason: 'work-elsewhere', refs: ['refs/branchline/rescue/x'] },
  'out-of-scope': { reason: 'out-of-scope', paths: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
  'nested-repository': { reason: 'nested-repository', paths: ['vendor/x'] },
  conflict: { reason: 'conflict', paths: ['src/app.ts'], onto: 'b'.repeat(40) },
  'check-failed': { reason: 'check-failed', command: 'npm test', code: 1, log: '/logs/1', tail: '2 failed\n' },
  'tampered-checks': { reason: 'tampered-checks', paths: ['.github/ci.yml'] },
  'missing-artifacts': { reason: 'missing-artifacts', paths: ['docs/a.md'] },
  'setup-failed': { reason: 'setup-failed', command: 'npm ci', code: null, tail: '' },
  'brief-missing': { reason: 'brief-missing', file: 'docs/brief.md' },
  workspace: { reason: 'workspace', message: 'No space left on device' },
};
