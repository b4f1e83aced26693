import assert from 'node:assert/strict';
import { type Entry, isTaskEvent, type TaskEvent } from '../../src/core/event.ts';
import { evolve, initialState } from '../../src/core/evolve.ts';
import type { Store } from '../../src/core/ports/store.ts';
import { NOTHING_SPENT } from '../../src/core/spent.ts';
import type { TaskState } from '../../src/core/task.ts';
import { ManualClock } from '../rig/clock.ts';
import {
  answered,
  asked,
  atWork,
  cancelled,
  created,
  job,
  planOf,
  progress,
  ready,
  spent,
  started,
} from './fixtures.ts';
import { type Case, eventually, inPlace, type Opener, type Place } from './place.ts';

const run = '2026-11-23-test1';

/** What every implementation of the store must do. */
export const storeSuite = (opener: Opener): readonly Case[] => {
  const it = (name: string, body: (place: Place) => Promise<void>): Case => ({
    name,
    run: () => inPlace(opener, body),
  });
  return [
    it('a run is created once, and nothing can be appended to a run that is not there', async (place) => {
      const { store } = await place.open();
      assert.deepEqual(await store.append(run, [ready('api')]), { ok: false, error: { reason: 'no-such-run' } });
      const first = await appended(store, [created('api')]);
      assert.deepEqual(
        first.map(({ seq, event }) => [seq, event.type]),
        [[1, 'run-created']],
      );
      assert.deepEqual(await store.append(run, [created('api')]), { ok: false, error: { reason: 'exists' } });
      const [summary] = await store.runs();
      assert.equal(summary?.plan, 'shop');
      assert.equal(summary?.state, 'running');
      assert.equal(summary?.seq, 1);
    }),

    it('entries come back as they were appended, numbered without gaps, from any point and in any portion', async (place) => {
      const { store } = await place.open();
      await appended(store, [created('api'), ...atWork('api')]);
      const many = Array.from({ length: 2_500 }, (_, at) => progress('api', at));
      const written = await appended(store, many);
      assert.deepEqual(await store.entries(run, 3), written);
      assert.equal((await store.entries(run, 0)).length, 2_503);
      assert.deepEqual(await store.entries(run, 2_000, 1), [written[1_997]]);
      assert.equal((await store.entries(run, 0, 1_500)).length, 1_500);
      assert.deepEqual(await store.entries(run, 2_503), []);
      assert.deepEqual(await store.entries('another', 0), []);
      assert.deepEqual(gapsIn(await store.entries(run, 0)), []);
    }),

    it('a refused event takes the whole batch with it: events, states and jobs', async (place) => {
      const { store, queue } = await place.open();
      await appended(store, [created('api', 'ui')]);
      const result = await store.append(run, [ready('api'), ready('ui'), started('ui', 7)], [job('lost')]);
      assert.deepEqual(result, {
        ok: false,
        error: { reason: 'stale-attempt', task: 'ui', state: 'ready', event: 'task-started' },
      });
      assert.equal((await store.entries(run, 0)).length, 1);
      assert.deepEqual(
        (await store.tasks(run)).map(({ state }) => state.is),
        ['waiting', 'waiting'],
      );
      assert.equal(await queue.remove('lost'), false);
      await appended(store, [ready('api'), ready('ui')]);
    }),

    it('an event of a wrong state or of an unknown task is refused with what it met', async (place) => {
      const { store } = await place.open();
      await appended(store, [created('api')]);
      assert.deepEqual(await store.append(run, [started('api')]), {
        ok: false,
        error: { reason: 'wrong-state', task: 'api', state: 'waiting', event: 'task-started' },
      });
      const unknown = await store.append(run, [ready('nobody')]);
      assert.deepEqual(unknown, {
        ok: false,
        error: { reason: 'wrong-state', task: 'nobody', state: 'not in the plan', event: 'task-ready' },
      });
    }),

    it('appends asked for at the same time all count, and one refused among them hurts no other', async (place) => {
      const { store } = await place.open();
      await appended(store, [created('api', 'ui'), ...atWork('api')]);
      const results = await Promise.all(
        Array.from({ length: 200 }, (_, at) => store.append(run, [at === 77 ? started('ui') : progress('api', at)])),
      );
      assert.equal(results.filter(({ ok }) => ok).length, 199);
      const entries = await store.entries(run, 0);
      assert.equal(entries.length, 202);
      assert.deepEqual(gapsIn(entries), []);
    }),

    it('the first answer wins, whoever gives it at the same time', async (place) => {
      const [one, two] = [await place.open(), await place.open()];
      await appended(one.store, [created('api'), ...atWork('api'), asked('api', 'q1')]);
      const [open] = await two.store.questions(run);
      assert.deepEqual([open?.id, open?.task, open?.text, open?.answer], ['q1', 'api', 'Which one?', null]);
      const answers = await Promise.all([
        one.store.append(run, [answered('api', 'q1', 'left')]),
        two.store.append(run, [answered('api', 'q1', 'right')]),
      ]);
      assert.equal(answers.filter(({ ok }) => ok).length, 1);
      const [settled] = await two.store.questions(run);
      assert.equal(settled?.answer, answers[0]?.ok ? 'left' : 'right');
      assert.equal(settled?.by, 'ada');
    }),

    it('an amended plan adds tasks and keeps the states of the others; dropped ones keep their history', async (place) => {
      const { store } = await place.open();
      await appended(store, [created('api', 'ui'), ready('ui')]);
      await appended(store, [
        cancelled('api', 0),
        { type: 'plan-amended', plan: planOf('docs', 'ui'), planHash: 'sha256:1', by: 'ada' },
        ready('docs'),
      ]);
      assert.deepEqual(
        (await store.tasks(run)).map(({ task, inPlan, state }) => [task, inPlan, state.is]),
        [
          ['docs', true, 'ready'],
          ['ui', true, 'ready'],
          ['api', false, 'cancelled'],
        ],
      );
    }),

    it('what the store says of a task is what replaying its events gives, whatever was tried (U59)', async (place) => {
      const { store } = await place.open();
      const ids = ['api', 'ui', 'docs'];
      await appended(store, [created(...ids)]);
      const chance = chanceFrom(7);
      let refused = 0;
      for (let step = 0; step < 400; step++) {
        const id = ids[chance(3)] ?? 'api';
        const attempt = 1 + chance(2);
        const event = attempts(id, attempt)[chance(7)] ?? ready(id);
        // Now and then in one batch with an event that is refused: then neither may leave a trace.
        const batch = chance(5) === 0 ? [event, started('nobody')] : [event];
        if (!(await store.append(run, batch)).ok) refused++;
      }
      const entries = await store.entries(run, 0);
      assert.equal(entries.length, 1 + 400 - refused);
      assert.ok(entries.length > 20 && refused > 20, `${entries.length} entries, ${refused} refused`);
      const replayed = new Map<string, TaskState>(ids.map((id) => [id, initialState]));
      for (const { event, at } of entries) {
        if (!isTaskEvent(event)) continue;
        const next = evolve(replayed.get(event.task) ?? initialState, event, at);
        assert.ok(next.ok);
        replayed.set(event.task, next.value);
      }
      assert.deepEqual(new Map((await store.tasks(run)).map(({ task, state }) => [task, state])), replayed);
    }),

    it('a run is running, paused or ended as its events say, and lives again when it gets new work', async (place) => {
      const { store } = await place.open();
      await appended(store, [created('api')]);
      const stateAfter = async (...events: Parameters<Store['append']>[1]): Promise<string | undefined> => {
        await appended(store, events);
        return (await store.runs())[0]?.state;
      };
      assert.equal(await stateAfter({ type: 'run-paused', by: 'ada' }), 'paused');
      assert.equal(await stateAfter({ type: 'run-resumed', by: 'ada' }), 'running');
      assert.equal(await stateAfter(cancelled('api', 0), { type: 'run-ended' }), 'ended');
      const amended = { type: 'plan-amended', plan: planOf('api', 'ui'), planHash: 'sha256:1', by: 'ada' } as const;
      assert.equal(await stateAfter(amended), 'running');
    }),

    it('a run does not end while a task of it is open, whoever gave it that work a moment ago', async (place) => {
      const { store } = await place.open();
      await appended(store, [created('api'), cancelled('api', 0)]);
      await appended(store, [{ type: 'task-retried', task: 'api', attempt: 0, by: 'ada', note: null }]);
      const refused = await store.append(run, [{ type: 'run-ended' }]);
      assert.deepEqual(refused, {
        ok: false,
        error: { reason: 'wrong-state', task: 'api', state: 'ready', event: 'run-ended' },
      });
      assert.equal((await store.runs())[0]?.state, 'running');
    }),

    it('the version changes with every commit, own or not, and with nothing else', async (place) => {
      const [one, two] = [await place.open(), await place.open()];
      const versions = async (): Promise<number[]> => [await one.store.version(), await two.store.version()];
      const before = await versions();
      assert.deepEqual(await versions(), before);
      await appended(one.store, [created('api')]);
      const after = await versions();
      assert.notEqual(after[0], before[0]);
      assert.notEqual(after[1], before[1]);
      await one.store.entries(run, 0);
      await one.leases.holder('nobody');
      assert.deepEqual(await versions(), after);
    }),

    it('each claim of an attempt raises its fence, and only the last claim holds', async (place) => {
      const { store } = await place.open();
      const key = { run, task: 'api', attempt: 1 };
      await appended(store, [created('api')]);
      assert.equal(await store.claim(key, 'host-a'), null);
      await appended(store, [ready('api')]);
      assert.equal(await store.claim(key, 'host-a'), 1);
      assert.equal(await store.holds(key, 1), true);
      assert.equal(await store.claim(key, 'host-b'), 2);
      assert.deepEqual([await store.holds(key, 1), await store.holds(key, 2)], [false, true]);
      assert.equal(await store.claim({ ...key, attempt: 2 }, 'host-a'), null);
      await appended(store, [cancelled('api')]);
      assert.equal(await store.claim(key, 'host-a'), null);
      assert.equal(await store.holds(key, 2), false);
    }),

    it('what was spent since an instant is the sum over all runs, whoever wrote it and however often it is asked for', async (place) => {
      const clock = new ManualClock(1_000);
      const [one, two] = [await place.open({ clock }), await place.open({ clock })];
      assert.deepEqual(await one.store.spentSince(0), NOTHING_SPENT);
      await appended(one.store, [created('api'), ...atWork('api'), spent('api', { fresh: 7, usd: 0.5 })]);
      await two.store.append('another', [created('ui'), ...atWork('ui'), spent('ui', { output: 5 })]);
      clock.advance(1_000);
      await appended(two.store, [progress('api', 1), spent('api', { cacheRead: 2, cacheWrite: 3, usd: 0.25 })]);
      const all = { fresh: 7, cacheRead: 2, cacheWrite: 3, output: 5, usd: 0.75, unpriced: 5 };
      assert.deepEqual([await one.store.spentSince(1_000), await two.store.spentSince(0)], [all, all]);
      const later = { ...NOTHING_SPENT, cacheRead: 2, cacheWrite: 3, usd: 0.25 };
      assert.deepEqual(await one.store.spentSince(2_000), later);
      // A clock that was set back makes an entry older than those before it, and still it is counted by its own time.
      clock.jump(-500);
      await appended(two.store, [spent('api', { output: 1, usd: 0 })]);
      assert.deepEqual(await one.store.spentSince(2_000), later);
      assert.deepEqual(await one.store.spentSince(1_500), { ...later, output: 1 });
      const asked_at_once = await Promise.all([1_500, 1_500, 0].map((at) => one.store.spentSince(at)));
      assert.deepEqual(asked_at_once, [
        { ...later, output: 1 },
        { ...later, output: 1 },
        { ...all, output: 6 },
      ]);
    }),

    it('what an attempt spent is taken down also when another has taken its place, and never twice', async (place) => {
      const { store } = await place.open();
      await appended(store, [created('api'), ...atWork('api'), cancelled('api')]);
      await appended(store, [{ type: 'task-retried', task: 'api', attempt: 1, by: 'ada', note: null }]);
      await appended(store, [spent('api', { output: 5 }, 1)]);
      assert.equal((await store.append(run, [spent('api', { output: 5 }, 3)])).ok, false);
      for (const _ of [1, 2]) assert.equal((await store.spentSince(0)).output, 5);
    }),

    it('a writer that cannot get its turn waits without blocking the process', async (place) => {
      const { store } = await place.open();
      await appended(store, [created('api'), ...atWork('api')]);
      const unblock = await place.block();
      let done = false;
      const appending = store.append(run, [progress('api', 1)]).then((result) => {
        done = true;
        return result;
      });
      let turns = 0;
      await eventually('twenty turns of the event loop', () => ++turns > 20);
      assert.equal(done, false);
      assert.equal((await store.entries(run, 0)).length, 3);
      unblock();
      assert.equal((await appending).ok, true);
    }),

    it('processes that append at once lose nothing, leave no gap and never meet a locked file', async (place) => {
      const { store } = await place.open();
      await appended(store, [created('api', 'ui'), ...atWork('api'), ...atWork('ui')]);
      const writers = ['api', 'ui', 'api'].map((task) => place.start('append', run, task, '150'));
      await Promise.all(writers.map((writer) => writer.line('finished')));
      const entries = await store.entries(run, 0);
      assert.deepEqual(gapsIn(entries), []);
      assert.equal(entries.length, 5 + 3 * 300);
      assert.deepEqual(await Promise.all(writers.map((writer) => writer.ended())), ['', '', '']);
    }),

    it('kill -9 of a writer at any moment tears no event, leaves no gap and loses nothing it was told of (U106)', async (place) => {
      const { store } = await place.open();
      await appended(store, [created('api'), ...atWork('api')]);
      for (let round = 0; round < 8; round++) {
        const writer = place.start('append', run, 'api', '100000');
        await writer.line('seq');
        const enough = writer.lines.length + round * 7;
        await eventually('some more appends', () => writer.lines.length > enough);
        await writer.kill();
        const durable = Number(writer.lines.at(-1)?.split(' ')[1]);
        const entries = await store.entries(run, 0);
        assert.ok(entries.length >= durable, `${durable} were durable, ${entries.length} are left`);
        assert.equal(entries.length % 2, 1, 'half a batch was kept');
        assert.deepEqual(gapsIn(entries), []);
        assert.equal((await store.runs())[0]?.seq, entries.length);
      }
      assert.equal(await place.integrity(), 'ok');
    }),

    it('a job whose writer died right after its commit is delivered all the same', async (place) => {
      const { store, queue } = await place.open();
      await appended(store, [created('api'), ...atWork('api')]);
      const delivered: string[] = [];
      const worker = await queue.work('attempts', { capacity: 1 }, async (delivery) => {
        delivered.push(delivery.job.id);
        return { done: true };
      });
      await place.start('post', run, 'api').ended();
      assert.equal((await store.entries(run, 0)).length, 4);
      await eventually('the job', () => delivered.length > 0);
      await worker.close();
      assert.deepEqual(delivered, ['posted']);
    }),
  ];

  async function appended(store: Store, events: Parameters<Store['append']>[1]): Promise<readonly Entry[]> {
    const result = await store.append(run, events);
    assert.ok(result.ok, JSON.stringify(result));
    return result.value;
  }
};

const attempts = (id: string, attempt: number): readonly TaskEvent[] => [
  ready(id, attempt),
  started(id, attempt),
  progress(id, 1, attempt),
  asked(id, `${id}-${attempt}`, attempt),
  answered(id, `${id}-${attempt}`, 'left', attempt),
  { type: 'task-landed', task: id, attempt, commit: 'c0ffee' },
  { type: 'task-reported', task: id, attempt, commit: 'c0ffee', base: 'ba5e', files: 1, claim: 'done' },
];

/** Whole numbers below a limit, the same ones for the same seed. */
const chanceFrom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const gapsIn = (entries: readonly Entry[]): readonly number[] =>
  entries.filter(({ seq }, at) => seq !== at + 1).map(({ seq }) => seq);
