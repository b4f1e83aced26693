import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { cut, refuse, type Script, type Step, say, shell, write } from '../rig/model-server/script.ts';
import { ModelServer } from '../rig/model-server/server.ts';
import { isMissing, RealAgent, WANTED_CLIENTS } from '../rig/real-agents.ts';
import { realPlan } from '../rig/real-plan.ts';
import { endOf, eventsOf, reasonsOf, Stage, tasksOf } from '../rig/stage.ts';

const scriptFor = (id: string, ...more: readonly Step[]): Script => ({
  mode: 'history',
  steps: [write(`${id}.txt`, `${id}\n`), ...more, say(`Wrote ${id}.txt.`)],
});

describe.each(WANTED_CLIENTS)('a run with %s', (client) => {
  const isLeftOut = isMissing(client);

  test.skipIf(isLeftOut)('lands three tasks, each checked, and tells what they used', async () => {
    await using server = await ModelServer.start({ a: scriptFor('a'), b: scriptFor('b'), c: scriptFor('c') });
    await using agent = await RealAgent.create(client, { server });
    await using stage = await Stage.create();
    const tasks = { a: { checks: ['test -s a.txt'] }, b: {}, c: { needs: ['a'], checks: ['test -s a.txt'] } };
    const ran = await stage.run(realPlan(agent, tasks));
    expect(ran.code, ran.told).toBe(0);
    expect(endOf(ran)).toMatchObject({ landed: 3 });
    for (const id of ['a', 'b', 'c']) expect(await stage.show('release', `${id}.txt`)).toBe(id);
    expect(eventsOf(ran, 'agent-session')).toHaveLength(3);
    expect(eventsOf(ran, 'agent-spent').length).toBeGreaterThanOrEqual(3);
  });

  test.skipIf(isLeftOut)('refuses what is outside the scope, and the work that stays inside lands', async () => {
    const steps = [write('other.txt', 'not mine\n'), write('a.txt', 'a\n'), say('Done.')];
    await using server = await ModelServer.start({ a: { mode: 'history', steps } });
    await using agent = await RealAgent.create(client, { server });
    await using stage = await Stage.create();
    const ran = await stage.run(realPlan(agent, { a: { attempts: 1 } }));
    expect(ran.code, ran.told).toBe(0);
    expect(await stage.files('release')).toEqual(['README.md', 'a.txt']);
  });

  test.skipIf(isLeftOut)('a question is parked, answered from another process, and the session goes on', async () => {
    const asks: Step = {
      do: [{ is: 'mcp', tool: 'ask_human', input: { question: 'Which colour?', options: ['red', 'blue'] } }],
    };
    await using server = await ModelServer.start({ a: scriptFor('a', asks) });
    await using agent = await RealAgent.create(client, { server });
    await using stage = await Stage.create();
    const ran = await stage.run(realPlan(agent, { a: {} }, { questions: { policy: 'live', wait: '1s' } }));
    expect(ran.code, ran.told).toBe(3);
    const waiting = await stage.json<Status>(['status']);
    expect(waiting.questions.map(({ text, options }) => [text, options])).toEqual([['Which colour?', ['red', 'blue']]]);
    expect((await stage.cli(['answer', 'a', 'blue'])).code).toBe(0);
    const resumed = await stage.cli(['resume', '--json']);
    expect(resumed.code, resumed.told).toBe(0);
    expect(endOf(resumed)).toMatchObject({ landed: 1 });
    expect(await stage.show('release', 'a.txt')).toBe('a');
  });

  test.skipIf(isLeftOut)('a login that fails blocks the task, and says so', async () => {
    const steps = [{ ...say('Never.'), fault: refuse('login', { times: 99 }) }];
    await using server = await ModelServer.start({ a: { mode: 'history', steps } });
    await using agent = await RealAgent.create(client, { server });
    await using stage = await Stage.create();
    const ran = await stage.run(realPlan(agent, { a: {} }));
    expect(ran.code, ran.told).toBe(4);
    expect(reasonsOf(ran, 'a')).toEqual(['login']);
    const { tasks } = await stage.json<Status>(['status']);
    expect(tasks[0]).toMatchObject({ state: 'blocked', attempts: { used: 0 } });
  });

  test.skipIf(isLeftOut)('a limit rests the account and costs no attempt', async () => {
    const steps = [{ ...say('Never.'), fault: refuse('rate', { headers: { 'retry-after': '1' }, times: 99 }) }];
    await using server = await ModelServer.start({ a: { mode: 'history', steps } });
    await using agent = await RealAgent.create(client, { server });
    await using stage = await Stage.create();
    const ran = await stage.run(realPlan(agent, { a: {} }), ['--max-wait', '1s']);
    expect(ran.code, ran.told).toBe(4);
    expect(reasonsOf(ran, 'a')).toEqual(['limited']);
    const { tasks } = await stage.json<Status>(['status']);
    expect(tasks[0]).toMatchObject({ state: 'resting', attempts: { used: 0 } });
  });

  test.skipIf(isLeftOut)('a full context begins a new conversation in the same worktree', async () => {
    const faults = { 2: { ...refuse('context'), times: 1 } };
    await using server = await ModelServer.start({ a: { ...scriptFor('a', shell('true')), faults } });
    await using agent = await RealAgent.create(client, { server });
    await using stage = await Stage.create();
    const ran = await stage.run(realPlan(agent, { a: {} }));
    expect(ran.code, ran.told).toBe(0);
    expect(reasonsOf(ran, 'a')).toEqual(['context-full']);
    expect(await stage.show('release', 'a.txt')).toBe('a');
  });

  test.skipIf(isLeftOut)('an answer that was cut is asked for again', async () => {
    const faults = { 2: cut() };
    await using server = await ModelServer.start({ a: { ...scriptFor('a', shell('true')), faults } });
    await using agent = await RealAgent.create(client, { server, retries: 2 });
    await using stage = await Stage.create();
    const ran = await stage.run(realPlan(agent, { a: {} }));
    expect(ran.code, ran.told).toBe(0);
    expect(await stage.show('release', 'a.txt')).toBe('a');
  });

  test.skipIf(isLeftOut)('goes on after the engine was killed in the middle of a tool', async () => {
    await using stage = await Stage.create();
    const waits = shell('test -e a/here || { mkdir -p a && echo here > a/here && sleep 30; }');
    await using server = await ModelServer.start({ a: scriptFor('a', waits) });
    await using agent = await RealAgent.create(client, { server });
    const running = await stage.begin(realPlan(agent, { a: { checks: ['test -s a/here'] } }));
    const { path } = await running.sawType('worktree-ready');
    await server.answered('a', 2);
    await stage.fileOf(`${String(path)}/a/here`).written();
    running.signal('SIGKILL');
    await running.done;
    const resumed = await stage.cli(['resume', '--json']);
    expect(resumed.code, resumed.told).toBe(0);
    expect(endOf(resumed)).toMatchObject({ landed: 1 });
    expect(await stage.show('release', 'a.txt')).toBe('a');
  });

  test.skipIf(isLeftOut)('eight at once all land', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await using server = await ModelServer.start(Object.fromEntries(ids.map((id) => [id, scriptFor(id)])));
    await using agent = await RealAgent.create(client, { server });
    await using stage = await Stage.create();
    const ran = await stage.run(realPlan(agent, Object.fromEntries(ids.map((id) => [id, {}]))));
    expect(ran.code, ran.told).toBe(0);
    expect([...tasksOf(ran, 'task-landed')].sort()).toEqual(ids);
  });
});
