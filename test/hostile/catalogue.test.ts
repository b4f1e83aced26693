import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { catalogue } from '../../src/fake-agent/catalogue.ts';
import { builtFakeAgent } from '../rig/build.ts';
import type { Ran } from '../rig/program.ts';
import { endOf, eventsOf, reasonsOf, type Stage } from '../rig/stage.ts';
import { livedInStage, untouched } from '../rig/user.ts';

type Row = { readonly entry: string; readonly state: string; readonly reason: string | null; readonly exit: number };

const rows: readonly Row[] = readFileSync(join(import.meta.dirname, '../../docs/hostile-agents.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| entry'))
  .map((line) => {
    const [, entry = '', , state = '', reason = '', exit = ''] = line.split('|').map((cell) => cell.trim());
    return { entry, state, reason: reason === '–' ? null : reason, exit: Number(exit) };
  });

/** Only the clock that an entry is about is short, so that a busy machine makes no healthy agent late. */
const CLOCKS: Readonly<Record<string, { readonly clock: string; readonly ms: number }>> = {
  'no-first-event': { clock: 'first-event', ms: 1_500 },
  silent: { clock: 'silence', ms: 1_500 },
  'hung-after-result': { clock: 'after-result', ms: 1_000 },
  'over-time': { clock: 'wall', ms: 2_500 },
};
/** Without this, deleting tests would be out of scope before anybody asks whether it weakens the checks. */
const WIDER: Readonly<Record<string, readonly string[]>> = { 'test-deleter': ['test/**'] };
/** What ending a tree that ignores TERM may take on top of the clock, on a busy machine. */
const END_MS = 15_000;

test('the table names every entry of the catalogue, once', () => {
  expect(rows.map(({ entry }) => entry).sort()).toEqual(Object.keys(catalogue).sort());
});

describe.concurrent('an agent that is', () => {
  test.each(rows)('$entry ends as $state, $reason, exit code $exit (U47, U60, U61)', async (row) => {
    await using stage = await livedInStage();
    const before = await untouched(stage);
    const ran = await play(stage, row);
    const { tasks } = await stage.json<Status>(['status']);
    const why = ran.told;
    expect([tasks[0]?.state, tasks[0]?.because?.reason ?? null, ran.code], why).toEqual([
      row.state,
      row.reason,
      row.exit,
    ]);
    expect(endOf(ran)['exit']).toBe(row.exit);
    expect(await untouched(stage)).toEqual(before);
    expect(await stage.note('hook-ran').read()).toBe('');
    await stage.repo.git('fsck', '--strict', '--no-dangling');
    endedWithinItsClock(ran, row);
  });
});

async function play(stage: Stage, { entry, reason }: Row): Promise<Ran> {
  const short = CLOCKS[reason ?? ''];
  const fake = { command: [process.execPath, await builtFakeAgent(), '--play', entry] };
  const plan = {
    timeout: { wall: '2m', 'after-result': '1s', ...(short === undefined ? {} : { [short.clock]: `${short.ms}ms` }) },
    agents: { default: 'fake', use: { fake } },
    tasks: { job: { title: 'Do the job', scope: { may: ['job.txt', ...(WIDER[entry] ?? [])] } } },
  };
  return stage.run(plan, ['--max-wait', '0s']);
}

function endedWithinItsClock(ran: Ran, { reason }: Row): void {
  const short = CLOCKS[reason ?? ''];
  // Whoever asked before it was stopped has not failed.
  if (short === undefined || eventsOf(ran, 'task-asked').length > 0) return;
  expect(new Set(reasonsOf(ran, 'job'))).toEqual(new Set([reason]));
  for (const failed of eventsOf(ran, 'attempt-failed')) {
    const started = eventsOf(ran, 'worktree-ready').find((line) => line['attempt'] === failed['attempt']);
    const took = Date.parse(String(failed['at'])) - Date.parse(String(started?.['at']));
    expect(took).toBeGreaterThanOrEqual(short.ms);
    expect(took).toBeLessThan(short.ms + END_MS);
  }
}
