import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench, Row } from '../bench.ts';
import { bound, interleaved, ratio, timed } from '../measure.ts';

const TASKS = 100;
const ROUNDS = 3;

/** A hundred tasks of one small file each, from the command line to the branch, against doing the same by hand. */
export const endToEnd: Row = {
  name: 'end-to-end',
  measure: async (bench) => {
    const { ours, baseline } = await interleaved(ROUNDS, {
      ours: async () => {
        const repo = await bench.smallRepository();
        return landed(bench, repo);
      },
      baseline: async () => {
        const repo = await bench.smallRepository();
        const worktrees = await bench.folder('worktrees');
        await bench.git(repo, 'checkout', '-q', 'release');
        return timed(() => bench.must(['bash', '-ec', LOOP, 'bash', repo, worktrees, String(TASKS)]));
      },
    });
    const repo = await bench.smallRepository();
    const processes = await countedGit(bench, repo);
    return [
      ratio({
        what: `${TASKS} tasks end to end, 8 places`,
        ours: ours / 1000,
        baseline: baseline / 1000,
        limit: 0.5,
        unit: 's',
      }),
      bound({
        what: 'git processes per landed task',
        value: processes / TASKS,
        limit: 8,
        unit: '',
        note: `all ${processes} of a run of ${TASKS} tasks, those that opening the repository takes included`,
      }),
    ];
  },
};

/** What a careful person types: a worktree and a branch per task, a commit, a merge, and nothing left behind. */
const LOOP = `
cd "$1"
for i in $(seq "$3"); do
  git worktree add -q -b "task-$i" "$2/$i" release
  mkdir -p "$2/$i/notes"
  echo "task $i" > "$2/$i/notes/task-$i.txt"
  git -C "$2/$i" add -A
  git -C "$2/$i" commit -q -m "Task $i"
  git merge -q "task-$i"
  git worktree remove "$2/$i"
done`;

async function landed(bench: Bench, repo: string, path: string | null = null): Promise<number> {
  const state = await bench.folder('state');
  const plan = join(state, 'plan.yaml');
  await writeFile(plan, planText());
  const args = ['-C', repo, 'run', plan, '--yes', '--json', '--places', '8'];
  const env = { BRANCHLINE_STATE_DIR: state, ...(path === null ? {} : { PATH: path }) };
  const took = await timed(() => bench.must([process.execPath, bench.program, ...args], { env }));
  const count = Number(await bench.git(repo, 'rev-list', '--count', '--no-merges', 'main..release'));
  if (count !== TASKS) throw new Error(`${count} of ${TASKS} tasks have landed`);
  return took;
}

function planText(): string {
  const tasks = Array.from(
    { length: TASKS },
    (_, task) => `  task-${task}: { title: Task ${task}, scope: { may: [notes/task-${task}.txt] } }`,
  );
  const script = 'mkdir -p notes && echo $BRANCHLINE_TASK > notes/$BRANCHLINE_TASK.txt';
  return [
    'plan: bench',
    'target: release',
    `agents: { default: writer, max: 8, use: { writer: { command: [sh, -c, ${JSON.stringify(script)}] } } }`,
    'tasks:',
    ...tasks,
    '',
  ].join('\n');
}

/** A git in front of the real one that writes a byte for each start. */
async function countedGit(bench: Bench, repo: string): Promise<number> {
  const bin = await bench.folder('bin');
  const count = join(bin, 'count');
  const real = await bench.must(['sh', '-c', 'command -v git']);
  await writeFile(count, '');
  await writeFile(join(bin, 'git'), `#!/bin/sh\nprintf . >> '${count}'\nexec '${real}' "$@"\n`);
  await chmod(join(bin, 'git'), 0o755);
  await landed(bench, repo, `${bin}:${process.env['PATH'] ?? ''}`);
  return (await readFile(count)).length;
}
