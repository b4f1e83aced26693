import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../src/core/event.ts';
import type { Row } from '../bench.ts';
import { writeRun } from '../finished-run.ts';
import { median, ratio } from '../measure.ts';
import { certain, openedStore } from '../opened.ts';

const EVENTS = 600;

/** One event through the store, reducer and all, against its bytes appended to a file and flushed. On the disk. */
export const event: Row = {
  name: 'event',
  measure: async (bench) => {
    const { store } = await openedStore(join(bench.disk, 'store'));
    await writeRun(store, 'bench', 100, 1);
    const task = { task: 'task-99', attempt: 1 };
    certain(await store.append('bench', [{ type: 'task-ready', ...task }]));
    certain(await store.append('bench', [{ type: 'task-started', ...task, agent: 'one', account: null }]));
    const file = openSync(join(bench.disk, 'events.jsonl'), 'a');
    const times = { ours: [] as number[], baseline: [] as number[] };
    for (let at = 0; at < EVENTS; at++) {
      const progress: RunEvent = {
        type: 'agent-progress',
        ...task,
        done: at,
        of: EVENTS,
        text: 'One more step of the work is done',
      };
      const bytes = `${JSON.stringify({ run: 'bench', seq: at, at: Date.now(), event: progress })}\n`;
      let startedAt = performance.now();
      writeSync(file, bytes);
      fdatasyncSync(file);
      times.baseline.push(performance.now() - startedAt);
      startedAt = performance.now();
      certain(await store.append('bench', [progress]));
      times.ours.push(performance.now() - startedAt);
    }
    closeSync(file);
    await store.close();
    return [
      ratio({
        what: 'one durable event',
        ours: median(times.ours),
        baseline: median(times.baseline),
        limit: 2,
        note: 'against append + fdatasync, on the disk',
      }),
    ];
  },
};
