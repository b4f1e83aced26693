import type { RunEvent } from '../src/core/event.ts';
import type { Store } from '../src/core/ports/store.ts';
import { plainPlan, plainTask } from '../test/simulation/plans.ts';
import { certain } from './opened.ts';

const OID = '0123456789abcdef0123456789abcdef01234567';

/** Writes a run of so many tasks into a store, each with the events that a real one leaves. The last `open` are waiting. */
export async function writeRun(store: Store, run: string, size: number, open: number): Promise<void> {
  const tasks = Array.from({ length: size }, (_, task) =>
    plainTask(`task-${task}`, {
      scope: { may: [`src/${task}/**`], mayNot: [] },
      needs: task < 8 ? [] : [`task-${task - 8}`],
    }),
  );
  const created: RunEvent = {
    ...{ type: 'run-created', plan: plainPlan(tasks), planHash: OID, repository: '/repository' },
    ...{ base: OID, target: 'refs/heads/release' },
  };
  certain(await store.append(run, [created]));
  for (const { id } of tasks.slice(0, size - open)) certain(await store.append(run, lifeOf(id)));
}

/** One task from waiting to landed, as the engine writes it. */
function lifeOf(task: string): readonly RunEvent[] {
  const fence = { task, attempt: 1 };
  return [
    { type: 'task-ready', ...fence },
    { type: 'task-started', ...fence, agent: 'one', account: null },
    { type: 'worktree-ready', ...fence, slot: 1, path: '/state/repository/slots/1/work', base: OID, took_ms: 12 },
    {
      type: 'agent-started',
      ...fence,
      pid: 4711,
      startTime: '1234567',
      host: 'bench',
      log: `/state/runs/${task}/agent.log`,
    },
    { type: 'agent-ended', ...fence, code: 0, signal: null, took_ms: 61_234 },
    { type: 'task-reported', ...fence, commit: OID, base: OID, files: 3, claim: 'The file is written' },
    { type: 'task-verifying', ...fence, onto: OID },
    { type: 'task-verified', ...fence, merged: { commit: OID, onto: OID } },
    { type: 'task-landing', ...fence },
    { type: 'task-landed', ...fence, commit: OID },
  ];
}
