import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, LARGE, pathOf, type Row } from '../bench.ts';
import { interleaved, ratio, timed } from '../measure.ts';
import { certain, type OpenedRepository, openedRepository } from '../opened.ts';

const ROUNDS = 5;

/** A slot that another attempt has used, moved to another base and clean again, against a worktree made anew. */
export const preparing: Row = {
  name: 'preparing',
  measure: async (bench) => {
    const repo = await bench.largeRepository();
    const bases = await twoBases(bench, repo);
    const opened = await openedRepository(bench, repo);
    const worktrees = await bench.folder('worktrees');
    await attempt(opened, { round: -1, base: bases[1] ?? '' });
    const { ours, baseline } = await interleaved(ROUNDS, {
      ours: (round) => attempt(opened, { round, base: bases[round % 2] ?? '' }),
      baseline: async (round) => {
        const dir = join(worktrees, String(round));
        const took = await timed(() => bench.git(repo, 'worktree', 'add', '-q', '--detach', dir, bases[0] ?? ''));
        await bench.git(repo, 'worktree', 'remove', '--force', dir);
        return took;
      },
    });
    await opened.repository.close();
    await opened.store.close();
    const what = `preparing a pooled worktree, ${(LARGE.folders * LARGE.files).toLocaleString('en')} files`;
    const note = 'the last attempt left 5 changed, 20 new and 200 ignored files, and 20 files differ between the bases';
    return [ratio({ what, ours, baseline, limit: 0.25, note })];
  },
};

/** The tip of `main`, and a commit on it that changes twenty files. */
async function twoBases(bench: Bench, repo: string): Promise<readonly string[]> {
  const first = await bench.git(repo, 'rev-parse', 'main');
  for (let file = 0; file < 20; file++) await appendFile(join(repo, pathOf(file * 3, file)), 'one more line\n');
  await writeFile(join(repo, '.gitignore'), 'made/\n');
  await bench.git(repo, 'add', '-A');
  await bench.git(repo, 'commit', '-q', '-m', 'Twenty files');
  return [first, await bench.git(repo, 'rev-parse', 'main')];
}

/** Milliseconds that the lease took. What the attempt then does is left for the next lease to deal with. */
async function attempt(opened: OpenedRepository, { round, base }: { round: number; base: string }): Promise<number> {
  const { slots } = opened.repository;
  const key = { run: 'bench', task: `task-${round}`, attempt: 1 };
  const request = { key, base, branch: `bench/${round + 1}`, merge: null, keep: [], setupKey: '' };
  const startedAt = performance.now();
  const slot = certain(await slots.lease(request));
  const took = performance.now() - startedAt;
  for (let file = 0; file < 5; file++) await appendFile(join(slot.dir, pathOf(file, round + 3)), `round ${round}\n`);
  await mkdir(join(slot.dir, 'made'), { recursive: true });
  for (let file = 0; file < 20; file++) await writeFile(join(slot.dir, `new-${file}.txt`), `round ${round}\n`);
  for (let file = 0; file < 200; file++) await writeFile(join(slot.dir, 'made', `${file}.o`), 'made\n');
  certain(await slot.harvest('Bench'));
  await slot.release();
  return took;
}
