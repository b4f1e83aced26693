import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitFailure } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import { Differences } from './changes.ts';
import type { Git, Place } from './git.ts';
import type { ObjectFormat } from './loose.ts';
import { Objects } from './objects.ts';
import { listRefs, type Ref, Refs, type RefUpdate, USER_REFS, UserRefs } from './refs.ts';
import { hubConfig, type UserSettings } from './settings.ts';

/** The user's repository as found when it was opened. */
export type UserSide = {
  readonly root: string;
  readonly commonDir: string;
  /** Git dir of the checkout that was opened: another than the common one when it is linked. */
  readonly gitDir: string;
  /** The user's HOME, for settings that begin with `~`. */
  readonly home: string;
  readonly place: Place;
  readonly settings: UserSettings;
  readonly format: ObjectFormat;
};

/** Everything that works on one repository needs: the hub, the user's side, and the world. */
export type Hub = {
  readonly key: string;
  readonly dir: string;
  readonly stateDir: string;
  readonly git: Git;
  readonly place: Place;
  readonly user: UserSide;
  readonly userObjects: Objects;
  readonly objects: Objects;
  readonly refs: Refs;
  readonly userRefs: UserRefs;
  readonly differences: Differences;
  readonly ids: () => string;
  readonly now: () => number;
};

export type HubParts = Pick<Hub, 'key' | 'stateDir' | 'git' | 'user' | 'ids' | 'now'>;

const CLONE_TRIES = 5;

/** Opens the hub of a repository, making it first when there is none. Safe when several processes do so at once. */
export async function openHub(parts: HubParts): Promise<Result<Hub, GitFailure>> {
  const dir = join(parts.stateDir, 'hub.git');
  await mkdir(parts.stateDir, { recursive: true, mode: 0o700 });
  await forgetBroken(parts.stateDir);
  const made = (await isThere(join(dir, 'HEAD'))) ? ok(undefined) : await createHub(parts, dir);
  if (!made.ok) return made;
  await configure(parts, dir);
  const place: Place = { profile: 'sealed', cwd: dir, gitDir: dir };
  const hub: Hub = {
    ...parts,
    dir,
    place,
    userObjects: new Objects(parts.git, parts.user.place),
    objects: new Objects(parts.git, place),
    refs: new Refs(parts.git, place, parts.now),
    userRefs: new UserRefs(parts.git, parts.user.place),
    differences: new Differences(parts.git, place),
  };
  const synced = await syncHub(hub);
  return synced.ok ? ok(hub) : synced;
}

/** A bare clone in a folder of its own that is then renamed into place: whoever renames first has made the hub. */
async function createHub(parts: HubParts, dir: string): Promise<Result<void, GitFailure>> {
  const { git, user, ids } = parts;
  const temporary = `${dir}.new-${process.pid}-${ids()}`;
  const hasAlternates = await isThere(join(user.commonDir, 'objects', 'info', 'alternates'));
  // Without `--local` git links objects where it can and copies them to another file system.
  const args = ['clone', '--bare', '--quiet', '--template=', ...(hasAlternates ? ['--dissociate'] : [])];
  const place: Place = { ...user.place, gitDir: null, cwd: parts.stateDir };
  let cloned: Result<Buffer, GitFailure> = err({ reason: 'git', command: 'git clone', code: null, stderr: '' });
  // A `worktree add` or a gc of the user beside us can make a clone fail; the next one succeeds.
  for (let tries = 0; tries < CLONE_TRIES && !cloned.ok; tries += 1) {
    await rm(temporary, { recursive: true, force: true });
    cloned = await git.output(place, [...args, '--end-of-options', user.commonDir, temporary]);
  }
  if (!cloned.ok) return cloned;
  await forgetRefs(temporary);
  await rename(temporary, dir).catch(async (error: unknown) => {
    await rm(temporary, { recursive: true, force: true });
    if (!(await isThere(join(dir, 'HEAD')))) throw error;
  });
  return ok(undefined);
}

