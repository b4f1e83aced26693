import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STATES, statusOf, taskStatus } from '../../../test/rig/made-up-run.ts';
import { PAYMENTS, payments, type Told, toldRun } from '../../../test/rig/told-run.ts';
import { plainPlan, plainTask } from '../../../test/simulation/plans.ts';
import { SYSTEMS, type SystemName } from '../../core/state-words.ts';
import type { TaskStateName } from '../../core/task.ts';
import { widthOf } from '../width.ts';
import { skinnedReport, skinnedStatus } from './skins.ts';

const wide = Number.POSITIVE_INFINITY;
const status = (system: SystemName, told: Told, columns = wide) => skinnedStatus(system, { ...told, columns });
const report = (system: SystemName, told: Told, columns = wide) => skinnedReport(system, { ...told, columns });
/** The lines of a text from one that is `first` to the next empty one. */
function part(text: string, first: string): readonly string[] {
  const lines = text.split('\n');
  const from = lines.indexOf(first);
  expect(lines).toContain(first);
  const rest = lines.slice(from);
  return rest.slice(0, rest.includes('') ? rest.indexOf('') : undefined);
}
/** A run with tasks in these states, whatever led to them. */
function inStates(states: readonly TaskStateName[], title = ''): Told {
  const ids = states.map((_, at) => `T${String(at + 1).padStart(2, '0')}`);
  const plan = plainPlan(ids.map((id) => plainTask(id, { title })));
  const { entries } = toldRun(plan, [], 0);
  return { entries, status: statusOf(states.map((state, at) => taskStatus(ids[at] ?? '', state, { title }))) };
}

test('tracks: the summary table numbers agents, names soldiers and says who can start (U71) (U118)', () => {
  expect(
    part(status('tracks', payments()), '| Agent | Track | Type | Soldiers | Issues | Dependencies | Can Start |'),
  ).toEqual([
    '| Agent | Track | Type | Soldiers | Issues | Dependencies | Can Start |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    '| 1 | A — Ledger | code | A1, A2 | #11, #12 | None | Now |',
    '| 2 | B — Refund API | code | — | [acme/pay\\#14](https://github.com/acme/pay/issues/14) | After 1 | Now |',
    '| 3 | C — Retention study | analysis | 3 | #15 | None | Now |',
    '| 4 | D — 画面 | code | — | — | After 2 | After merge |',
    '| 5 | E — Mail | code | — | — | None | Now |',
  ]);
});

test('tracks: before anything starts, the row of a track that needs another is the documented one', () => {
  const plan = plainPlan([
    plainTask('api', { title: 'A — API', steps: ['A1', 'A2'], issues: ['#11', '#12'] }),
    plainTask('study', { title: 'B — Study', kind: 'research', needs: ['api'] }),
    plainTask('ui', { title: 'C — Admin UI', steps: ['C1', 'C2'], issues: ['#21'], needs: ['api'] }),
    plainTask('both', { needs: ['api', 'study'] }),
  ]);
  const text = status('tracks', toldRun(plan, [], 0));
  expect(text).toContain('\n| 3 | C — Admin UI | code | C1, C2 | #21 | After 1 | After merge |\n');
  expect(text).toContain('\n| 4 | Task both | code | — | — | After 1+2 | After merge |\n');
  expect(text).toContain('\n4 tracks: 4 After merge.\n');
});

test('tracks: the report says what has been merged, and closes no issue of what has not', () => {
  const text = report('tracks', payments());
  expect(text).toContain(`| 1 | \`ledger\` | Merged | \`r1/ledger-1\` | \`${'c'.repeat(12)}\` | — |`);
  expect(text).toContain('| 5 | `mail` | Not merged | `r1/mail-1` | — | exited: It ended with code 3: fatal: no key |');
  expect(text).toContain('5 tracks: 1 After merge, 2 At work, 1 Merged, 1 Not merged.');
  expect(part(text, '- [x] A — Ledger closes: #11, #12')).toEqual([
    '- [x] A — Ledger closes: #11, #12',
    '- [ ] B — Refund API closes: [acme/pay\\#14](https://github.com/acme/pay/issues/14) (not merged)',
    '- [ ] C — Retention study comments on: #15 (not merged)',
  ]);
});

test('ccc: each session has its sign, its word and what it waits for; the next action is something to type (U71)', () => {
  expect(status('ccc', payments()).split('\n').slice(0, 10)).toEqual([
    'CCC: Payments rework',
    '',
    `  [x] S-A ledger: A — Ledger         -- Done: ${'c'.repeat(12)}`,
    '  [>] S-B refunds: B — Refund API    -- In Progress',
    '  [>] S-C study: C — Retention study -- In Progress: waits for your answer',
    '  [ ] S-D ui: D — 画面               -- Todo: waits for refunds (working)',
    '  [ ] S-E mail: E — Mail             -- Failed: exited: It ended with code 3: fatal: no key',
    '',
    'Progress: 1/5 tasks | Todo: 1 | In Progress: 2 | Done: 1 | Failed: 1',
    'Next action: branchline answer study.1 "…"',
  ]);
});

