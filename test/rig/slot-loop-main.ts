import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRepository } from '../../src/git/repository.ts';
import { thisOwner } from '../../src/store/owner.ts';
import { openStore } from '../../src/store/store.ts';
import { systemClock } from '../../src/system/clock.ts';

/**
 * Leases slots, changes something in each, harvests and gives them back, several at once, as an engine would:
 * `slot-loop NAME COUNT AT-ONCE REPOSITORY STATE`. Prints one line a slot: its number, when it was had and given back.
 */
const [name = '', count = '0', atOnce = '1', dir = '', stateDir = ''] = process.argv.slice(2);

const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
);
const opened = await openStore({
  file: join(stateDir, 'loop', 'branchline.sqlite'),
  clock: systemClock,
  owner: thisOwner(),
});
if (!opened.ok) throw new Error(JSON.stringify(opened.error));
const { store, leases } = opened.value;
let next = 0;
const ids = () => `${name}${process.pid}x${next++}`;
const repository = await openRepository({ dir, stateDir, leases, env, ids, now: () => systemClock.now() });
if (!repository.ok) throw new Error(JSON.stringify(repository.error));
const { slots, tip, close } = bind(repository.value);

const base = await tip('refs/heads/main');
if (base === null) throw new Error('There is no main');
let taken = 0;

const oneByOne = async (): Promise<void> => {
  while (taken < Number(count)) await useSlot(taken++);
};
await Promise.all(Array.from({ length: Number(atOnce) }, oneByOne));
await close();
await store.close();

async function useSlot(index: number): Promise<void> {
  const key = { run: name, task: `t${index}`, attempt: 1 };
  const leased = await slots.lease({
    key,
    base: base ?? '',
    branch: `${name}/t${index}`,
    merge: null,
    keep: [],
    setupKey: '',
  });
  if (!leased.ok) throw new Error(`lease ${index}: ${JSON.stringify(leased.error)}`);
  const slot = leased.value;
  tell('had', slot.number);
  writeFileSync(join(slot.dir, 'work.txt'), `${name} ${index}\n`);
  const harvested = await slot.harvest(`Work ${index}`);
  if (!harvested.ok) throw new Error(`harvest ${index}: ${JSON.stringify(harvested.error)}`);
  const [change, ...more] = harvested.value.changes;
  if (change?.path !== 'work.txt' || more.length > 0)
    throw new Error(`harvest ${index} brought ${JSON.stringify(harvested.value.changes)}`);
  tell('gave', slot.number);
  await slot.release();
}

/** One journal for all processes, appended to in whole lines: its order is the order in which things happened. */
function tell(what: 'had' | 'gave', slot: number): void {
  appendFileSync(join(stateDir, 'loop-journal'), `${what} ${slot} ${name}\n`);
}

function bind({ slots, tip, close }: Extract<typeof repository, { ok: true }>['value']) {
  const { value } = repository as Extract<typeof repository, { ok: true }>;
  return { slots, tip: tip.bind(value), close: close.bind(value) };
}
