import { expect, test } from 'vitest';
import { entriesOf, FAILURES, NOW, statusOf, taskStatus } from '../../test/rig/made-up-run.ts';
import type { RunEvent } from '../core/event.ts';
import { markdownOf } from './markdown.ts';
import { reportOf } from './report-json.ts';

const commit = 'c'.repeat(40);
const base = 'b'.repeat(40);
const first = { task: 'api', attempt: 1 } as const;
const second = { task: 'api', attempt: 2 } as const;
const rest = { do: 'rest', until: NOW, counts: true } as const;
const events: readonly RunEvent[] = [
  { ...first, type: 'task-started', agent: 'claude', account: null },
  { ...first, type: 'agent-started', pid: 1, startTime: '1', host: 'h', log: '/logs/1' },
  { ...first, type: 'task-reported', commit, base, files: 2, claim: 'done' },
  { ...first, type: 'check-finished', command: 'npm test | tee x', code: 1, log: '/logs/c1', took_ms: 1500 },
  {
    ...first,
    type: 'attempt-failed',
    because: FAILURES['check-failed'],
    then: rest,
    rescue: 'refs/branchline/rescue/1',
  },
  { ...second, type: 'task-started', agent: 'claude', account: null },
  {
    ...second,
    type: 'task-asked',
    question: { id: 'q1', kind: 'free', text: 'Which zone?', options: [], deadline: null, default: null },
  },
  { ...second, type: 'question-answered', question: 'q1', answer: 'UTC', by: 'Ada' },
  { ...second, type: 'task-reported', commit, base, files: 2, claim: 'done' },
  { ...second, type: 'check-finished', command: 'npm test', code: 0, log: '/logs/c2', took_ms: 400 },
  { ...second, type: 'task-landed', commit },
  { type: 'account-limited', account: 'team', until: NOW, message: 'full' },
  { type: 'final-check-finished', command: 'npm run lint', code: 0, log: '/logs/f', took_ms: 90_000 },
];
const status = statusOf([taskStatus('api', 'landed', { title: 'Routes', landed: commit, files: 2 })], {
  state: 'ended',
  endedAt: NOW + 60_000,
  createdAt: NOW,
});

test('a report counts attempts, checks, questions and kept work from the entries (U74, U117)', () => {
  const report = reportOf(status, entriesOf(events));
  expect(report.counts).toEqual({
    tasks: 1,
    byState: { landed: 1 },
    attempts: 2,
    failedAttempts: 1,
    checks: 2,
    failedChecks: 1,
    questions: 1,
    rescued: 1,
    events: events.length,
  });
  const [api] = report.tasks;
  expect(api?.attempts).toMatchObject([
    { attempt: 1, reported: true, took_ms: 2000, because: { reason: 'check-failed' }, log: '/logs/1' },
    { attempt: 2, reported: true, took_ms: 3000, because: null },
  ]);
  expect(api?.questions).toMatchObject([{ id: 'q1', answer: 'UTC', by: 'Ada', waited_ms: 1000 }]);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test('the report reads well as Markdown', () => {
  expect(markdownOf(reportOf(status, entriesOf(events)))).toMatchInlineSnapshot(`
    "# audit-logging

    Run \`r1\`, ended, started 2026-01-02T03:04:05.000Z, took 1m 00s. From \`aaaaaaaaaaaa\`, lands on \`main\`.

    1 task: 1 landed. 2 attempts, 1 of them without a result; 2 checks run, 1 of them not passed; 1 question.

    | task | title | state | landed as | files | attempts | time of agents |
    | --- | --- | --- | --- | --- | --- | --- |
    | api | Routes | landed | \`cccccccccccc\` | 2 | 2 | 5s |

    ## Attempts that gave nothing

    - api, attempt 1 by claude, check-failed: A check of api failed on the merged tree: npm test ended with code 1: 2 failed (log: \`/logs/1\`)

    ## Checks

    | task | attempt | command | exit code | time |
    | --- | --- | --- | --- | --- |
    | api | 1 | \`npm test \\| tee x\` | 1 | 1.5 s |
    | api | 2 | \`npm test\` | 0 | 400 ms |
    | at the end |  | \`npm run lint\` | 0 | 1m 30s |

    ## Questions

    - api: Which zone? — UTC (Ada, after 1s)

    ## Kept work

    - api: \`refs/branchline/rescue/1\`

    ## What else happened

    - 2026-01-02T03:04:16.000Z: team was limited until 2026-01-02T03:04:05.000Z: full
    "
  `);
});

test('text of plans and agents cannot format, link, embed or break a table', () => {
  const evil = '<img src=x> | **b** [l](javascript:x) `c` https://evil.example\n# head \x1b[2J';
  const failed = taskStatus(evil, 'failed', { title: evil });
  const at = { task: evil, attempt: 1 } as const;
  const entries = entriesOf([
    { ...at, type: 'task-started', agent: evil, account: null },
    { ...at, type: 'check-finished', command: evil, code: 1, log: '/l', took_ms: 1 },
    {
      ...at,
      type: 'attempt-failed',
      because: { reason: 'agent-error', message: evil },
      then: { do: 'give-up' },
      rescue: evil,
    },
  ]);
  const text = markdownOf(reportOf(statusOf([failed], { plan: evil }), entries));
  expect(text).not.toContain('\x1b');
  // Nothing may look like markup outside of code spans.
  const outside = text.replace(/(`+) ?.*?[^`]\1(?!`)/g, '');
  expect(outside).not.toMatch(/<img|[^\\]\*\*b|[^\\]\[l\]|https:\/\/evil/);
  expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  for (const row of text.split('\n').filter((line) => line.startsWith('|') && line.includes('failed'))) {
    expect(row.replaceAll('\\|', '').split('|')).toHaveLength(9);
  }
});

test('what agents took for granted because nobody was to be asked is listed, from what each reported last', () => {
  const claim = 'Done.\nAssumption: times are in UTC\n- Assumption: [x](http://evil)\nNo Assumption: here';
  const reported: RunEvent[] = [
    { ...first, type: 'task-reported', commit, base, files: 2, claim: 'Assumption: something old' },
    { ...second, type: 'task-reported', commit, base, files: 2, claim },
  ];
  const report = reportOf(status, entriesOf(reported));
  expect(report.tasks[0]?.assumptions).toEqual(['times are in UTC', '[x](http://evil)']);
  expect(markdownOf(report)).toContain('## Assumptions\n\n- api: times are in UTC\n- api: \\[x\\]');
});
