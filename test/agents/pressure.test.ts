import { expect, test } from 'vitest';
import { type Script, say, slow, write } from '../rig/model-server/script.ts';
import { ModelServer } from '../rig/model-server/server.ts';
import { isMissing, RealAgent } from '../rig/real-agents.ts';
import { realPlan } from '../rig/real-plan.ts';
import { endOf, eventsOf, Stage } from '../rig/stage.ts';

test.skipIf(isMissing('codex'))(
  'twelve agents of an account that is served three at a time all land, without a failure and without a storm of requests',
  async () => {
    const ids = Array.from({ length: 12 }, (_, at) => `t${at}`);
    const script = (id: string): Script => ({
      mode: 'history',
      steps: [
        { ...write(`${id}.txt`, `${id}\n`), fault: slow(300) },
        { ...say('Done.'), fault: slow(300) },
      ],
    });
    await using server = await ModelServer.start(Object.fromEntries(ids.map((id) => [id, script(id)])), { key: 3 });
    await using agent = await RealAgent.create('codex', { server, retries: 8 });
    await using stage = await Stage.create();
    const tasks = Object.fromEntries(ids.map((id) => [id, {}]));
    const ran = await stage.run(realPlan(agent, tasks, { agents: { max: 12 } }));
    expect(ran.code, ran.told).toBe(0);
    expect(endOf(ran)).toMatchObject({ landed: 12, failed: 0 });
    expect(eventsOf(ran, 'attempt-failed')).toEqual([]);
    const calls = server.requests().filter(({ kind }) => kind === 'call');
    const served = calls.filter(({ status }) => status === 200);
    expect(served).toHaveLength(24);
    process.stdout.write(`${calls.length} requests for ${served.length} answers\n`);
    expect(calls.length).toBeLessThanOrEqual(3 * served.length);
  },
);
