import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entriesOf, FAILURES, NOW, statusOf, taskStatus } from '../../test/rig/made-up-run.ts';
import type { RunEvent } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import { lineOf } from './lines.ts';
import { endLine, streamLine } from './stream.ts';

const plan = { name: 'p', tasks: [] } as unknown as Plan;
const at = { task: 'api', attempt: 2 } as const;
const question = { id: 'q1', kind: 'free', text: 'Which?', options: [], deadline: null, default: null } as const;
const SPENT = { fresh: 1000, cacheRead: 200, cacheWrite: 0, output: 34, model: 'gpt-5.5' } as const;
const commit = 'c'.repeat(40);
const base = 'b'.repeat(40);
/** One of every type; the compiler asks for each. */
const EVENTS: { readonly [Type in RunEvent['type']]: Extract<RunEvent, { readonly type: Type }> } = {
  'run-created': { type: 'run-created', plan, planHash: 'h', repository: '/repo', base, target: 'refs/heads/main' },
  'engine-started': { type: 'engine-started', pid: 7, host: 'box' },
  'engine-stopped': { type: 'engine-stopped', why: 'waiting' },
  'run-paused': { type: 'run-paused', by: 'Ada' },
  'run-resumed': { type: 'run-resumed', by: 'Ada' },
  'plan-amended': { type: 'plan-amended', plan, planHash: 'h', by: 'Ada' },
  'target-moved': { type: 'target-moved', from: base, to: commit },
  'account-limited': { type: 'account-limited', account: 'team', until: NOW, message: 'full' },
  'account-pressed': { type: 'account-pressed', account: 'team', message: '429' },
  'budget-warning': {
    type: 'budget-warning',
    level: 'task',
    of: 'api',
    unit: 'usd',
    spent: 4,
    cap: 5,
    unpriced: 0,
    until: null,
  },
  'budget-reached': {
    type: 'budget-reached',
    level: 'day',
    of: null,
    unit: 'tokens',
    spent: 9,
    cap: 9,
    unpriced: 0,
    until: NOW,
  },
  'final-check-finished': { type: 'final-check-finished', command: 'npm test', code: null, log: '/l', took_ms: 900 },
  'run-ended': { type: 'run-ended' },
  'task-ready': { ...at, type: 'task-ready' },
  'task-started': { ...at, type: 'task-started', agent: 'claude', account: 'team' },
  'worktree-ready': { ...at, type: 'worktree-ready', slot: 1, path: '/slot', base, took_ms: 12 },
  'agent-started': { ...at, type: 'agent-started', pid: 8, startTime: '1', host: 'box', log: '/log' },
  'agent-session': { ...at, type: 'agent-session', session: 's1', model: 'gpt-5.5', version: null },
  'agent-spent': { ...at, type: 'agent-spent', spent: { ...SPENT, usd: 0.031 } },
  'agent-progress': { ...at, type: 'agent-progress', done: 1, of: 3, text: 'tests' },
  'agent-ended': { ...at, type: 'agent-ended', code: 0, signal: null, took_ms: 65_000 },
  'task-stopping': { ...at, type: 'task-stopping', because: FAILURES.silent },
  'task-reported': { ...at, type: 'task-reported', commit, base, files: 1, claim: 'done' },
  'task-verifying': { ...at, type: 'task-verifying', onto: base },
  'check-finished': { ...at, type: 'check-finished', command: 'npm test', code: 1, log: '/l', took_ms: 2500 },
  'task-verified': { ...at, type: 'task-verified', merged: { commit, onto: base } },
  'task-landing': { ...at, type: 'task-landing' },
  'task-landed': { ...at, type: 'task-landed', commit },
  'landing-lost': { ...at, type: 'landing-lost', tip: base },
  'attempt-failed': {
    ...at,
    type: 'attempt-failed',
    because: FAILURES.exited,
    then: { do: 'rest', until: NOW, counts: true },
    rescue: 'refs/branchline/rescue/r',
  },
  'task-woken': { ...at, type: 'task-woken' },
  'task-asked': { ...at, type: 'task-asked', question },
  'question-raised': { ...at, type: 'question-raised', question },
  'note-left': { ...at, type: 'note-left', text: 'mind the gap', by: 'Ada' },
  'words-delivered': { ...at, type: 'words-delivered', count: 2 },
  'question-answered': { ...at, type: 'question-answered', question: 'q1', answer: 'UTC', by: 'Ada' },
  'task-retried': { ...at, type: 'task-retried', by: 'Ada', note: 'again' },
  'task-taken-over': { ...at, type: 'task-taken-over', commit, base, files: 3, by: 'Ada' },
  'task-skipped': { ...at, type: 'task-skipped', because: 'db failed' },
  'task-cancelled': { ...at, type: 'task-cancelled', by: 'Ada' },
  'worktree-rescued': { ...at, type: 'worktree-rescued', ref: 'refs/branchline/rescue/r', why: 'reset' },
};
const entries = entriesOf(Object.values(EVENTS), 0);

