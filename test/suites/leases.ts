import assert from 'node:assert/strict';
import { type Owner, thisOwner } from '../../src/store/owner.ts';
import { ManualClock } from '../rig/clock.ts';
import { type Case, eventually, inPlace, type Opener, type Place } from './place.ts';

const hour = 3_600_000;
const elsewhere: Owner = { pid: 77, startTime: 'then', host: 'elsewhere' };

/** What every implementation of the leases must do. */
export const leasesSuite = (opener: Opener): readonly Case[] => {
  const it = (name: string, body: (place: Place) => Promise<void>): Case => ({
    name,
    run: () => inPlace(opener, body),
  });
  return [
    it('a lease has one holder, and its fence rises with each (U57)', async (place) => {
      const [one, two] = [await place.open(), await place.open()];
      const first = await one.leases.take('engine', hour);
      assert.equal(first?.fence, 1);
      assert.equal(await one.leases.take('engine', hour), null);
      assert.equal(await two.leases.take('engine', hour), null);
      assert.equal((await two.leases.holder('engine'))?.pid, process.pid);
      assert.equal((await two.leases.take('another', hour))?.fence, 1);
      await first?.[Symbol.asyncDispose]();
      assert.equal(await two.leases.holder('engine'), null);
      assert.equal(await first?.renew(), false);
      assert.equal((await two.leases.take('engine', hour))?.fence, 2);
    }),

    it('giving up a lease that has another owner by now takes nothing from that one', async (place) => {
      const { leases } = await place.open();
      const first = await leases.take('engine', hour);
      await first?.release();
      const second = await leases.take('engine', hour);
      await first?.release();
      assert.equal(await second?.renew(), true);
      assert.equal(await leases.take('engine', hour), null);
    }),

    it('the lease of a dead process is taken at once, whatever its ttl (U57)', async (place) => {
      const { leases } = await place.open();
      const owner = place.start('lease', 'engine', String(hour));
      await owner.line('fence 1');
      assert.equal(await leases.take('engine', hour), null);
      assert.equal((await leases.holder('engine'))?.pid, owner.pid);
      await owner.kill();
      assert.equal(await leases.holder('engine'), null);
      assert.equal((await leases.take('engine', hour))?.fence, 2);
    }),

    it('the lease of a living process is never taken, even stopped and long expired', async (place) => {
      const clock = new ManualClock(Date.now());
      const { leases } = await place.open({ clock });
      const owner = place.start('lease', 'engine', '1');
      await owner.line('fence 1');
      owner.signal('SIGSTOP');
      clock.advance(hour);
      assert.equal(await leases.take('engine', 1), null);
      clock.jump(10 * hour);
      assert.equal(await leases.take('engine', 1), null);
      owner.signal('SIGCONT');
      owner.say('renew');
      assert.equal(await owner.line('renewed'), 'renewed true');
    }),

    it('a recycled pid does not keep a lease alive', async (place) => {
      const bystander = place.start('lease', 'another', '1');
      await bystander.line('fence');
      const before = await place.open({
        owner: { ...thisOwner(), pid: bystander.pid, startTime: 'of an earlier one' },
      });
      assert.equal((await before.leases.take('engine', hour))?.fence, 1);
      const { leases } = await place.open();
      assert.equal((await leases.take('engine', hour))?.fence, 2);
    }),

    it('of many that find a dead owner, one gets the lease', async (place) => {
      const owner = place.start('lease', 'engine', String(hour));
      await owner.line('fence 1');
      await owner.kill();
      const takers = Array.from({ length: 4 }, () => place.start('lease', 'engine', String(hour)));
      const said = await Promise.all(takers.map((taker) => eventuallyFirst(taker.lines)));
      assert.deepEqual(said.sort(), ['fence 2', 'refused', 'refused', 'refused']);
    }),

    it('a lease from another host is taken after its ttl, and not before (U57)', async (place) => {
      const clock = new ManualClock();
      const theirs = await (await place.open({ clock, owner: elsewhere })).leases.take('engine', 1_000);
      const { leases } = await place.open({ clock });
      clock.advance(900);
      assert.equal(await theirs?.renew(), true);
      clock.advance(900);
      assert.equal(await leases.take('engine', 1_000), null);
      clock.advance(100);
      assert.equal((await leases.take('engine', 1_000))?.fence, 2);
      assert.equal(await theirs?.renew(), false);
    }),

    it('after the clock jumped, a lease from another host has one whole ttl to be renewed in', async (place) => {
      const clock = new ManualClock();
      const theirs = await (await place.open({ clock, owner: elsewhere })).leases.take('engine', 60_000);
      const { leases } = await place.open({ clock });
      clock.jump(8 * hour);
      assert.equal(await leases.take('engine', 60_000), null);
      clock.advance(59_999);
      assert.equal(await leases.take('engine', 60_000), null);
      assert.equal(await theirs?.renew(), true);
      clock.advance(30_000);
      assert.equal(await leases.take('engine', 60_000), null);
      clock.advance(30_000);
      assert.equal((await leases.take('engine', 60_000))?.fence, 2);
    }),
  ];
};

const eventuallyFirst = async (lines: readonly string[]): Promise<string | undefined> => {
  await eventually('a first line', () => lines.length > 0);
  return lines[0];
};
