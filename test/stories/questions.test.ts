import { expect, test } from 'vitest';
import type { Status } from '../../src/core/status.ts';
import { fakePlan } from '../rig/fake-plan.ts';
import { endOf, eventsOf, Stage, tasksOf } from '../rig/stage.ts';

const ASKS = [
  { do: 'write', path: 'before', text: 'kept' },
  { do: 'question', text: 'Which colour?', options: ['red', 'blue'] },
  { do: 'write', path: 'colour', text: '{{ANSWER}}' },
  { do: 'recall', path: 'said' },
] as const;

test('an agent that asks hears the answer from another terminal and goes on in the same attempt (U65)', async () => {
  await using stage = await Stage.create();
  const running = await stage.begin(await fakePlan(stage, { a: ASKS }));
  await running.sawType('question-raised');
  expect((await stage.cli(['inbox'])).stdout).toContain('Which colour?');
  expect((await stage.cli(['answer', 'a', '2'])).code).toBe(0);
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  expect(tasksOf(ran, 'task-started')).toEqual(['a']);
  expect(eventsOf(ran, 'words-delivered', 'a')).toHaveLength(1);
  expect(await stage.show('release', 'colour')).toBe('blue');
});

test('an agent that nobody answers in time is parked; the answer resumes its session in the worktree as it was left (U65)', async () => {
  await using stage = await Stage.create();
  const scripts = {
    a: {
      attempts: [
        ASKS,
        [
          { do: 'expect-session', resumed: true },
          { do: 'write', path: 'prompt', text: '{{PROMPT}}' },
        ],
      ],
    },
  } as const;
  const ran = await stage.run(await fakePlan(stage, scripts, { questions: { policy: 'live', wait: '200ms' } }));
  expect(ran.code, ran.told).toBe(3);
  expect(eventsOf(ran, 'question-raised', 'a')).toHaveLength(1);
  const waiting = await stage.json<Status>(['status']);
  expect(waiting.tasks[0]).toMatchObject({ state: 'asking', attempts: { used: 0 } });
  expect(waiting.places.used).toBe(0);
  expect((await stage.cli(['answer', 'a', 'green'])).code).not.toBe(0);
  const both = await Promise.all([stage.cli(['answer', 'a', 'blue']), stage.cli(['answer', 'a', 'red'])]);
  expect(both.map(({ code }) => code).filter((code) => code === 0)).toHaveLength(1);
  const given = both[0]?.code === 0 ? 'blue' : 'red';
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(endOf(resumed)).toMatchObject({ landed: 1 });
  expect(await stage.show('release', 'before')).toBe('kept');
  const prompt = await stage.show('release', 'prompt');
  expect(prompt).toContain(given);
  expect(prompt.match(new RegExp(`\\b${given}\\b`, 'g'))).toHaveLength(1);
});

test('a question outlives the engine that was killed while its agent waited (U67)', async () => {
  await using stage = await Stage.create();
  const scripts = { a: { attempts: [ASKS, [{ do: 'write', path: 'prompt', text: '{{PROMPT}}' }]] } } as const;
  const running = await stage.begin(await fakePlan(stage, scripts));
  await running.sawType('question-raised');
  running.signal('SIGKILL');
  await running.done;
  const waited = await stage.cli(['resume', '--json']);
  expect(waited.code, waited.told).toBe(3);
  expect(tasksOf(waited, 'agent-started')).toEqual([]);
  expect((await stage.cli(['answer', 'a', 'blue'])).code).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(await stage.show('release', 'prompt')).toContain('blue');
  expect(await stage.show('release', 'before')).toBe('kept');
});