test('every event has its plain line', () => {
  expect(
    entries
      .map(lineOf)
      .map((line) => line.replace('2026-01-02T03:04:05Z ', ''))
      .join('\n'),
  ).toMatchInlineSnapshot(`
    "run-created - plan p, 0 tasks, from bbbbbbbbbbbb onto main
    engine-started - process 7 on box
    engine-stopped - waiting
    run-paused - by Ada
    run-resumed - by Ada
    plan-amended - by Ada, now 0 tasks
    target-moved - by someone else, from bbbbbbbbbbbb to cccccccccccc
    account-limited - team until 2026-01-02T03:04:05Z: full
    account-pressed - team is held back: 429
    budget-warning - the budget of api: $4.00 of $5.00
    budget-reached - the budget of the day: 9 tokens of 9 tokens
    final-check-finished - npm test did not end in 900 ms
    run-ended - every task has ended
    task-ready api#2 can start
    task-started api#2 with claude (team)
    worktree-ready api#2 /slot at bbbbbbbbbbbb in 12 ms
    agent-started api#2 process 8, log /log
    agent-session api#2 s1, gpt-5.5
    agent-spent api#2 1234 tokens, $0.03
    agent-progress api#2 1 of 3: tests
    agent-ended api#2 code 0 after 1m 05s
    task-stopping api#2 The agent of api fell silent
    task-reported api#2 cccccccccccc, 1 file changed
    task-verifying api#2 on bbbbbbbbbbbb
    check-finished api#2 npm test failed with code 1 in 2.5 s
    task-verified api#2 cccccccccccc on bbbbbbbbbbbb
    task-landing api#2 moving the target
    task-landed api#2 cccccccccccc
    landing-lost api#2 the target moved to bbbbbbbbbbbb, verifying again
    attempt-failed api#2 exited: The agent of api gave up: It ended with code 3: fatal: no key, kept at refs/branchline/rescue/r; rests until 2026-01-02T03:04:05Z
    task-woken api#2 its wait is over
    task-asked api#2 Which? (branchline answer q1 "…")
    question-raised api#2 Which? (branchline answer q1 "…")
    note-left api#2 by Ada: mind the gap
    words-delivered api#2 2 words of people so far
    question-answered api#2 q1: UTC, by Ada
    task-retried api#2 by Ada: again
    task-taken-over api#2 by Ada, cccccccccccc, 3 files changed
    task-skipped api#2 db failed
    task-cancelled api#2 by Ada
    worktree-rescued api#2 refs/branchline/rescue/r (reset)"
  `);
});

test('a line is one line with three stable words, whatever a task is called and an agent says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (task, text) => {
      const [entry] = entriesOf([{ type: 'agent-progress', task, attempt: 1, done: 1, of: 2, text }]);
      const line = entry === undefined ? '' : lineOf(entry);
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
      expect(line).toMatch(/^\S+ agent-progress \S+#1 1 of 2: /);
    }),
  );
});

test('every event but the last one is a line of the stream, without its plan', () => {
  for (const entry of entries) {
    const line = streamLine(entry);
    if (entry.event.type === 'run-ended') expect(line).toBeNull();
    else {
      const parsed: Record<string, unknown> = JSON.parse(line ?? '');
      expect(parsed).toMatchObject({
        v: 1,
        run: 'r1',
        seq: entry.seq,
        at: '2026-01-02T03:04:05.000Z',
        type: entry.event.type,
      });
      expect(parsed).not.toHaveProperty('plan');
    }
  }
});

test('the stream ends with the counts and the exit code', () => {
  const status = statusOf([
    taskStatus('a', 'landed'),
    taskStatus('b', 'blocked'),
    taskStatus('c', 'failed'),
    taskStatus('d', 'waiting'),
  ]);
  expect(JSON.parse(endLine(status, 3))).toMatchObject({
    v: 1,
    type: 'run-ended',
    run: 'r1',
    state: 'interrupted',
    landed: 1,
    failed: 1,
    waiting: 2,
    skipped: 0,
    cancelled: 0,
    exit: 3,
  });
});

test('every line of the stream fits the published schema', () => {
  const schema: object = JSON.parse(readFileSync('schema/events.schema.json', 'utf8'));
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  const status = statusOf([taskStatus('a', 'landed')], { state: 'ended' });
  const lines = [...entries.map(streamLine).filter((line) => line !== null), endLine(status, 0)];
  expect(lines.filter((line) => !validate(JSON.parse(line)))).toEqual([]);
  expect(lines).toHaveLength(entries.length);
});
