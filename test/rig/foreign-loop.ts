import { writeFile } from 'node:fs/promises';
import { Running } from './program.ts';
import type { Stage } from './stage.ts';

/** Somebody else at work in the user's repository: worktrees come and go, and a remote is fetched from, until told to stop. */
export class ForeignLoop {
  readonly #running: Running;
  readonly #stop: string;

  private constructor(running: Running, stop: string) {
    this.#running = running;
    this.#stop = stop;
  }

  static async start(stage: Stage): Promise<ForeignLoop> {
    const { repo } = stage;
    const [remote, tree, stop] = [repo.beside('remote.git'), repo.beside('foreign'), repo.beside('stop')];
    await repo.git('clone', '-q', '--bare', repo.dir, remote);
    await repo.git('remote', 'add', 'upstream', remote);
    const script = `n=0
      while [ ! -e ${stop} ]; do
        n=$((n + 1))
        git worktree add -q --detach ${tree} main || echo "failed: add $n"
        git --git-dir=${remote} update-ref refs/heads/topic$n refs/heads/main
        git fetch -q upstream || echo "failed: fetch $n"
        git worktree remove --force ${tree} || echo "failed: remove $n"
      done
      echo "rounds: $n"`;
    const launch = { cwd: repo.dir, env: stage.env(), input: null };
    return new ForeignLoop(Running.launch(['sh', '-c', script], launch), stop);
  }

  /** How often it went round, and what failed of it. */
  async end(): Promise<{ readonly rounds: number; readonly failed: readonly string[] }> {
    await writeFile(this.#stop, '');
    const { stdout, stderr } = await this.#running.done;
    const failed = stdout.split('\n').filter((line) => line.startsWith('failed'));
    if (failed.length > 0) failed.push(stderr);
    return { rounds: Number(/rounds: (\d+)/.exec(stdout)?.[1]), failed };
  }
}
