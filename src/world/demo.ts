import { chmod, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import type { ProcessHost } from '../process/processes.ts';
import type { Refusal } from '../report/explanation.ts';
import { DEMO_FILES, demoPlan, demoScript } from './demo-files.ts';

type Request = {
  /** null: a new folder below the system's folder for temporary files. */
  readonly dir: string | null;
  readonly cwd: string;
  readonly fakeAgent: string;
  readonly processes: ProcessHost;
  readonly variables: Readonly<Record<string, string>>;
};

/** Makes a small real repository with six tasks for scripted agents that are real processes. */
export async function makeDemo(
  request: Request,
): Promise<Result<{ readonly dir: string; readonly plan: string }, Refusal>> {
  const made = await folderFor(request);
  if (!made.ok) return made;
  const dir = made.value;
  const repository = join(dir, 'shop');
  for (const [path, text] of Object.entries(DEMO_FILES)) await put(join(repository, path), text);
  await chmod(join(repository, 'test.sh'), 0o755);
  const script = join(dir, 'agents.json');
  await put(script, JSON.stringify(demoScript(), null, 2));
  const plan = join(dir, 'plan.yaml');
  await put(plan, demoPlan([process.execPath, request.fakeAgent, script]));
  for (const args of FIRST_COMMIT) {
    const failed = await git(request, { cwd: repository, args, log: join(dir, 'git.log') });
    if (failed !== null) return err(failed);
  }
  return ok({ dir: repository, plan });
}

const IDENTITY = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.invalid'];
const FIRST_COMMIT: readonly (readonly string[])[] = [
  ['init', '--quiet', '--initial-branch=main', '--template='],
  ['config', 'user.name', 'Demo'],
  ['config', 'user.email', 'demo@example.invalid'],
  ['add', '--all'],
  [...IDENTITY, 'commit', '--quiet', '--message', 'A small shop'],
];

async function folderFor({ dir, cwd }: Request): Promise<Result<string, Refusal>> {
  if (dir === null) return ok(await mkdtemp(join(tmpdir(), 'branchline-demo-')));
  const path = resolve(cwd, dir);
  await mkdir(path, { recursive: true });
  return (await readdir(path)).length === 0 ? ok(path) : err(notEmpty(path));
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

type Call = { readonly cwd: string; readonly args: readonly string[]; readonly log: string };

async function git({ processes, variables }: Request, { cwd, args, log }: Call): Promise<Refusal | null> {
  const ran = await processes.run(
    {
      argv: ['git', ...args],
      cwd,
      env: variables,
      stdin: null,
      log,
      logBytes_max: 64 * 1024,
      mark: 'demo/git/1',
      wall_ms: 60_000,
    },
    new AbortController().signal,
  );
  if (ran.ok && ran.value.code === 0) return null;
  return {
    what: 'The demo repository could not be made',
    why: ran.ok ? ran.value.tail : 'There is no git on this machine',
    next: 'See what is missing with: branchline doctor',
  };
}

const notEmpty = (path: string): Refusal => ({
  what: `${path} is not empty`,
  why: 'The demo writes a repository there and overwrites nothing',
  next: 'Name a new folder',
});
