import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './measure.ts';

/** One row of the table, which may come to several figures. */
export type Row = { readonly name: string; readonly measure: (bench: Bench) => Promise<readonly Figure[]> };

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
type Options = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
};

/** Git with nobody's settings, the same for both sides. Dates are today's: old ones make merges slow. */
const GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Bench',
  GIT_AUTHOR_EMAIL: 'bench@example.com',
  GIT_COMMITTER_NAME: 'Bench',
  GIT_COMMITTER_EMAIL: 'bench@example.com',
  LC_ALL: 'C',
};

export const LARGE = { folders: 300, files: 100 } as const;

/** What the rows share: a folder in memory, a folder on the disk, the built program, and two repositories. */
export class Bench {
  /** In memory where the system has such a place: creating files on a disk can cost anything. */
  readonly scratch: string;
  /** On the disk, for what is about being durable. */
  readonly disk: string;
  readonly program: string;
  /** This very program, for rows that measure a process of its own. */
  readonly self: string;
  #large: Promise<string> | null = null;
  #count = 0;

  private constructor(folders: { readonly scratch: string; readonly disk: string }, program: string, self: string) {
    this.scratch = folders.scratch;
    this.disk = folders.disk;
    this.program = program;
    this.self = self;
  }

  static async open(program: string, self: string): Promise<Bench> {
    const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    const scratch = await mkdtemp(join(memory, 'branchline-bench-'));
    const disk = await mkdtemp(join(tmpdir(), 'branchline-bench-'));
    return new Bench({ scratch, disk }, program, self);
  }

  async close(): Promise<void> {
    for (const dir of [this.scratch, this.disk]) await rm(dir, { recursive: true, force: true });
  }

  /** A new folder in memory. */
  async folder(name: string): Promise<string> {
    const dir = join(this.scratch, `${name}-${this.#count++}`);
    await mkdir(dir, { recursive: true });
    return dir;
  }

  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: this.scratch, TMPDIR: this.scratch, ...GIT, ...more };
  }

  run(argv: readonly string[], { cwd, env, input }: Options = {}): Promise<Ended> {
    const [program = 'false', ...args] = argv;
    const child = spawn(program, args, { cwd: cwd ?? this.scratch, env: this.env(env), stdio: 'pipe' });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  /** As `run`, for what must succeed. Returns standard output without the line break at its end. */
  async must(argv: readonly string[], options: Options = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(argv, options);
    if (code !== 0) throw new Error(`${argv.join(' ').slice(0, 200)} ended with ${code}\n${stdout}\n${stderr}`);
    return stdout.trimEnd();
  }

  git(dir: string, ...args: readonly string[]): Promise<string> {
    return this.must(['git', '-C', dir, ...args]);
  }

  /** The built program. */
  cli(dir: string, state: string, args: readonly string[]): Promise<Ended> {
    return this.run([process.execPath, this.program, '-C', dir, ...args], { env: { BRANCHLINE_STATE_DIR: state } });
  }

  /** A repository of some hundred small files with its work on `main`; `release` is checked out nowhere. */
  async smallRepository(): Promise<string> {
    return this.#repository(await this.folder('small'), { folders: 20, files: 12 });
  }

  /** The repository of at least 30,000 files, made once. */
  largeRepository(): Promise<string> {
    this.#large ??= this.folder('large').then((dir) => this.#repository(dir, LARGE));
    return this.#large;
  }

  async #repository(dir: string, { folders, files }: { readonly folders: number; readonly files: number }) {
    await this.git(dir, 'init', '-q', '-b', 'main');
    // Housekeeping in the background would weigh on whatever is measured next.
    await this.git(dir, 'config', 'gc.auto', '0');
    for (let folder = 0; folder < folders; folder++) {
      const path = join(dir, 'src', `part-${folder % 17}`, `folder-${folder}`);
      await mkdir(path, { recursive: true });
      for (let file = 0; file < files; file++) await writeFile(join(path, `file-${file}.txt`), text(folder, file));
    }
    await this.git(dir, 'add', '.');
    await this.git(dir, 'commit', '-q', '-m', 'Everything');
    await this.git(dir, 'gc', '-q');
    await this.git(dir, 'branch', 'release');
    return dir;
  }
}

const text = (folder: number, file: number): string =>
  Array.from(
    { length: 30 + ((folder * 7 + file) % 90) },
    (_, line) => `line ${line} of file ${file} in ${folder}\n`,
  ).join('');

/** A path of the generated repositories. */
export const pathOf = (folder: number, file: number): string =>
  `src/part-${folder % 17}/folder-${folder}/file-${file}.txt`;
