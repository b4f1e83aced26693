import { execFile } from 'node:child_process';
import { type FileHandle, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { leftoversOf } from './leftovers.ts';
import { type PlanDraft, planText } from './plan.ts';
import { builtProgram, type Line, type Ran, Running } from './program.ts';
import { type Files, HERMETIC_GIT, TestRepo, type TestRepoOptions } from './repo.ts';

const execute = promisify(execFile);

export type CliOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | null;
};

export type Note = { readonly path: string; read(): Promise<string>; written(): Promise<void> };

/**
 * A user's repository, a state folder and a home that belong to one story. The program runs here as a real process that
 * sees nothing of the machine but PATH. Giving the stage up fails when a process of it is still alive or when something
 * was written into the home.
 */
export class Stage implements AsyncDisposable {
  readonly repo: TestRepo;
  readonly program: string;
  readonly #open: FileHandle[] = [];

  private constructor(repo: TestRepo, program: string) {
    this.repo = repo;
    this.program = program;
  }

  static async create(files: Files = { 'README.md': 'shop\n' }, options: TestRepoOptions = {}): Promise<Stage> {
    const [repo, program] = await Promise.all([TestRepo.create(files, options), builtProgram()]);
    for (const folder of ['home', 'state', 'tmp', 'plans', 'gates']) await mkdir(repo.beside(folder));
    // Work lands on a branch that nobody has checked out, unless a story is about just that.
    await repo.git('branch', 'release');
    return new Stage(repo, program);
  }

  get dir(): string {
    return this.repo.dir;
  }

  get state(): string {
    return this.repo.beside('state');
  }

  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: this.repo.beside('home'),
      TMPDIR: this.repo.beside('tmp'),
      BRANCHLINE_STATE_DIR: this.state,
      ...HERMETIC_GIT,
      ...more,
    };
  }

  start(args: readonly string[], { cwd, env, input }: CliOptions = {}): Running {
    const launch = { cwd: cwd ?? this.dir, env: this.env(env), input: input ?? null };
    return Running.launch([process.execPath, this.program, ...args], launch);
  }

  cli(args: readonly string[], options: CliOptions = {}): Promise<Ran> {
    return this.start(args, options).done;
  }

  /** Writes a plan beside the repository, where it is no part of anybody's checkout, and returns its path. */
  async plan(draft: PlanDraft, name = 'plan.yaml'): Promise<string> {
    const path = join(this.repo.beside('plans'), name);
    await writeFile(path, planText({ target: 'release', ...draft }));
    return path;
  }

  /** Carries a plan out to the end of the invocation. */
  async run(draft: PlanDraft, args: readonly string[] = []): Promise<Ran> {
    return this.cli(['run', await this.plan(draft), '--yes', '--json', ...args]);
  }

  /** Begins to carry a plan out; the story goes on beside it. */
  async begin(draft: PlanDraft, args: readonly string[] = []): Promise<Running> {
    return this.start(['run', await this.plan(draft), '--yes', '--json', ...args]);
  }

  /** What `command --json` printed, parsed. */
  async json<T>(args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.cli([...args, '--json']);
    try {
      return JSON.parse(stdout) as T;
    } catch {
      throw new Error(`${args.join(' ')} --json ended with ${code} and printed no JSON:\n${stdout}\n${stderr}`);
    }
  }

  async show(commit: string, path: string): Promise<string> {
    return this.repo.git('show', `${commit}:${path}`);
  }

  /** All paths of a branch. */
  async files(branch: string): Promise<readonly string[]> {
    return (await this.repo.git('ls-tree', '-r', '--name-only', branch)).split('\n');
  }

  /** A place where a script waits until the story lets it on: no polling, no time. */
  async gate(name: string): Promise<{ readonly wait: string; open(): Promise<void> }> {
    const path = join(this.repo.beside('gates'), name);
    await execute('mkfifo', [path]);
    return {
      wait: `read _ < '${path}'`,
      open: async () => {
        // Opened for both, a pipe needs nobody at its other end; it stays open so that what was written stays in it.
        const pipe = await open(path, 'r+');
        this.#open.push(pipe);
        await pipe.write('on\n'.repeat(64));
      },
    };
  }

  /** A file beside the repository that scripts may write to, what is in it, and the moment at which something is. */
  note(name: string): Note {
    return this.fileOf(this.repo.beside(name));
  }

  /** The same of a file anywhere. */
  fileOf(path: string): Note {
    const read = () => readFile(path, 'utf8').catch(() => '');
    const written = async () => {
      const deadline = performance.now() + 30_000;
      while ((await read()) === '') {
        if (performance.now() > deadline) throw new Error(`Nobody wrote to ${path}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    return { path, read, written };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pipe of this.#open) await pipe.close();
    const home = await readdir(this.repo.beside('home'), { recursive: true });
    const left = await leftoversOf(this.repo.beside(''));
    await this.repo[Symbol.asyncDispose]();
    if (left.length > 0) throw new Error(`Still alive: ${left.map(({ pid, what }) => `${pid} ${what}`).join('; ')}`);
    if (home.length > 0) throw new Error(`Written into the home: ${home.join(', ')}`);
  }
}

/** The last line of a stream, which says how the invocation ended. */
export function endOf({ events, stderr }: Ran): Line {
  const last = events.at(-1);
  if (last?.type !== 'run-ended')
    throw new Error(`The stream did not end with run-ended: ${JSON.stringify(last)}\n${stderr}`);
  return last;
}

/** The ids of tasks in the order in which events of this type named them. */
export const tasksOf = ({ events }: { readonly events: readonly Line[] }, type: string): readonly string[] =>
  events.filter((line) => line.type === type).map((line) => String(line['task']));

export const eventsOf = (
  { events }: { readonly events: readonly Line[] },
  type: string,
  task?: string,
): readonly Line[] => events.filter((line) => line.type === type && (task === undefined || line['task'] === task));

/** Why attempts of a task failed, in order. */
export const reasonsOf = (ran: { readonly events: readonly Line[] }, task: string): readonly string[] =>
  eventsOf(ran, 'attempt-failed', task).map((line) => String((line['because'] as { reason: string }).reason));
