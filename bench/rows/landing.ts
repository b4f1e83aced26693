import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../src/engine/context.ts';
import { land } from '../../src/engine/land.ts';
import { verify } from '../../src/engine/verify.ts';
import { plainPlan, plainTask } from '../../test/simulation/plans.ts';
import { type Bench, LARGE, pathOf, type Row } from '../bench.ts';
import { interleaved, ratio, timed } from '../measure.ts';
import { contextOf, openedRepository, written } from '../opened.ts';

const ROUNDS = 9;
const FILES = 3;

/** From a reported commit to a moved branch, against `git merge --no-ff` of the same change; both targets have moved on. */
export const landing: Row = {
  name: 'landing',
  measure: async (bench) => {
    const repo = await bench.largeRepository();
    const base = await bench.git(repo, 'rev-parse', 'release');
    const worktree = await worktreeOf(bench, repo, base);
    const commits = await taskCommits(bench, repo, base);
    const opened = await openedRepository(bench, repo);
    const tasks = commits.map((_, round) => plainTask(`task-${round}`, { scope: { may: ['src/**'], mayNot: [] } }));
    const context = await contextOf(opened, plainPlan(tasks, { target: 'release', overlap: 'branch' }), base);
    const { ours, baseline } = await interleaved(ROUNDS, {
      ours: (round) => landedBy(context, `task-${round}`, commits[round] ?? ''),
      baseline: (round) =>
        timed(() => bench.git(worktree, 'merge', '-q', '--no-ff', '-m', 'Merge', commits[round] ?? '')),
    });
    const [a, b] = [
      await bench.git(repo, 'rev-parse', 'release^{tree}'),
      await bench.git(worktree, 'rev-parse', 'HEAD^{tree}'),
    ];
    if (a !== b) throw new Error('Both ways should end with the same tree');
    await opened.repository.close();
    await opened.store.close();
    const what = `landing one task, ${(LARGE.folders * LARGE.files).toLocaleString('en')} files`;
    const note = 'merge, audit, commit, compare-and-swap and five durable events; no checks';
    return [ratio({ what, ours, baseline, limit: 0.15, note })];
  },
};

async function worktreeOf(bench: Bench, repo: string, base: string): Promise<string> {
  const dir = join(await bench.folder('worktrees'), 'target');
  await bench.git(repo, 'worktree', 'add', '-q', '--detach', dir, base);
  return dir;
}

/** One commit per round, each on `base`, each with files of its own. */
async function taskCommits(bench: Bench, repo: string, base: string): Promise<readonly string[]> {
  const dir = await worktreeOf(bench, repo, base);
  const commits: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await bench.git(dir, 'checkout', '-q', '--detach', base);
    for (let file = 0; file < FILES; file++)
      await appendFile(join(dir, pathOf(round * FILES + file, round)), `round ${round}\n`);
    await bench.git(dir, 'commit', '-q', '-a', '-m', `Task ${round}`);
    const commit = await bench.git(dir, 'rev-parse', 'HEAD');
    await bench.git(repo, 'branch', `work-${round}`, commit);
    commits.push(commit);
  }
  return commits;
}

/** Brings a task to where the engine verifies it, then does what the engine does, and returns the milliseconds of that. */
async function landedBy(context: Context, task: string, commit: string): Promise<number> {
  const { journal, facts } = context;
  const fence = { task, attempt: 1 };
  const key = { ...fence, run: facts.run };
  await written(
    journal,
    { type: 'task-ready', ...fence },
    { type: 'task-started', ...fence, agent: 'one', account: null },
    { type: 'task-reported', ...fence, commit, base: facts.base, files: FILES, claim: '' },
  );
  const took = await timed(async () => {
    const onto = (await context.parts.repository.tip(facts.target)) ?? facts.base;
    await written(journal, { type: 'task-verifying', ...fence, onto });
    await verify(context, key, { commit, signal: new AbortController().signal });
    const state = journal.view.stateOf(task);
    if (state.is !== 'verified') throw new Error(`${task} is ${JSON.stringify(state)}`);
    await written(journal, { type: 'task-landing', ...fence });
    await land(context, key, state.merged);
  });
  if (journal.view.stateOf(task).is !== 'landed') throw new Error(`${task} has not landed`);
  return took;
}
