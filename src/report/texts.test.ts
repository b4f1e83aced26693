import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAILURES, NOW, statusOf, taskStatus } from '../../test/rig/made-up-run.ts';
import { amendmentText } from './amendment-text.ts';
import { checkText } from './check-text.ts';
import { ganttText } from './gantt.ts';
import { doctorText, gcText, settingsText } from './host-text.ts';
import { listText } from './list-text.ts';
import { questionsText } from './questions-text.ts';
import { statusText } from './status-text.ts';
import { widthOf } from './width.ts';

const plain = { columns: 100, colour: false };
const status = statusOf(
  [
    taskStatus('persistence', 'landed', {
      landed: 'c'.repeat(40),
      steps: ['Write the migration'],
      title: 'Audit log table',
    }),
    taskStatus('api', 'working', {
      steps: ['Routes', 'Tests'],
      progress: { done: 1, of: 2, text: 'Tests' },
      attempt: 2,
    }),
    taskStatus('ui', 'waiting', { waitingFor: ['api', 'a place'] }),
    taskStatus('survey', 'asking'),
  ],
  {
    questions: [
      {
        id: 'q1',
        kind: 'choice',
        text: 'Which\nzone?',
        options: ['UTC', 'local'],
        deadline: null,
        default: null,
        task: 'survey',
        since: NOW - 5000,
      },
    ],
    engine: { pid: 42, host: 'box' },
    criticalPath: { minutes: 45, tasks: ['api', 'ui'] },
  },
);

test('status shows one line per task, its steps below it, and what to type for a question (U70)', () => {
  expect(statusText(status, plain)).toMatchInlineSnapshot(`
    "audit-logging  run r1  running
    since 2026-01-02T02:52:05Z, 12m 00s; lands on main; engine 42 on box; places 1 of 3
    1/4 landed · 1 asking · 1 working · 1 waiting
    + persistence landed             cccccccccccc  Audit log table
        [x] 1. Write the migration
    > api         working    5m 00s attempt 2  1/2 Tests
        [x] 1. Routes
        [ ] 2. Tests
    . ui          waiting            waits for api, a place
    ? survey      asking     5m 00s
    ? survey asks since 5s: Which␊zone?
        1. UTC
        2. local
        branchline answer q1 "…"
    left: about 45 min (an estimate) on the longest path: api → ui
    "
  `);
});

test('open questions are listed with their options', () => {
  expect(questionsText(status, plain)).toMatchInlineSnapshot(`
    "? survey asks since 5s: Which␊zone?
        1. UTC
        2. local
        branchline answer q1 "…"
    "
  `);
  expect(questionsText(statusOf([]), plain)).toBe('');
});

test('runs are listed newest first', () => {
  const run = { plan: 'audit', target: 'refs/heads/main', state: 'ended', endedAt: NOW, landed: 3, tasks: 4 };
  const runs = [
    { ...run, run: 'first', createdAt: NOW - 7_200_000 },
    { ...run, run: 'second', createdAt: NOW - 60_000, endedAt: null, state: 'running' },
  ];
  expect(listText(runs, { ...plain, now: NOW })).toMatchInlineSnapshot(`
    "RUN     PLAN   STATE    LANDED  STARTED               TOOK    TARGET
    second  audit  running  3/4     2026-01-02T03:03:05Z  1m 00s  main
    first   audit  ended    3/4     2026-01-02T01:04:05Z  2h 00m  main
    "
  `);
});

test('a Gantt chart draws every task from its start to its end', () => {
  const schedule = [
    { task: 'a', start: 0, end: 10, place: 1 },
    { task: 'b', start: 0, end: 20, place: 2 },
    { task: 'c', start: 10, end: 40, place: 1 },
  ];
  const simulation = { schedule, places: 2, makespan_min: 40, lowerBound_min: 40, use: 0.75 };
  expect(ganttText(simulation, { columns: 60, colour: false })).toMatchInlineSnapshot(`
    "a     1 |#############
    b     2 |#########################
    c     1 |            ######################################

    tasks        3 on 2 places
    makespan     40 min (1.00 times the lower bound)
    lower bound  40 min
    places used  75 %
    "
  `);
});

test('a Gantt chart is never wider than it may be', () => {
  const anyTask = fc.record({
    task: fc.string({ unit: 'grapheme' }),
    start: fc.nat(500),
    end: fc.nat(1000),
    place: fc.integer({ min: 1, max: 99 }),
  });
  fc.assert(
    fc.property(fc.array(anyTask), fc.integer({ min: 30, max: 150 }), (schedule, columns) => {
      const simulation = { schedule, places: 99, makespan_min: 1000, lowerBound_min: 1, use: 1 };
      for (const line of ganttText(simulation, { columns, colour: false }).split('\n')) {
        expect(widthOf(line)).toBeLessThanOrEqual(columns);
      }
    }),
  );
});

