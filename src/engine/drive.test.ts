import { expect, test } from 'vitest';
import { bareAgents, bareUse } from '../../test/rig/bare.ts';
import { EngineRoom, hurried } from '../../test/rig/engine-room.ts';
import { answered, asked, atWork, created, planOf } from '../../test/suites/fixtures.ts';
import { createDrivers } from '../agents/drivers.ts';
import type { Lease, Leases } from '../core/ports/leases.ts';
import type { Store } from '../core/ports/store.ts';
import type { ProcessHost } from '../process/processes.ts';

const asking = [created('a'), ...atWork('a'), asked('a', 'a.1')];

test('an engine whose run was taken by another stops, and writes nothing more about it (U57)', async () => {
  await using room = await EngineRoom.create(asking);
  let renewals = 0;
  const leases: Leases = {
    holder: (name) => room.opened.leases.holder(name),
    take: async (name, ttl_ms) => {
      const lease = await room.opened.leases.take(name, ttl_ms);
      if (lease === null) return null;
      const stolen: Lease = {
        name: lease.name,
        fence: lease.fence,
        release: () => lease.release(),
        [Symbol.asyncDispose]: () => lease.release(),
        renew: async () => (++renewals > 1 ? false : lease.renew()),
      };
      return stolen;
    },
  };
  const driven = await room.drive({ leases }, { waitForPerson: true });
  expect(driven).toEqual({ ok: true, value: { why: 'interrupted' } });
  expect(renewals).toBe(2);
  expect((await room.events()).at(-1)?.type).toBe('engine-started');
});

test('an answer that comes between the look at the journal and the rest is not slept through', async () => {
  await using room = await EngineRoom.create(asking);
  let isAnswered = false;
  const { store } = room.opened;
  const late: Store = {
    append: (...args) => store.append(...args),
    entries: async (run, after, limit) => {
      const entries = await store.entries(run, after, limit);
      const hasBegun = entries.length === 0 && (await room.events()).some(({ type }) => type === 'engine-started');
      if (hasBegun && !isAnswered) {
        isAnswered = true;
        await room.append(answered('a', 'a.1', 'left'));
      }
      return entries;
    },
    runs: () => store.runs(),
    version: () => store.version(),
    spentSince: (at) => store.spentSince(at),
    claim: (...args) => store.claim(...args),
    holds: (...args) => store.holds(...args),
    close: () => store.close(),
  };
  let isSeen = (): void => undefined;
  const seen = new Promise<void>((resolve) => {
    isSeen = resolve;
  });
  const kill = new AbortController();
  const onEntry = ({ event }: { event: { type: string } }): void => {
    if (event.type === 'task-started') isSeen();
  };
  const driven = room.drive({ store: late }, { waitForPerson: true, kill: kill.signal, onEntry });
  await seen;
  kill.abort();
  expect(await driven).toMatchObject({ value: { why: 'interrupted' } });
});

test('a repository that is gone makes tasks rest and then asks, with the reason, and never spins', async () => {
  await using room = await EngineRoom.create([created('a')]);
  const driven = await room.drive();
  expect(driven).toEqual({ ok: true, value: { why: 'waiting' } });
  const failures = (await room.events()).flatMap((event) => (event.type === 'attempt-failed' ? [event] : []));
  expect(failures.map(({ because, then }) => [because, then.do])).toEqual([
    [{ reason: 'workspace', message: 'the repository is gone' }, 'rest'],
    [{ reason: 'workspace', message: 'the repository is gone' }, 'rest'],
    [{ reason: 'workspace', message: 'the repository is gone' }, 'ask'],
  ]);
});

test('final checks that cannot even be begun are a failed check, not an endless loop', async () => {
  const plan = { ...planOf('a'), finalChecks: ['true'] };
  await using room = await EngineRoom.create([
    { ...created('a'), plan } as never,
    ...atWork('a'),
    { type: 'task-reported', task: 'a', attempt: 1, commit: 'c1', base: 'main', files: 1, claim: '' },
    { type: 'task-verifying', task: 'a', attempt: 1, onto: 'main' },
    { type: 'task-verified', task: 'a', attempt: 1, merged: { commit: 'c1', onto: 'main' } },
    { type: 'task-landing', task: 'a', attempt: 1 },
    { type: 'task-landed', task: 'a', attempt: 1, commit: 'c1' },
  ]);
  expect(await room.drive()).toEqual({ ok: true, value: { why: 'ended' } });
  const checks = (await room.events()).filter(({ type }) => type === 'final-check-finished');
  expect(checks).toMatchObject([{ command: 'final checks: the repository is gone', code: null }]);
});

