import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEMS } from '../../src/core/state-words.ts';
import type { Status } from '../../src/core/status.ts';
import { Stage } from '../rig/stage.ts';

/** One run, read in the words of each system: when it waits for a person, and when it is over. */
let stage: Stage;
const waiting = new Map<string, string>();
const over = new Map<string, string>();

beforeAll(async () => {
  stage = await Stage.create();
  await stage.run({
    plan: 'Payments',
    attempts: 1,
    tasks: {
      T01: { title: 'Refund table', scope: 'db/**', issue: '#11', does: 'mkdir db; echo table > db/refunds.sql' },
      T02: {
        title: 'Refund route',
        scope: 'api/**',
        needs: ['T01', 'T03'],
        does: 'mkdir api; echo route > api/refund.ts',
      },
      T03: {
        title: 'Retention',
        scope: 'docs/**',
        steps: ['Look', 'Decide'],
        does: 'if [ "$BRANCHLINE_ATTEMPT" = 1 ]; then echo "30 or 90 days?" > "$BRANCHLINE_QUESTION"; exit 75; fi; mkdir docs; echo 90 > docs/r.md',
      },
      T04: { title: 'Mail', scope: 'mail/**', does: 'echo "no template"; exit 3' },
    },
  });
  await readAll('status', waiting);
  await stage.cli(['answer', 'T03', '90 days']);
  await stage.cli(['resume', '--json']);
  await readAll('report', over);
}, 120_000);
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

async function readAll(command: 'status' | 'report', into: Map<string, string>): Promise<void> {
  await Promise.all(
    SYSTEMS.map(async (system) => {
      const { code, stdout, stderr } = await stage.cli([command, '--format', system]);
      expect([code, stderr]).toEqual([0, '']);
      into.set(system, stdout);
    }),
  );
}
const status = (system: string): readonly string[] => (waiting.get(system) ?? '').split('\n');
const report = (system: string): readonly string[] => (over.get(system) ?? '').split('\n');

test('tracks: who can start, and what has been merged (U118)', () => {
  expect(status('tracks')).toContain('| 1 | Refund table | code | — | #11 | None | Now |');
  expect(status('tracks')).toContain('| 2 | Refund route | code | — | — | After 1+3 | After merge |');
  expect(status('tracks')).toContain('4 tracks: 1 After merge, 1 At work, 1 Merged, 1 Not merged.');
  expect(report('tracks')).toContain('4 tracks: 3 Merged, 1 Not merged.');
  expect(report('tracks')).toContain('- [x] Refund table closes: #11');
});

test('ccc: one row of the registry for each session, with the branch that it really had (U62)', async () => {
  const { run } = await stage.json<Status>(['status']);
  expect(status('ccc')).toContain('Progress: 1/4 tasks | Todo: 1 | In Progress: 1 | Done: 1 | Failed: 1');
  const [row] = report('ccc').filter((line) => line.startsWith('| S-A | #11 | 1A |'));
  expect(row?.replaceAll('\\', '')).toContain(`${run}/T01-1 | Done |`);
  expect(report('ccc')).toContain('Progress: 3/4 tasks | Done: 3 | Failed: 1');
});

test('dispatch: the item that waits for an answer, with the question (U70)', () => {
  const at = status('dispatch').indexOf('● T03 (script) — 0/2 items complete');
  expect(status('dispatch').slice(at, at + 4)).toEqual([
    '● T03 (script) — 0/2 items complete',
    '  ? Look',
    '    Blocker: 30 or 90 days?',
    '  ○ Decide',
  ]);
  expect(status('dispatch')).toContain('● T01 (script) — COMPLETE');
  expect(report('dispatch').at(-2)).toBe('4 tasks: 3 complete, 1 failed; lands on release');
});

test('pool: elapsed, sequential time and speed-up were measured (U72)', () => {
  const lines = report('pool').map((line) => line.slice(2, -2).trimEnd());
  expect(lines).toContain('EXECUTION COMPLETE');
  expect(lines).toContain('Merged: 3 of 4 onto release');
  for (const pattern of [/^Elapsed: \d+/, /^Sequential estimate: \d+/, /^Speedup: \d+\.\dx$/])
    expect(lines.some((line) => pattern.test(line))).toBe(true);
  expect(status('pool').some((line) => /│ wt-\d+ │ {3}BUSY {3}│ T03 /.test(line))).toBe(true);
});

test('cw: counts and exit reason are those of the journal (U74)', async () => {
  expect(status('cw').slice(2, 12)).toEqual([
    'TASK BOARD STATUS',
    '=================',
    'Total:       4',
    'Completed:   1',
    'Pending:     1',
    '  Unblocked: 0',
    '  Blocked:   1',
    'In Progress: 1',
    'Failed:      1',
    'Skipped:     0',
  ]);
  expect(status('cw').at(-2)).toBe('Exit reason: No unblocked tasks - waiting on dependencies');
  expect(report('cw')[0]).toBe('CW-DISPATCH COMPLETE');
  expect(report('cw').at(-2)).toBe('Exit reason: No tasks left - 3 completed, 1 failed, 0 skipped');
  const { counts } = await stage.json<Status>(['status', '--format', 'cw']);
  expect(counts).toMatchObject({ landed: 3, failed: 1 });
});
