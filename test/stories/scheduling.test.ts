import { expect, test } from 'vitest';
import type { Line } from '../rig/program.ts';
import { endOf, eventsOf, Stage, tasksOf } from '../rig/stage.ts';

/** How many tasks were at work at once, at most, between these two events of each. */
function mostAtOnce(events: readonly Line[], from: string, to: string, among?: readonly string[]): number {
  const open = new Set<string>();
  let most = 0;
  for (const { type, task } of events as readonly (Line & { task?: string })[]) {
    if (task === undefined || (among !== undefined && !among.includes(task))) continue;
    if (type === from) open.add(task);
    if (type === to) open.delete(task);
    most = Math.max(most, open.size);
  }
  return most;
}

const some = (count: number, more: Record<string, unknown> = {}) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, { does: `echo ${i} > f${i}`, ...more }]));

test('no more agents work at once than there are places (U55)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({ agents: { max: 2 }, tasks: some(6) });
  expect(ran.code, ran.told).toBe(0);
  expect(mostAtOnce(ran.events, 'task-started', 'task-reported')).toBe(2);
  for (const task of tasksOf(ran, 'task-started')) {
    const [begun] = eventsOf(ran, 'task-started', task);
    expect(begun).toMatchObject({ agent: 'script', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
    expect(Number(begun?.['seq'])).toBeLessThan(Number(eventsOf(ran, 'agent-started', task)[0]?.['seq']));
  }
});

test('--places wins over the plan', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({ agents: { max: 4 }, tasks: some(4) }, ['--places', '1']);
  expect(mostAtOnce(ran.events, 'task-started', 'task-reported')).toBe(1);
});

test('a shared path has one writer at a time, whatever the scopes say (U19)', async () => {
  await using stage = await Stage.create();
  const writer = (n: number) => ({
    scope: { may: [`db/migrations/${n}/**`] },
    does: `mkdir -p db/migrations/${n}; echo x > db/migrations/${n}/x`,
  });
  const ran = await stage.run({
    shared: ['db/migrations/**'],
    tasks: { a: writer(1), b: writer(2), c: writer(3), free: { scope: { may: ['free'] }, does: 'echo f > free' } },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(mostAtOnce(ran.events, 'task-started', 'task-landed', ['a', 'b', 'c'])).toBe(1);
});

test('a resource is held by one task at a time (U20)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    tasks: { ...some(3, { resources: ['staging-database'] }), free: { does: 'echo f > free' } },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(mostAtOnce(ran.events, 'task-started', 'task-reported', ['t0', 't1', 't2'])).toBe(1);
});

test('an account has a cap of its own', async () => {
  await using stage = await Stage.create();
  const capped = { command: ['sh', '-c', 'echo x > "$BRANCHLINE_TASK"'], account: 'team', 'account-max': 1 };
  const ran = await stage.run({
    agents: { default: 'capped', max: 4, use: { capped } },
    tasks: { a: {}, b: {}, c: {} },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(mostAtOnce(ran.events, 'task-started', 'task-reported')).toBe(1);
});

test('strict batches end before the next one starts (U28)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({ batches: { strict: true, size: 2 }, tasks: some(5) });
  expect(ran.code, ran.told).toBe(0);
  const order = ran.events
    .filter(({ type }) => type === 'task-started' || type === 'task-landed')
    .map(({ type }) => type);
  const batch = ['task-started', 'task-started', 'task-landed', 'task-landed'];
  expect(order).toEqual([...batch, ...batch, 'task-started', 'task-landed']);
});

test('one group per invocation pauses after each group (U28, U108)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    continue: 'per-group',
    tasks: {
      a: { group: 'one', does: 'echo a > a' },
      b: { group: 'one', does: 'echo b > b' },
      c: { group: 'two', needs: ['a', 'b'], does: 'echo c > c' },
    },
  });
  expect(ran.code, ran.told).toBe(3);
  expect(endOf(ran)).toMatchObject({ state: 'paused', landed: 2, waiting: 1 });
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(tasksOf(resumed, 'task-landed')).toEqual(['c']);
});

test('a batch waits for a person to let the next one go on (U108)', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({ continue: 'per-batch-human', batches: { size: 2 }, tasks: some(3) });
  expect(ran.code, ran.told).toBe(3);
  expect(endOf(ran)).toMatchObject({ state: 'paused', landed: 2, waiting: 1 });
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(tasksOf(resumed, 'task-landed')).toHaveLength(1);
});

test('worked by hand, a run carries out what is ready and then waits for a person', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    continue: 'manual',
    tasks: { a: { does: 'echo a > a' }, b: { does: 'echo b > b' }, c: { needs: ['a'], does: 'echo c > c' } },
  });
  expect(ran.code, ran.told).toBe(3);
  expect(endOf(ran)).toMatchObject({ state: 'paused', landed: 2, waiting: 1 });
  const resumed = await stage.cli(['resume', '--json']);
  expect(resumed.code, resumed.told).toBe(0);
  expect(tasksOf(resumed, 'task-landed')).toEqual(['c']);
});

test('the longest remaining path goes first', async () => {
  await using stage = await Stage.create();
  const ran = await stage.run({
    agents: { max: 1 },
    tasks: {
      lone: { estimate: 5, does: 'echo l > l' },
      head: { estimate: 5, does: 'echo h > h' },
      tail: { needs: ['head'], estimate: 60, does: 'echo t > t' },
    },
  });
  expect(ran.code, ran.told).toBe(0);
  expect(tasksOf(ran, 'task-started')[0]).toBe('head');
});

test('a limit pauses the account, costs no attempt, and the work lands when it is over', async () => {
  await using stage = await Stage.create();
  const been = stage.repo.beside('been');
  const does = `[ -e ${been} ] || { touch ${been}; echo "Claude AI usage limit reached|$(( $(date +%s) + 1 ))"; exit 1; }; echo a > a`;
  const ran = await stage.run({ attempts: 1, tasks: { a: { does } } }, ['--max-wait', '30s']);
  expect(ran.code, ran.told).toBe(0);
  expect(endOf(ran)).toMatchObject({ landed: 1 });
});

test('tasks that only read have a cap of their own, and no more of them work at once (U25)', async () => {
  await using stage = await Stage.create();
  const reader = (n: number) => ({
    kind: 'research',
    artifacts: [`notes/${n}.md`],
    does: `mkdir -p notes; echo ${n} > notes/${n}.md`,
  });
  const tasks = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`r${n}`, reader(n)]));
  const ran = await stage.run({ agents: { max: 1, 'max-readonly': 3 }, tasks });
  expect(ran.code, ran.told).toBe(0);
  expect(mostAtOnce(ran.events, 'task-started', 'task-reported')).toBe(3);
});

test('where overlaps are left to the landing, two that may write one path work at once, and both land (U21)', async () => {
  await using stage = await Stage.create();
  const gates = { a: await stage.gate('a'), b: await stage.gate('b') };
  const writer = (id: 'a' | 'b') => ({
    scope: { may: ['src/**'] },
    does: `mkdir -p src; echo ${id} > src/${id}; ${gates[id].wait}`,
  });
  const running = await stage.begin({ overlap: 'branch', tasks: { a: writer('a'), b: writer('b') } });
  await Promise.all([running.sawType('agent-started', 'a'), running.sawType('agent-started', 'b')]);
  await Promise.all([gates.a.open(), gates.b.open()]);
  const ran = await running.done;
  expect(ran.code, ran.told).toBe(0);
  expect(await stage.files('release')).toEqual(['README.md', 'src/a', 'src/b']);
});
