import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import { Git, type Place } from './git.ts';
import type { UserSide } from './hub.ts';
import type { ObjectFormat } from './loose.ts';
import { listRefs } from './refs.ts';
import { readSettings } from './settings.ts';

/** Why a repository cannot be worked on, as sentences for a person. */
export type RepositoryRefusal = {
  readonly reason:
    | 'git-missing'
    | 'git-too-old'
    | 'not-a-repository'
    | 'owned-by-other'
    | 'bare'
    | 'empty'
    | 'partial-clone'
    | 'unsupported'
    | 'unreadable';
  readonly what: string;
  readonly why: string;
  readonly next: string;
};

type Opened<T> = Result<T, RepositoryRefusal>;
const OLDEST: readonly [number, number] = [2, 39];

export type Identified = {
  /** Stable for this repository on this machine, and a plain folder name. */
  readonly key: string;
  readonly root: string;
  /** Short name of the branch checked out there; null when detached. */
  readonly head: string | null;
  /** Paths that differ only in case are the same file here. */
  readonly ignoreCase: boolean;
  readonly side: UserSide;
};

/** Finds out which repository a folder belongs to and whether it can be worked on. Writes nothing. */
export async function identifyRepository(options: {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<Result<Identified, RepositoryRefusal>> {
  const git = new Git(options.env);
  const here = await realpath(options.dir).catch(() => null);
  if (here === null)
    return refuse('not-a-repository', `${options.dir} does not exist.`, '', 'Name a folder that does.');
  const version = await checkVersion(git, here);
  if (!version.ok) return version;
  const found = await findRepository(git, here);
  if (!found.ok) return found;
  const side = await readUserSide(git, found.value, options.env);
  if (!side.ok) return side;
  return ok({
    key: keyOf(side.value.commonDir),
    root: side.value.root,
    head: await headOf(found.value.gitDir),
    ignoreCase: side.value.settings.shared.some(([key, value]) => key === 'core.ignorecase' && value === 'true'),
    side: side.value,
  });
}

export const refuse = (reason: RepositoryRefusal['reason'], what: string, why: string, next: string) =>
  err<RepositoryRefusal>({ reason, what, why, next });

async function checkVersion(git: Git, cwd: string): Promise<Opened<void>> {
  const ran = await git.run({ profile: 'sealed', cwd, gitDir: null }, ['version']);
  const found = /(\d+)\.(\d+)/.exec(ran.stdout.toString('utf8'));
  if (ran.code !== 0 || found === null) {
    return refuse(
      'git-missing',
      'There is no working git.',
      'The program `git` was not found.',
      'Install git 2.39 or newer.',
    );
  }
  const [major, minor] = [Number(found[1]), Number(found[2])];
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return ok(undefined);
  const why = `This is git ${found[0]}; merging without a work tree came with later versions.`;
  return refuse('git-too-old', 'This git is too old.', why, 'Install git 2.39 or newer.');
}

type Found = {
  readonly root: string;
  readonly gitDir: string;
  readonly commonDir: string;
  readonly format: ObjectFormat;
};

async function findRepository(git: Git, cwd: string): Promise<Opened<Found>> {
  const place: Place = { profile: 'user', cwd, gitDir: null };
  const asked = [
    '--is-bare-repository',
    '--show-object-format',
    '--absolute-git-dir',
    '--git-common-dir',
    '--show-toplevel',
  ];
  const ran = await git.run(place, ['rev-parse', '--path-format=absolute', ...asked]);
  const [bare, format = '', gitDir = '', commonDir = '', root = ''] = ran.stdout.toString('utf8').split('\n');
  if (bare === 'true') {
    const why = 'A bare repository has no checkout to start from.';
    return refuse('bare', `${cwd} is a bare repository.`, why, 'Clone it and run Branchline in the clone.');
  }
  if (ran.code !== 0) return refuseNotFound(cwd, ran.stderr);
  if (format !== 'sha1' && format !== 'sha256') return refuseUnsupported(`the object format ${format}`);
  return ok({ root, gitDir, commonDir: await realpath(commonDir), format });
}

function refuseNotFound(cwd: string, stderr: string) {
  const owned = /dubious ownership in repository at '(.*)'/.exec(stderr);
  if (owned?.[1] !== undefined) {
    const line = `git config --global --add safe.directory ${quoteForShell(owned[1])}`;
    const why = 'It belongs to another user, so git does not trust it.';
    return refuse('owned-by-other', `${owned[1]} is not yours.`, why, `If you trust it, run: ${line}`);
  }
  const why = stderr.trim().split('\n')[0] ?? '';
  return refuse(
    'not-a-repository',
    `${cwd} is not in a git repository.`,
    why,
    'Run `git init` there, or name another folder with -C.',
  );
}

const refuseUnsupported = (what: string) =>
  refuse(
    'unsupported',
    `This repository uses ${what}.`,
    'Branchline cannot carry that over.',
    'Work in a plain clone of it.',
  );

const quoteForShell = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;

async function readUserSide(git: Git, found: Found, env: Readonly<Record<string, string>>): Promise<Opened<UserSide>> {
  const place: Place = { profile: 'user', cwd: found.root, gitDir: found.commonDir };
  // Asked in the checkout's own git dir: a linked checkout may have settings of its own.
  const listed = await git.run({ ...place, gitDir: found.gitDir }, ['config', '--list', '-z']);
  const settings = readSettings(listed.stdout, env);
  if (settings.isPartial) {
    const why = 'Objects that were left out at cloning would be fetched in the middle of a merge.';
    return refuse(
      'partial-clone',
      'This is a partial clone.',
      why,
      'Make a full clone (`git clone` without `--filter`) and work there.',
    );
  }
  const [extension] = settings.unknownExtensions;
  if (extension !== undefined) return refuseUnsupported(`the extension ${extension}`);
  if ((await listRefs(git, place, 'refs/')).length === 0) {
    return refuse(
      'empty',
      'There is no commit yet.',
      'Work starts from a commit.',
      'Run `git commit --allow-empty -m start`.',
    );
  }
  return ok({ ...found, home: env['HOME'] ?? '/', place, settings });
}

/** State belongs to the common directory, so that linked checkouts share it. */
function keyOf(commonDir: string): string {
  const folder = basename(commonDir) === '.git' ? basename(dirname(commonDir)) : basename(commonDir, '.git');
  const name = folder.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 40) || 'repository';
  return `${name}-${createHash('sha256').update(commonDir).digest('hex').slice(0, 12)}`;
}

/** null: detached. */
async function headOf(gitDir: string): Promise<string | null> {
  const text = await readFile(join(gitDir, 'HEAD'), 'utf8');
  return /^ref: refs\/heads\/(.+)\n?$/.exec(text)?.[1] ?? null;
}
