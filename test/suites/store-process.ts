import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { thisOwner } from '../../src/store/owner.ts';
import { type OpenedStore, openStore } from '../../src/store/store.ts';
import { systemClock } from '../../src/system/clock.ts';
import { job, progress } from './fixtures.ts';

/** A program that works on a state file as the suites tell it: `store-process ROLE FILE ARGS…`. It ends at the end of its input. */
const [role = '', file = '', ...args] = process.argv.slice(2);

const say = (...words: readonly unknown[]): void => {
  process.stdout.write(`${words.join(' ')}\n`);
};

const open = async (over: { host?: string; lease_ms?: number } = {}): Promise<OpenedStore> => {
  const { host, ...rest } = over;
  const owner = host === undefined ? thisOwner() : { ...thisOwner(), host };
  const opened = await openStore({ file, clock: systemClock, owner, ...rest });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
};

const roles: Readonly<Record<string, () => Promise<void>>> = {
  /** Appends to a task at work, `count` times, two events at a time; says each seq once it is durable. */
  append: async () => {
    const [run = '', task = '', count = '0'] = args;
    const { store } = await open();
    say('open');
    for (let at = 0; at < Number(count); at++) {
      const appended = await store.append(run, [progress(task, at), progress(task, at)]);
      say('seq', appended.ok ? appended.value.at(-1)?.seq : JSON.stringify(appended.error));
    }
    await store.close();
    say('finished');
  },
  /** Takes a lease and keeps it; a line of input renews it. */
  lease: async () => {
    const [name = '', ttl_ms = '0', host] = args;
    const { leases, store } = await open(host === undefined ? {} : { host });
    const lease = await leases.take(name, Number(ttl_ms));
    say(lease === null ? 'refused' : `fence ${lease.fence}`);
    for await (const _line of createInterface(process.stdin)) say('renewed', await lease?.renew());
    await store.close();
  },
  /** Appends an event with a job and is gone before anybody can have passed the job on. */
  post: async () => {
    const [run = '', task = ''] = args;
    const { store } = await open();
    const appended = await store.append(run, [progress(task, 1)], [job('posted')]);
    if (appended.ok) process.kill(process.pid, 'SIGKILL');
  },
  submit: async () => {
    const { queue, store } = await open();
    await queue.submit(args.map((id) => job(id)));
    say('submitted');
    await store.close();
  },
  /** Works on a lane. `hold`: keeps each job until its signal aborts; otherwise finishes it at once. */
  work: async () => {
    const [mode = '', capacity = '1', lease_ms = '30000', host] = args;
    const { queue, store } = await open({ lease_ms: Number(lease_ms), ...(host === undefined ? {} : { host }) });
    const worker = await queue.work('attempts', { capacity: Number(capacity) }, async (delivery) => {
      say('begin', delivery.job.id, delivery.delivery, Date.now());
      if (mode !== 'hold') return { done: true };
      if (!delivery.signal.aborted) await once(delivery.signal, 'abort');
      say('aborted', delivery.job.id, Date.now());
      return { done: false, retry_ms: 0 };
    });
    say('working');
    for await (const line of createInterface(process.stdin)) if (line === 'end') break;
    if (mode === 'hold') process.exit(0);
    await worker.close();
    await store.close();
    say('closed');
  },
};

await roles[role]?.();