/** A process that was killed while it made the hub left a whole clone behind. */
async function forgetBroken(stateDir: string): Promise<void> {
  for (const name of await readdir(stateDir)) {
    const [, pid] = /^hub\.git\.new-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(stateDir, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The user's names must not exist in the hub: they are mirrored under a prefix of their own. */
async function forgetRefs(hub: string): Promise<void> {
  await rm(join(hub, 'packed-refs'), { force: true });
  await rm(join(hub, 'refs'), { recursive: true, force: true });
  await mkdir(join(hub, 'refs'), { recursive: true });
  await writeFile(join(hub, 'HEAD'), 'ref: refs/heads/branchline-has-none\n');
}

/** The hub's settings and ignore rules follow the user's at each opening; a file is only replaced when it differs. */
async function configure({ user, ids }: HubParts, dir: string): Promise<void> {
  await replaceFile(join(dir, 'config'), hubConfig(user.format, user.settings), ids());
  await mkdir(join(dir, 'info'), { recursive: true });
  await replaceFile(join(dir, 'info', 'exclude'), await userExcludes(user), ids());
}

/** What the user ignores outside of the tree: `info/exclude` and the personal ignore file. */
export async function userExcludes(user: UserSide): Promise<string> {
  const personal = user.settings.excludesFile?.replace(/^~(?=\/)/, user.home) ?? null;
  const files = [join(user.commonDir, 'info', 'exclude'), ...(personal === null ? [] : [personal])];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.filter(Boolean).join('\n');
}

async function replaceFile(path: string, text: string | Buffer, id: string): Promise<void> {
  const present = await readFile(path).catch(() => null);
  if (present?.equals(Buffer.from(text))) return;
  const temporary = `${path}.new-${id}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}

/** Mirrors the user's refs, with their objects, under `refs/branchline/user/`: forced and pruned. */
export async function syncHub(hub: Hub): Promise<Result<void, GitFailure>> {
  const [theirs, mirrored] = await Promise.all([userRefs(hub), hub.refs.list(USER_REFS)]);
  const have = new Map(mirrored.map(({ ref, oid }) => [ref, oid]));
  const want = new Map(theirs.map(({ ref, oid }) => [USER_REFS + ref.slice('refs/'.length), oid]));
  const changed = [...want].filter(([ref, oid]) => have.get(ref) !== oid);
  const gone: RefUpdate[] = [...have.keys()].filter((ref) => !want.has(ref)).map((ref) => ({ ref, to: null }));
  const brought = await bringUserObjects(
    hub,
    changed.map(([, oid]) => oid),
    [...have.values()],
  );
  if (!brought.ok) return brought;
  // Deleted first, on their own: `a` may have become `a/b`.
  const pruned = await hub.refs.update(gone);
  if (!pruned.ok) return pruned;
  return hub.refs.update(changed.map(([ref, to]) => ({ ref, to })).filter(({ to }) => brought.value.has(to)));
}

async function userRefs({ git, user }: Hub): Promise<readonly Ref[]> {
  const refs = await listRefs(git, user.place, 'refs/');
  return refs.filter(({ ref }) => !ref.startsWith('refs/branchline/'));
}

/** Which of `oids` the hub now has. A ref of the user that points nowhere is left out instead of failing the rest. */
async function bringUserObjects(hub: Hub, oids: readonly string[], known: readonly string[]) {
  const present = new Set<string>();
  const missing: string[] = [];
  for (const oid of new Set(oids)) {
    if (await hub.objects.find(oid)) present.add(oid);
    else if (await hub.userObjects.find(oid)) missing.push(oid);
  }
  if (missing.length === 0) return ok(present);
  const without: string[] = [];
  for (const oid of new Set(known)) if (await hub.userObjects.find(oid)) without.push(`^${oid}`);
  const moved = await hub.git.pipe(
    [hub.user.place, ['pack-objects', '--revs', '--stdout', '-q']],
    [hub.place, ['index-pack', '--stdin', '--strict']],
    `${[...missing, ...without].join('\n')}\n`,
  );
  if (!moved.ok) return moved;
  for (const oid of missing) present.add(oid);
  return ok(present);
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