test('a check names the verdict, every pair with its witness, the waves, the longest path and what is wrong', () => {
  const report = {
    schemaVersion: 1,
    verdict: 'PARALLEL',
    reason: '4 tasks, 2 of them can start at once; the threshold is 3',
    pairs: [
      { a: 'db', b: 'api', relation: 'after', reason: 'needs', witness: 'db → api' },
      { a: 'api', b: 'ui', relation: 'exclusive', reason: 'shared', witness: 'package-lock.json' },
    ],
    pairCount: 2,
    waves: [['db', 'ui'], ['api']],
    criticalPath: { minutes: 50, tasks: ['db', 'api'] },
    diagnostics: [],
    questions: [],
  } as const;
  const diagnostics = [
    {
      severity: 'warning',
      code: 'scope-empty',
      file: 'plan.yaml',
      line: 12,
      col: 7,
      what: 'This scope matches nothing',
      why: 'No path of the repository is in it',
      next: 'Did you mean api/**?',
    },
  ] as const;
  expect(checkText({ file: 'plan.yaml', report, diagnostics }, plain)).toMatchInlineSnapshot(`
    "PARALLEL: 4 tasks, 2 of them can start at once; the threshold is 3
    api after db  needs: db → api
    api and ui: never together  shared: package-lock.json
    wave 1: db, ui
    wave 2: api
    longest path: db → api, about 50 min (an estimate)
    plan.yaml:12:7: warning: This scope matches nothing [scope-empty]
        why:  No path of the repository is in it
        next: Did you mean api/**?
    0 errors, 1 warning, 0 notes
    "
  `);
});

test('a plan that cannot be read shows every mistake in it', () => {
  const broken = {
    severity: 'error',
    code: 'yaml',
    file: 'p.yaml',
    line: null,
    col: null,
    what: 'No such file',
    why: null,
    next: null,
  } as const;
  expect(checkText({ file: 'p.yaml', report: null, diagnostics: [broken] }, plain)).toMatchInlineSnapshot(`
    "p.yaml cannot be read as a plan
    p.yaml: error: No such file [yaml]
    1 error, 0 warnings, 0 notes
    "
  `);
});

test('what a machine lacks, keeps and is set to', () => {
  const findings = [
    { name: 'git', ok: true, detail: '2.39.5', next: null },
    { name: 'node:sqlite', ok: false, detail: 'not in this Node', next: 'npm install better-sqlite3' },
  ];
  expect(doctorText(findings, plain)).toMatchInlineSnapshot(`
    "ok    git          2.39.5
    lacks node:sqlite  not in this Node
                       next: npm install better-sqlite3
    "
  `);
  const garbage = [{ kind: 'trash', name: 'slot-3', why: 'older than 7 days', bytes: 5_242_880 }];
  expect(gcText(garbage, plain)).toMatchInlineSnapshot(`
    "trash     5.0 MiB   slot-3  older than 7 days
    5.0 MiB in 1
    "
  `);
  const settings = [
    {
      key: 'agents.max',
      value: '5',
      from: 'flag',
      sources: [
        { from: 'flag', value: '5' },
        { from: 'default', value: '3' },
      ],
    },
  ];
  expect(settingsText(settings, { ...plain, sources: true })).toMatchInlineSnapshot(`
    "agents.max = 5  (flag)
        flag: 5
        default: 3
    "
  `);
  const amendment = {
    added: ['x'],
    dropped: ['y'],
    changed: [{ task: 'z', fields: ['scope'] }],
    consequences: ['y is stopped'],
  };
  expect(amendmentText(amendment)).toMatchInlineSnapshot(`
    "+ x
    - y
    ~ z: scope
      y is stopped
    "
  `);
});

test('no text of a plan or an agent reaches the terminal with a control character in it', () => {
  const evil = '\x1b]52;c;x\x07\u202e\n\x9b2J';
  const task = taskStatus(evil, 'working', { title: evil, steps: [evil], progress: { done: 1, of: 1, text: evil } });
  const failed = taskStatus(`${evil}2`, 'failed', { because: { ...FAILURES['agent-error'], message: evil } });
  const questions = [
    { id: evil, kind: 'free', text: evil, options: [evil], deadline: null, default: null, task: evil, since: NOW },
  ] as const;
  const all = statusOf([task, failed], {
    plan: evil,
    why: evil,
    target: evil,
    questions,
    criticalPath: { minutes: 1, tasks: [evil] },
  });
  const texts = [
    statusText(all, plain),
    questionsText(all, plain),
    listText([{ run: evil, plan: evil, target: evil, state: evil, createdAt: 0, endedAt: 0, landed: 0, tasks: 0 }], {
      ...plain,
      now: 0,
    }),
    amendmentText({ added: [evil], dropped: [evil], changed: [{ task: evil, fields: [evil] }], consequences: [evil] }),
    doctorText([{ name: evil, ok: false, detail: evil, next: evil }], plain),
    gcText([{ kind: evil, name: evil, why: evil, bytes: null }], plain),
    settingsText([{ key: evil, value: evil, from: evil, sources: [{ from: evil, value: evil }] }], {
      ...plain,
      sources: true,
    }),
  ];
  for (const text of texts) expect(text.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
});