test('ccc: the registry links sessions, issues, worktrees and branches, and a failure comes with its reason (U62)', () => {
  const head = '| Session Name | Issue | Phase | Agent | Worktree | Branch | Status |';
  for (const text of [status('ccc', payments()), report('ccc', payments())]) {
    expect(part(text, head).filter((line) => line !== '')).toEqual([
      head,
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| S-A | #11, #12 | 1A | one | — | r1/ledger-1 | Done |',
      '| S-B | [acme/pay\\#14](https://github.com/acme/pay/issues/14) | 2A | one | /slots/1/work | r1/refunds-1 | Active |',
      '| S-C | #15 | 1B | one | /slots/2/work | r1/study-1 | Active: waits for your answer |',
      '| S-D | ui | 3A | one | — | — | Todo |',
      '| S-E | mail | 1C | one | /slots/3/work | r1/mail-1 | Failed: exited: It ended with code 3: fatal: no key |',
    ]);
  }
});

test('ccc: the dispatch table has its seven columns, and a cost that nobody told is unknown, not nothing (U29)', () => {
  const head = '| Session | Issue | Focus | Mode | Est. Cost | Agent | Worktree |';
  const rows = part(report('ccc', payments()), head);
  expect(rows).toHaveLength(2 + 5);
  expect(rows[3]).toBe(
    '| S-B | [acme/pay\\#14](https://github.com/acme/pay/issues/14) | refunds: B — Refund API | — | unknown | one | yes |',
  );
});

test('ccc: phases that the plan names are kept as they are', () => {
  const plan = plainPlan([plainTask('first', { title: '2b: Ledger' }), plainTask('1A', { title: 'Refunds' })]);
  const text = status('ccc', toldRun(plan, [], 0));
  expect(text).toContain('| S-A | first | 2B |');
});

test('dispatch: workers with their items, ticked, under way, asked about or not begun (U70) (U71)', () => {
  expect(status('dispatch', payments())).toBe(
    [
      '● ledger (one) — COMPLETE',
      '● refunds (opus) — 0/1 items complete',
      '  ⋯ B — Refund API (in progress)',
      '● study (one) — 1/3 items complete',
      '  ✓ Map current routes',
      '  ? Decide retention period',
      '    Blocker: 30 or 90 days?',
      '  ○ Write summary',
      '● ui (one) — 0/1 items complete',
      '  ○ D — 画面',
      '    waits for refunds (working)',
      '● mail (one) — 0/1 items complete',
      '  ! E — Mail',
      '    Error: exited: It ended with code 3: fatal: no key',
      '5 tasks: 1 pending, 1 in_progress, 1 blocked, 1 complete, 1 failed',
      '',
    ].join('\n'),
  );
});

test('dispatch: all items ticked is a claim; only what has landed is complete', () => {
  const steps = ['One', 'Two'];
  const progress = { done: 2, of: 2, text: 'Two' };
  const task = taskStatus('T01', 'verifying', { steps, progress });
  const { entries } = inStates(['verifying']);
  expect(
    status('dispatch', { entries, status: statusOf([task]) })
      .split('\n')
      .slice(0, 4),
  ).toEqual(['● T01 (claude) — 2/2 items complete', '  ✓ One', '  ✓ Two', '  ⋯ verifying (in progress)']);
});

test('dispatch: the report has the groups of the plan as headings', () => {
  const plan = plainPlan([
    plainTask('a', { group: 'Backend', title: 'Routes' }),
    plainTask('b', { group: 'Frontend', title: 'Page' }),
    plainTask('c', { group: 'Backend', title: 'Tables' }),
  ]);
  const lines = report('dispatch', toldRun(plan, [], 0)).split('\n');
  expect(lines.filter((line) => /^(Backend|Frontend|●)/.test(line))).toEqual([
    'Backend',
    '● a — one (worktree): Routes — waiting, 0/1 items complete',
    '● c — one (worktree): Tables — waiting, 0/1 items complete',
    'Frontend',
    '● b — one (worktree): Page — waiting, 0/1 items complete',
  ]);
});

const evil = 'x\x1b[2J\u202e| <img src=x> `c`\n║ done\r# head [l](javascript:x) 画🎉';