test('fifty waiting questions hold no place', async () => {
  await using stage = await Stage.create();
  const tasks = Object.fromEntries([
    ...Array.from({ length: 50 }, (_, at) => [`q${at}`, { does: 'echo "May I?" > "$BRANCHLINE_QUESTION"; exit 75' }]),
    ['last', { does: 'echo last > last' }],
  ]);
  const ran = await stage.run({ agents: { max: 2 }, tasks });
  expect(ran.code, ran.told).toBe(3);
  expect(endOf(ran)).toMatchObject({ landed: 1, waiting: 50 });
  const { questions, places } = await stage.json<Status>(['status']);
  expect([questions.length, places.used]).toEqual([50, 0]);
  expect((await stage.cli(['answer', 'q0', 'yes', '--same'])).code).toBe(0);
  expect((await stage.json<Status>(['status'])).questions).toEqual([]);
});

test('the answer that the plan names is given when its time is up, and in nobody else’s name', async () => {
  await using stage = await Stage.create();
  const rules = { policy: 'park', deadline: '300ms', default: 'blue' };
  const scripts = { a: { attempts: [ASKS, [{ do: 'write', path: 'prompt', text: '{{PROMPT}}' }]] } } as const;
  const ran = await stage.run(await fakePlan(stage, scripts, { questions: rules }));
  expect(ran.code, ran.told).toBe(0);
  expect(eventsOf(ran, 'question-answered', 'a')[0]).toMatchObject({ answer: 'blue', by: 'default' });
  expect(await stage.show('release', 'prompt')).toContain('blue');
});

test('where nobody may be asked the agent is told to assume something (U68)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run(
    await fakePlan(
      stage,
      {
        a: [
          { do: 'question', text: 'Which colour?' },
          { do: 'write', path: 'colour', text: 'x' },
        ],
      },
      { questions: 'forbid' },
    ),
  );
  expect(ran.code, ran.told).toBe(0);
  expect(tasksOf(ran, 'question-raised')).toEqual([]);
});

test('a note reaches the next turn of a task (U66)', async () => {
  await using stage = await Stage.create();
  const scripts = {
    a: { attempts: [[{ do: 'ask', text: 'Ready?' }], [{ do: 'write', path: 'prompt', text: '{{PROMPT}}' }]] },
  } as const;
  await stage.run(await fakePlan(stage, scripts, { questions: 'park' }));
  expect((await stage.cli(['tell', 'a', 'mind', 'the', 'gap'])).code).toBe(0);
  expect((await stage.cli(['answer', 'a', 'yes'])).code).toBe(0);
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(await stage.show('release', 'prompt')).toContain('mind the gap');
});

test('a scope that a person widens while the agent works holds at once, and when its work is judged', async () => {
  await using stage = await Stage.create();
  const writes = (path: string) =>
    ({ do: 'permission', title: `write ${path}`, paths: [path], steps: [{ do: 'write', path, text: 'x' }] }) as const;
  const plan = await fakePlan(
    stage,
    { a: [writes('b.txt'), writes('b.txt'), writes('a.txt')] },
    {
      tasks: { a: { scope: ['a.txt'], permissions: 'ask', attempts: 1 } },
    },
  );
  const running = await stage.begin(plan);
  const asked = await running.sawType('question-raised');
  expect(asked['question']).toMatchObject({ kind: 'scope', paths: ['b.txt'], options: ['allow', 'refuse'] });
  expect((await stage.cli(['answer', 'a', 'allow'])).code).toBe(0);
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  expect(eventsOf(ran, 'question-raised')).toHaveLength(1);
  expect(await stage.files('release')).toEqual(['README.md', 'a.txt', 'b.txt']);
});

test('what an agent says at its desk about its work, and what it could not ask, is part of its claim (U68)', async () => {
  await using stage = await Stage.create();
  const does =
    'echo a > a; printf "Which zone?" > "$BRANCHLINE_DESK/001.unasked"; printf "Chose UTC." > "$BRANCHLINE_DESK/002.done"; sleep 2';
  const ran = await stage.run({ questions: 'forbid', tasks: { a: { does } } });
  expect(ran.code, ran.told).toBe(0);
  expect(eventsOf(ran, 'task-reported', 'a')[0]?.['claim']).toMatch(
    /Chose UTC\.[\s\S]*assumed an answer to:\n- Which zone\?/,
  );
});
