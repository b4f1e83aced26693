import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainPlan, plainTask } from '../../test/simulation/plans.ts';
import type { Io } from '../cli/world-port.ts';
import type { Plan } from '../core/plan.ts';
import { approve } from './approval.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'branchline-approval-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A terminal at which a person types `answer`; what they saw by then is kept. */
async function atTerminal(answer: string, hash: string, plan: Plan = plainPlan([plainTask('api')])) {
  let seen = '';
  const asked: string[] = [];
  const io = {
    interactive: true,
    err: (text: string) => {
      seen += text;
    },
    ask: (question: string) => {
      asked.push(`${seen}${question}`);
      return Promise.resolve(answer);
    },
  } as unknown as Io;
  const approved = await approve({ plan, hash, folder, io, options: { yes: false, approve: null } });
  return { ok: approved.ok, seen, asked };
}

test('the table of what will be started is shown before a person is asked (U29)', async () => {
  const { ok, asked } = await atTerminal('n', 'first');
  expect(ok).toBe(false);
  expect(asked[0]).toMatch(/api +at once +one[\s\S]*Run it\? \[y\/N\] $/);
});

test('what was approved is remembered by its hash, and a changed plan is asked about again (U29, U30)', async () => {
  expect(await atTerminal('y', 'first')).toMatchObject({ ok: true, asked: [expect.any(String)] });
  const again = await atTerminal('n', 'first');
  expect(again).toMatchObject({ ok: true, asked: [] });
  expect(again.seen).toContain('at once');
  expect(await atTerminal('n', 'changed')).toMatchObject({ ok: false, asked: [expect.any(String)] });
});

test('a plan that wants to be approved at every run is asked about at every run (U30)', async () => {
  const plan = plainPlan([plainTask('api')], { approval: 'plan' });
  expect((await atTerminal('y', 'first', plan)).asked).toHaveLength(1);
  expect((await atTerminal('y', 'first', plan)).asked).toHaveLength(1);
});