test('a state file that cannot be written any more ends the engine with the reason', async () => {
  await using room = await EngineRoom.create([created('a')]);
  const { store } = room.opened;
  let isFull = false;
  const full: Store = {
    append: async (run, events, jobs) => {
      if (isFull) throw new Error('database or disk is full');
      isFull = events.some(({ type }) => type === 'task-started');
      return store.append(run, events, jobs);
    },
    entries: (...args) => store.entries(...args),
    runs: () => store.runs(),
    version: () => store.version(),
    spentSince: (at) => store.spentSince(at),
    claim: (...args) => store.claim(...args),
    holds: (...args) => store.holds(...args),
    close: () => store.close(),
  };
  expect(await room.drive({ store: full })).toEqual({
    ok: false,
    error: { reason: 'broken', message: 'database or disk is full' },
  });
  expect(await room.opened.leases.holder(`run:${room.run}`)).toBe(null);
});

test('an agent whose start could not be written down does not go on unwatched (U55)', async () => {
  const use = { script: { ...AGENT, command: ['sh', '-c', 'sleep 60'] } };
  const plan = { ...planOf('a'), agents: { default: 'script', max: 1, maxReadonly: null, use, ...bareAgents } };
  await using room = await EngineRoom.create([{ ...created('a'), plan } as never]);
  const parts = room.parts();
  const { store } = room.opened;
  const marks: string[] = [];
  const forgetful: Store = {
    append: async (run, events, jobs) => {
      const start = events.find(({ type }) => type === 'agent-started');
      if (start === undefined) return store.append(run, events, jobs);
      const mark = `${run}/a/${'attempt' in start ? start.attempt : 0}`;
      expect(await parts.processes.find(mark, null)).not.toEqual([]);
      marks.push(mark);
      throw new Error('no space left');
    },
    entries: (...args) => store.entries(...args),
    runs: () => store.runs(),
    version: () => store.version(),
    spentSince: (at) => store.spentSince(at),
    claim: (...args) => store.claim(...args),
    holds: (...args) => store.holds(...args),
    close: () => store.close(),
  };
  const repository = room.folderAsRepository();
  const drivers = createDrivers({ processes: parts.processes as ProcessHost, clock: hurried });
  const driven = await room.drive({ ...parts, store: forgetful, repository, drivers });
  expect(driven).toEqual({ ok: true, value: { why: 'waiting' } });
  expect(marks).toHaveLength(3);
  for (const mark of marks) expect(await parts.processes.find(mark, null)).toEqual([]);
});

test('an agent that is still at work ten minutes after the deadline is ended with its work kept, and costs no attempt (U113)', async () => {
  const agent = { ...bareUse, ...AGENT, command: ['sleep', '600'] };
  const plan = {
    ...planOf('a'),
    agents: { default: 'one', max: 3, maxReadonly: null, use: { one: agent }, ...bareAgents },
    // Some seconds of the machine, of which a hundred pass in one.
    deadline: hurried.now() + 200_000,
  };
  await using room = await EngineRoom.create([{ ...created('a'), plan } as never]);
  const parts = room.parts();
  const drivers = createDrivers({ processes: parts.processes as ProcessHost, clock: hurried });
  const driven = await room.drive({ ...parts, repository: room.folderAsRepository(), drivers });
  expect(driven).toEqual({ ok: true, value: { why: 'paused' } });
  const events = await room.events();
  expect(events.filter(({ type }) => type === 'task-stopping')).toHaveLength(1);
  expect(events).toContainEqual(expect.objectContaining({ type: 'run-paused', by: 'the deadline of the plan' }));
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'attempt-failed',
      because: { reason: 'past-deadline', limit_ms: 600_000 },
      then: expect.objectContaining({ do: 'rest', counts: false }),
    }),
  );
  expect(await parts.processes.find(`${room.run}/a/1`, null)).toEqual([]);
});

const AGENT = {
  driver: 'command',
  env: {},
  account: null,
  accountMax: null,
  briefOnStdin: false,
  timeout: {},
} as const;
