import { join } from 'node:path';
import type { Row } from '../bench.ts';
import { writeRun } from '../finished-run.ts';
import { interleaved, ratio } from '../measure.ts';
import { openedStore } from '../opened.ts';

const TASKS = 1_000;
const ROUNDS = 5;

/** How long the loop stands still while an agent starts, in an engine with a thousand tasks and in a bare Node. */
export const spawning: Row = {
  name: 'spawning',
  measure: async (bench) => {
    const state = await bench.folder('state');
    const { store } = await openedStore(join(state, 'store'));
    await writeRun(store, 'bench', TASKS, 100);
    await store.close();
    const probe = async (script: string): Promise<number> =>
      Number(await bench.must([process.execPath, script, state]));
    const folder = bench.self.slice(0, bench.self.lastIndexOf('/'));
    const { ours, baseline } = await interleaved(ROUNDS, {
      ours: () => probe(`${folder}/agent-start.mjs`),
      baseline: () => probe(`${folder}/bare-start.mjs`),
    });
    const note = 'longest time in which nothing else of the process ran, median of 40 starts';
    return [ratio({ what: 'loop blocked by one agent start', ours, baseline, limit: 2, note })];
  },
};
