import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Git with nobody's settings but ours. Dates are real: old ones make merges slow. */
export const HERMETIC_GIT: Readonly<Record<string, string>> = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada Author',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada Author',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  LC_ALL: 'C',
};

export type Files = Readonly<Record<string, string>>;
export type TestRepoOptions = {
  /** Extra words for `git init`, e.g. `['--object-format=sha256']`. */
  readonly init?: readonly string[];
  /** Settings written to the repository's own config. */
  readonly config?: Readonly<Record<string, string>>;
};

/** A real repository of a user, in a folder of its own, with one commit on `main`. */
export class TestRepo implements AsyncDisposable {
  readonly dir: string;
  readonly #home: string;

  private constructor(home: string, dir: string) {
    this.#home = home;
    this.dir = dir;
  }

  static async create(files: Files, options: TestRepoOptions = {}): Promise<TestRepo> {
    const home = await realpath(await mkdtemp(join(tmpdir(), 'branchline-repo-')));
    const repo = new TestRepo(home, join(home, 'shop'));
    await mkdir(repo.dir);
    await repo.git('init', '-q', '-b', 'main', ...(options.init ?? []));
    const config = { 'user.name': 'Ada Author', 'user.email': 'ada@example.com', ...options.config };
    for (const [key, value] of Object.entries(config)) await repo.git('config', key, value);
    await repo.commit(files, 'start');
    return repo;
  }

  /** Standard output without its last newline; rejects on any exit code but 0. */
  async git(...args: string[]): Promise<string> {
    return this.gitIn(this.dir, ...args);
  }

  async gitIn(cwd: string, ...args: string[]): Promise<string> {
    const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: this.#home, ...HERMETIC_GIT };
    const { stdout } = await run('git', args, { cwd, env, maxBuffer: 64 << 20 });
    return stdout.replace(/\n$/, '');
  }

  /** Writes the files, stages everything and commits; returns the commit. */
  async commit(files: Files, message: string): Promise<string> {
    await this.write(files);
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  async write(files: Files): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.dir, path)), { recursive: true });
      await writeFile(join(this.dir, path), text);
    }
  }

  async link(path: string, target: string): Promise<void> {
    await symlink(target, join(this.dir, path));
  }

  /** One hash per thing that must stay as it is: checkout, index, config, hooks, HEAD and every ref, stash included. */
  async snapshot(): Promise<Readonly<Record<string, string>>> {
    const git = await this.git('rev-parse', '--path-format=absolute', '--git-common-dir');
    const refs = await this.git('for-each-ref', '--format=%(refname) %(objectname)');
    const found: Record<string, string> = {
      checkout: await hashTree(this.dir, '.git'),
      index: await hashFile(join(git, 'index')),
      config: await hashFile(join(git, 'config')),
      hooks: await hashTree(join(git, 'hooks'), ''),
      head: await readFile(join(git, 'HEAD'), 'utf8'),
    };
    for (const line of refs.split('\n').filter(Boolean)) {
      const [ref = '', oid = ''] = line.split(' ');
      found[ref] = oid;
    }
    return found;
  }

  /** A folder beside the repository that goes with it: state, clones, canaries. */
  beside(name: string): string {
    return join(this.#home, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('chmod', ['-R', 'u+rwX', this.#home]).catch(() => undefined);
    await rm(this.#home, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function hashFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch(() => Buffer.from('absent'));
  return createHash('sha256').update(bytes).digest('hex');
}

async function hashTree(dir: string, without: string): Promise<string> {
  const hash = createHash('sha256');
  await walk(dir, without, (line) => hash.update(line));
  return hash.digest('hex');
}

async function walk(dir: string, without: string, see: (line: string) => void): Promise<void> {
  const names = await readdir(dir).catch(() => []);
  for (const name of names.sort()) {
    if (name === without) continue;
    const path = join(dir, name);
    const stat = await lstat(path);
    const content = stat.isSymbolicLink() ? await readlink(path) : stat.isFile() ? await hashFile(path) : 'folder';
    see(`${path}\0${stat.mode}\0${content}\n`);
    if (stat.isDirectory()) await walk(path, '', see);
  }
}