test.each(SYSTEMS)(
  '%s: text of plans and agents can neither steer a terminal nor break a line or a table',
  (system) => {
    const plan = plainPlan([plainTask('a', { title: evil, group: evil, issues: [evil], mode: evil, steps: [evil] })]);
    const told = toldRun({ ...plan, name: evil }, [], 0);
    const tame = toldRun(
      plainPlan([plainTask('a', { title: 'x', group: 'x', issues: ['x'], mode: 'x', steps: ['x'] })]),
      [],
      0,
    );
    for (const show of [status, report]) {
      const text = show(system, told);
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
      expect(text.split('\n')).toHaveLength(show(system, tame).split('\n').length);
      for (const row of text.split('\n').filter((line) => line.startsWith('| '))) {
        expect(row).not.toMatch(/<img|[^\\]\[l\]/);
      }
    }
  },
);

test('an issue that is no plain reference is no link', () => {
  const issues = ['javascript:alert(1)', 'https://e.example/a)b', 'github:a/b#1)(x', 'https://t.example/PAY-10'];
  const text = status('tracks', toldRun(plainPlan([plainTask('a', { issues })]), [], 0));
  expect([...text.matchAll(/\]\(([^)]*)\)/g)].map(([, link]) => link)).toEqual(['https://t.example/PAY-10']);
});

const anyStates = fc.array(fc.constantFrom(...STATES), { maxLength: 40 });

/** Where each skin says how many tasks there are of which kind. */
const SUMS: Readonly<Record<SystemName, (text: string) => readonly number[]>> = {
  tracks: (text) => numbers(/^\d+ tracks?(?:: (.*))?\.$/m, text),
  ccc: (text) => numbers(/^Progress: \d+\/\d+ tasks(.*)$/m, text),
  dispatch: (text) => numbers(/^\d+ tasks?(?:: ([^;\n]*))?/m, text),
  pool: (text) => numbers(/^║ \d+ tasks?(?:: (.*?))? +║$/m, text),
  cw: (text) =>
    numbers(
      /^(Completed: .*\n(?:.*\n)*?In Progress: .*(?:\nFailed: .*\nSkipped: .*)?)/m,
      text.replace(/^Pending: .*\n/m, ''),
    ),
};

function numbers(pattern: RegExp, text: string): readonly number[] {
  const found = pattern.exec(text);
  expect(found).not.toBeNull();
  return [...(found?.[1] ?? '').matchAll(/\d+/g)].map(([digits]) => Number(digits));
}

test.each(SYSTEMS)('%s: the numbers that it shows add up to the number of tasks (U74)', (system) => {
  fc.assert(
    fc.property(anyStates, (states) => {
      const told = inStates(states);
      for (const show of [status, report]) {
        const sum = SUMS[system](show(system, told)).reduce((total, each) => total + each, 0);
        expect(sum).toBe(states.length);
      }
    }),
    { numRuns: 60 },
  );
});

test.each(SYSTEMS)('%s: every task is shown, in whatever state it is', (system) => {
  const told = inStates(STATES);
  for (const show of [status, report]) {
    const text = show(system, told);
    const isBoard = system === 'cw' && show === status;
    // What is completed is only counted on the board.
    const shown = told.status.tasks.filter(({ state }) => !(isBoard && state === 'landed'));
    for (const { id } of shown) expect(text).toContain(id);
  }
});

test.each(SYSTEMS)('%s: a run without tasks is shown as one', (system) => {
  for (const show of [status, report]) expect(show(system, inStates([]))).not.toMatch(/NaN|undefined|Infinity/);
});

test('what is meant for a terminal is never wider than it, and frames stand in one column', () => {
  const anyTitle = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 140 }), anyStates, anyTitle, (columns, states, title) => {
      const told = inStates(states, title);
      for (const system of ['dispatch', 'pool', 'cw'] as const)
        for (const line of status(system, told, columns).split('\n'))
          expect(widthOf(line)).toBeLessThanOrEqual(columns);
      const boxes = status('pool', told, columns).trimEnd().split('\n\n');
      for (const box of boxes) expect(new Set(box.split('\n').map(widthOf)).size).toBe(1);
    }),
    { numRuns: 60 },
  );
});

test('what an amendment dropped is still shown while it is not over', () => {
  const less = { ...PAYMENTS, tasks: PAYMENTS.tasks.filter(({ id }) => id !== 'refunds' && id !== 'ui') };
  const told = payments();
  const entries = [
    ...told.entries,
    { run: 'r1', seq: 99, at: 0, event: { type: 'plan-amended', plan: less, planHash: 'i', by: 'Ada' } } as const,
  ];
  for (const system of SYSTEMS) {
    expect(status(system, { entries, status: told.status })).toContain('refunds');
    expect(report(system, { entries, status: told.status })).toContain('refunds');
  }
});

test.each(SYSTEMS)('%s: a run that nobody drives says so, whatever its tasks were at', (system) => {
  const told = payments();
  const left = { ...told.status, state: 'interrupted', why: 'No engine drives it', engine: null } as const;
  for (const show of [status, report]) {
    expect(show(system, { ...told, status: left })).toContain('The run is interrupted: No engine drives it');
    expect(show(system, told)).not.toContain('The run is interrupted');
  }
});
