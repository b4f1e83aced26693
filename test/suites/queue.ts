import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Delivery, Verdict } from '../../src/core/ports/queue.ts';
import { ManualClock } from '../rig/clock.ts';
import { job } from './fixtures.ts';
import { type Case, eventually, inPlace, type Opener, type Place } from './place.ts';

const done: Verdict = { done: true };
const hour = 3_600_000;

/** What every implementation of the queue must do. */
export const queueSuite = (opener: Opener): readonly Case[] => {
  const it = (name: string, body: (place: Place) => Promise<void>): Case => ({
    name,
    run: () => inPlace(opener, body),
  });
  return [
    it('a job is delivered once, however often it is submitted and whoever works', async (place) => {
      const { queue } = await place.open();
      const workers = [place.start('work', 'at-once', '4'), place.start('work', 'at-once', '4')];
      await Promise.all(workers.map((worker) => worker.line('working')));
      const ids = Array.from({ length: 120 }, (_, at) => `job-${at}`);
      await queue.submit([...ids, ...ids].map((id) => job(id)));
      await Promise.all(ids.map((id) => queue.submit([job(id)])));
      const begun = (): string[] => workers.flatMap(({ lines }) => lines.filter((line) => line.startsWith('begin')));
      await eventually('all jobs', () => new Set(begun().map((line) => line.split(' ')[1])).size === 120);
      const again = begun().filter((line) => line.split(' ')[2] !== '1');
      assert.deepEqual(again, []);
    }),

    it('lower priority numbers go first, and equals in the order of submission', async (place) => {
      const { queue } = await place.open();
      await queue.submit([job('c', { priority: 5 }), job('d', { priority: 5 }), job('a', { priority: 1 })]);
      await queue.submit([job('b', { priority: 1 }), job('other', { priority: 0, lane: 'landing' })]);
      const order = await delivered(queue, 4);
      assert.deepEqual(order, ['a', 'b', 'c', 'd']);
    }),

    it('at most `capacity` deliveries are alive at once', async (place) => {
      const { queue } = await place.open();
      let [alive, most, ended] = [0, 0, 0];
      const worker = await queue.work('attempts', { capacity: 3 }, async () => {
        most = Math.max(most, ++alive);
        await new Promise(setImmediate);
        alive--;
        ended++;
        return done;
      });
      await queue.submit(Array.from({ length: 30 }, (_, at) => job(String(at))));
      await eventually('all jobs', () => ended === 30);
      await worker.close();
      assert.equal(most, 3);
    }),

    it('a job waits for its time', async (place) => {
      const clock = new ManualClock();
      const { queue } = await place.open({ clock });
      const seen: string[] = [];
      const worker = await queue.work('attempts', { capacity: 9 }, async (delivery) => {
        seen.push(delivery.job.id);
        return done;
      });
      await queue.submit([job('later', { notBefore: clock.now() + 60_000 }), job('now', { notBefore: clock.now() })]);
      await eventually('the job that is due', () => seen.length === 1);
      clock.advance(59_999);
      await queue.submit([job('next')]);
      await eventually('a later submission', () => seen.length === 2);
      clock.advance(1);
      await eventually('the job at its time', () => seen.length === 3);
      assert.deepEqual(seen, ['now', 'next', 'later']);
      await worker.close();
    }),

    it('a job that is not done comes again when it said, and says which delivery it is', async (place) => {
      const clock = new ManualClock();
      const { queue } = await place.open({ clock });
      const seen: number[] = [];
      const worker = await queue.work('attempts', { capacity: 1 }, async ({ delivery }) => {
        seen.push(delivery);
        return delivery < 3 ? { done: false, retry_ms: delivery === 1 ? 0 : 5_000 } : done;
      });
      await queue.submit([job('again')]);
      await eventually('the second delivery', () => seen.length === 2);
      assert.equal(await queue.remove('nothing'), false);
      clock.advance(5_000);
      await eventually('the third delivery', () => seen.length === 3);
      assert.deepEqual(seen, [1, 2, 3]);
      await worker.close();
    }),

    it('a handler that throws loses no job, and closing says that it threw', async (place) => {
      const clock = new ManualClock();
      const { queue } = await place.open({ clock });
      let calls = 0;
      const worker = await queue.work('attempts', { capacity: 1 }, async () => {
        if (++calls === 1) throw new Error('a bug');
        return done;
      });
      await queue.submit([job('a')]);
      await eventually('the first delivery', () => calls === 1);
      await eventually('the second delivery', () => {
        clock.advance(1_000);
        return calls === 2;
      });
      await assert.rejects(worker.close(), AggregateError);
      assert.equal(await queue.remove('a'), false);
    }),

    it('a waiting job can be removed, a job in delivery cannot', async (place) => {
      const { queue } = await place.open();
      const hold = new AbortController();
      const seen: string[] = [];
      const worker = await queue.work('attempts', { capacity: 1 }, async (delivery) => {
        seen.push(delivery.job.id);
        await once(hold.signal, 'abort');
        return done;
      });
      await queue.submit([job('first'), job('second')]);
      await eventually('the first delivery', () => seen.length === 1);
      assert.equal(await queue.remove('first'), false);
      assert.equal(await queue.remove('second'), true);
      assert.equal(await queue.remove('second'), false);
      hold.abort();
      await worker.close();
      assert.deepEqual(seen, ['first']);
    }),

    it('submitting a job that is being delivered changes nothing', async (place) => {
      const { queue } = await place.open();
      const hold = new AbortController();
      const seen: string[] = [];
      const worker = await queue.work('attempts', { capacity: 3 }, async ({ job: { id } }) => {
        seen.push(id);
        if (id === 'first') await once(hold.signal, 'abort');
        return done;
      });
      await queue.submit([job('first')]);
      await eventually('the first delivery', () => seen.length === 1);
      await queue.submit([job('first')]);
      await queue.submit([job('second')]);
      await eventually('a later job', () => seen.includes('second'));
      assert.deepEqual(seen, ['first', 'second']);
      hold.abort();
      await worker.close();
    }),

    it('submitting wakes a worker of the same process at once', async (place) => {
      const { queue } = await place.open();
      let seen = 0;
      const worker = await queue.work('attempts', { capacity: 1 }, async () => {
        seen++;
        return done;
      });
      const began = performance.now();
      for (let at = 1; at <= 40; at++) {
        await queue.submit([job(String(at))]);
        await eventually(`job ${at}`, () => seen === at);
      }
      const each = (performance.now() - began) / 40;
      await worker.close();
      // Found by polling alone, a job would wait for nearly 200 ms.
      assert.ok(each < 100, `${each.toFixed(1)} ms for each`);
    }),

    it('what another process submits is seen soon', async (place) => {
      const { queue } = await place.open();
      const seen: string[] = [];
      const worker = await queue.work('attempts', { capacity: 1 }, async (delivery) => {
        seen.push(delivery.job.id);
        return done;
      });
      const other = place.start('submit', 'from-afar');
      await other.line('submitted');
      await eventually('the job', () => seen.length === 1, 2_000);
      await worker.close();
    }),

    it('kill -9 of a worker has its jobs delivered again at once, whatever its lease', async (place) => {
      const { queue } = await place.open();
      const doomed = place.start('work', 'hold', '2', String(hour));
      await doomed.line('working');
      await queue.submit([job('a'), job('b')]);
      await doomed.line('begin a');
      await doomed.line('begin b');
      const seen: string[] = [];
      const worker = await queue.work('attempts', { capacity: 2 }, async ({ job: { id }, delivery }) => {
        seen.push(`${id} ${delivery}`);
        return done;
      });
      await doomed.kill();
      await eventually('both again', () => seen.length === 2, 3_000);
      assert.deepEqual(seen.sort(), ['a 2', 'b 2']);
      await worker.close();
    }),

    it('a worker of this host that was stopped past its lease keeps its job', async (place) => {
      const { queue } = await place.open({ lease_ms: 200 });
      const stopped = place.start('work', 'hold', '1', '200');
      await stopped.line('working');
      await queue.submit([job('a')]);
      await stopped.line('begin a');
      stopped.signal('SIGSTOP');
      const seen: string[] = [];
      const worker = await queue.work('attempts', { capacity: 1 }, async (delivery) => {
        seen.push(delivery.job.id);
        return done;
      });
      const from = performance.now();
      await eventually('three leases to pass', () => performance.now() - from > 600);
      stopped.signal('SIGCONT');
      await eventually('two more leases to pass', () => performance.now() - from > 1_000);
      assert.deepEqual(seen, []);
      assert.deepEqual(
        stopped.lines.filter((line) => line.startsWith('aborted')),
        [],
      );
      await worker.close();
    }),

    it('a worker of another host that was stopped loses its job after its lease, and stops when it wakes', async (place) => {
      const { queue } = await place.open({ lease_ms: 400 });
      const stopped = place.start('work', 'hold', '1', '400', 'elsewhere');
      await stopped.line('working');
      await queue.submit([job('a')]);
      await stopped.line('begin a');
      stopped.signal('SIGSTOP');
      const second = place.start('work', 'hold', '1', '400');
      await second.line('begin a 2');
      stopped.signal('SIGCONT');
      await stopped.line('aborted a');
      assert.equal(stopped.lines.filter((line) => line.startsWith('begin')).length, 1);
    }),

    it('a delivery that cannot be renewed is aborted before its lease is over and another may begin', async (place) => {
      const { queue } = await place.open();
      const lease_ms = 1_500;
      const cutOff = place.start('work', 'hold', '1', String(lease_ms), 'elsewhere');
      await cutOff.line('working');
      await queue.submit([job('a')]);
      await cutOff.line('begin a');
      const next = place.start('work', 'hold', '1', String(lease_ms));
      await next.line('working');
      const unblock = await place.block();
      const blocked = Date.now();
      const aborted = Number((await cutOff.line('aborted a')).split(' ')[2]);
      assert.ok(aborted - blocked < lease_ms, `aborted after ${aborted - blocked} ms`);
      cutOff.signal('SIGSTOP');
      unblock();
      const begun = Number((await next.line('begin a 2')).split(' ')[3]);
      assert.ok(aborted < begun, `aborted at ${aborted}, begun at ${begun}`);
    }),

    it('closing a worker waits for what is under way and takes nothing new', async (place) => {
      const { queue } = await place.open();
      const ac = new AbortController();
      const seen: string[] = [];
      const worker = await queue.work('attempts', { capacity: 1 }, async (delivery) => {
        seen.push(delivery.job.id);
        await once(ac.signal, 'abort');
        return done;
      });
      await queue.submit([job('a'), job('b')]);
      await eventually('the first', () => seen.length === 1);
      let closed = false;
      const closing = worker.close().then(() => {
        closed = true;
      });
      let turns = 0;
      await eventually('twenty turns of the event loop', () => ++turns > 20);
      assert.equal(closed, false);
      ac.abort();
      await closing;
      assert.deepEqual(seen, ['a']);
      assert.equal(await queue.remove('b'), true);
      assert.equal(await queue.remove('a'), false);
    }),
  ];
};

type Works = {
  work(
    lane: string,
    options: { capacity: number },
    handle: (d: Delivery) => Promise<Verdict>,
  ): Promise<{ close(): Promise<void> }>;
};

const delivered = async (queue: Works, count: number): Promise<readonly string[]> => {
  const seen: string[] = [];
  const worker = await queue.work('attempts', { capacity: 1 }, async (delivery) => {
    seen.push(delivery.job.id);
    return done;
  });
  await eventually(`${count} deliveries`, () => seen.length === count);
  await worker.close();
  return seen;
};
