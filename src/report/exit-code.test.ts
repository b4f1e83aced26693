import { expect, test } from 'vitest';
import { FAILURES, NOW, statusOf, taskStatus } from '../../test/rig/made-up-run.ts';
import type { Status } from '../core/status.ts';
import { EXIT_CODES, exitCodeOf } from './exit-code.ts';

const landed = taskStatus('a', 'landed');
const asking = taskStatus('b', 'asking');
const limited = taskStatus('c', 'resting', { because: FAILURES.limited });
const loggedOut = taskStatus('c', 'blocked', { because: FAILURES.login });
const conflict = taskStatus('d', 'blocked', { because: FAILURES.conflict });
const red = taskStatus('e', 'failed', { because: FAILURES['check-failed'] });
const stuck = taskStatus('f', 'blocked', { because: FAILURES['nested-repository'] });
const code = (status: Status, signal: 'SIGINT' | 'SIGTERM' | null = null) => exitCodeOf(status, signal);

test.each([
  ['everything landed', [landed], 0],
  ['a task failed', [landed, red], 1],
  ['a task was skipped', [landed, taskStatus('x', 'skipped')], 1],
  ['a task was cancelled', [taskStatus('x', 'cancelled')], 1],
  ['a conflict is left', [landed, conflict, red], 5],
  ['an account is limited, beside a conflict', [limited, conflict], 4],
  ['an agent is logged out', [loggedOut], 4],
  ['somebody asks, beside all the others', [asking, limited, conflict, red], 3],
  ['a task is blocked for another reason', [stuck], 3],
] as const)('the exit code when %s (U63)', (_, tasks, expected) =>
  expect(code(statusOf(tasks, { state: 'waiting', ...over(tasks) }))).toBe(expected),
);

/** A run in which every task has ended is `ended`; the others wait. */
const over = (tasks: readonly { readonly state: string }[]): Partial<Status> =>
  tasks.some(({ state }) => state === 'asking' || state === 'blocked' || state === 'resting') ? {} : { state: 'ended' };

test('a signal comes before everything that the run itself could say', () => {
  expect(code(statusOf([asking, red]), 'SIGINT')).toBe(130);
  expect(code(statusOf([landed]), 'SIGTERM')).toBe(143);
});

test('a paused run waits for a person, a red final check is a failure', () => {
  expect(code(statusOf([taskStatus('a', 'waiting')], { state: 'paused' }))).toBe(3);
  expect(code(statusOf([landed], { state: 'ended', finalChecks: { run: 2, failed: 1 } }))).toBe(1);
});

test('a limit that an earlier attempt hit is over when the task works again', () => {
  const again = taskStatus('c', 'working', { because: FAILURES.limited });
  expect(code(statusOf([again], { state: 'interrupted', at: NOW }))).toBe(1);
});

test('the table in the documentation is the table in the program', async () => {
  const rows = EXIT_CODES.map(({ code: number, name, meaning }) => `| ${number} | ${name} | ${meaning} |`);
  const text = [
    '# Exit codes',
    '',
    'Where several apply, the first in this table wins.',
    '',
    '| code | name | meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot('../../docs/exit-codes.md');
});
