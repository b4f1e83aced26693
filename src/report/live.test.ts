import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAILURES, NOW, STATES, statusOf, taskStatus } from '../../test/rig/made-up-run.ts';
import type { Failure } from '../core/failure.ts';
import type { Status } from '../core/status.ts';
import { renderLive } from './live.ts';
import { widthOf } from './width.ts';

const example = statusOf(
  [
    taskStatus('persistence', 'landed', { landed: 'c'.repeat(40), since: NOW - 60_000 }),
    taskStatus('api', 'working', { agent: 'codex', attempt: 2, progress: { done: 3, of: 7, text: 'Write tests' } }),
    taskStatus('survey', 'asking', { since: NOW - 3_700_000 }),
    taskStatus('ui', 'waiting', { waitingFor: ['api'] }),
    taskStatus('limits', 'resting', { because: FAILURES.limited, until: NOW + 90_000 }),
    taskStatus('old', 'failed', { because: FAILURES['check-failed'] }),
  ],
  {
    questions: [
      {
        id: 'q1',
        kind: 'choice',
        text: 'Which zone?',
        options: ['UTC', 'local'],
        deadline: null,
        default: null,
        task: 'survey',
        since: NOW - 5000,
      },
    ],
    criticalPath: { minutes: 75, tasks: ['api', 'ui'] },
  },
);
const frame = (status: Status, columns: number, rows: number) =>
  renderLive(status, { columns, rows, colour: false, now: NOW });

test('a frame shows who does what, since when, waiting for what, and what is left (U72)', () => {
  expect(frame(example, 110, 24).join('\n')).toMatchInlineSnapshot(`
    "audit-logging  running  12m 00s  1 of 3 places  lands on main  run r1
    [####-----------------------] 1/6 landed · 1 asking · 1 failed · 1 working · 1 resting · 1 waiting

    ? survey      asking    claude  1h 01m
    x old         failed    claude          check-failed: npm test ended with code 1: 2 failed
    > api         working   codex   5m 00s #2  3/7 Write tests
    ~ limits      resting   claude  5m 00s  1m 30s left, limited: resets at 04:00
    . ui          waiting   claude          waits for api
    + persistence landed    claude          cccccccccccc

    ? survey (q1): Which zone? (UTC | local)  branchline answer q1 "…"
    left: about 1 h 15 min on the longest path, api → ui"
  `);
});

test('a narrow and low terminal keeps the heading and what is most urgent', () => {
  expect(frame(example, 50, 6).join('\n')).toMatchInlineSnapshot(`
    "audit-logging  running  12m 00s  1 of 3 places  l…
    [##----------] 1/6 landed · 1 asking · 1 failed ·…
    ? survey asking     1h 01m
      and 5 more: 1 failed, 1 working, 1 resting, 1 w…
    ? survey (q1): Which zone? (UTC | local)  branchl…
    left: about 1 h 15 min on the longest path, api →…"
  `);
});

test('colour changes nothing but colour', () => {
  const coloured = renderLive(example, { columns: 80, rows: 20, colour: true, now: NOW });
  expect(coloured.join('\n')).toContain('\x1b[');
  expect(coloured.map((line) => line.replace(/\x1b\[\d+m/g, '').trimEnd())).toEqual(frame(example, 80, 20));
});

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\x1b[2J', '日本\n', '👩‍💻\u202e'),
);
const failure: fc.Arbitrary<Failure> = fc.constantFrom(...Object.values(FAILURES));
const anyTask = fc
  .record({ id: hostile, agent: hostile, text: hostile, state: fc.constantFrom(...STATES), because: failure })
  .map(({ id, agent, text, state, because }) =>
    taskStatus(id, state, { agent, because, waitingFor: [text], progress: { done: 1, of: 2, text } }),
  );
const anyStatus = fc.record({ tasks: fc.array(anyTask, { maxLength: 12 }), text: hostile }).map(({ tasks, text }) =>
  statusOf(tasks, {
    plan: text,
    why: text,
    questions: [
      { id: text, kind: 'free', text, options: [text], deadline: null, default: null, task: text, since: NOW },
    ],
    criticalPath: { minutes: 5, tasks: [text] },
  }),
);

test('no frame is wider or higher than the terminal, and none holds a control character', () => {
  fc.assert(
    fc.property(anyStatus, fc.nat(140), fc.nat(30), (status, columns, rows) => {
      const lines = frame(status, columns, rows);
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) {
        expect(widthOf(line)).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
      }
    }),
  );
});

test('a thousand tasks fit on one screen and none of them is forgotten in the count', () => {
  const tasks = Array.from({ length: 1000 }, (_, index) => taskStatus(`t${index}`, index < 10 ? 'working' : 'waiting'));
  const lines = frame(statusOf(tasks), 100, 24);
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(lines.join('\n')).toMatch(/and \d+ more: \d+ waiting/);
});
