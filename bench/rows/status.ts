import { join } from 'node:path';
import { identifyRepository } from '../../src/git/identify.ts';
import type { Row } from '../bench.ts';
import { writeRun } from '../finished-run.ts';
import { interleaved, ratio, timed } from '../measure.ts';
import { certain, openedStore } from '../opened.ts';

const TASKS = 1_000;
const ROUNDS = 15;

/** The command that people type most, against a Node that does nothing. */
export const status: Row = {
  name: 'status',
  measure: async (bench) => {
    const [repo, state] = [await bench.smallRepository(), await bench.folder('state')];
    const { key } = certain(await identifyRepository({ dir: repo, env: bench.env() }));
    const { store } = await openedStore(join(state, key));
    await writeRun(store, 'bench', TASKS, 20);
    await store.close();
    const { ours, baseline } = await interleaved(ROUNDS, {
      ours: () =>
        timed(() =>
          bench.cli(repo, state, ['status']).then(({ code, stderr, stdout }) => {
            if (code !== 0 || stdout.split('\n').length < TASKS)
              throw new Error(`status ended with ${code}: ${stderr}`);
          }),
        ),
      baseline: () => timed(() => bench.must([process.execPath, '-e', '0'])),
    });
    return [ratio({ what: 'branchline status, 1,000 tasks', ours, baseline, limit: 4, note: 'against node -e 0' })];
  },
};
