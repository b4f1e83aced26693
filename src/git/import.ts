import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid } from '../core/ports/git.ts';
import { reachable } from './ancestry.ts';
import type { Place } from './git.ts';
import type { Hub } from './hub.ts';
import { USER_REFS } from './refs.ts';
import { readBounded } from './safe-fs.ts';
import { readSlotGit } from './slot-refs.ts';

const SINGLES_MAX = 64;
const WALK_MAX = 2000;
const NO_BASE = '';

/** Commits of an agent that are now in the hub, each hashed by us. */
export type Brought = {
  /** The agent's HEAD when it descends from the base, else the base. */
  readonly head: Oid;
  /** Tips that neither HEAD nor anything of the user's contains. */
  readonly elsewhere: readonly { readonly oid: Oid; readonly from: string }[];
  /** false: something in `.git` could not be read or did not hold what its name said. */
  readonly complete: boolean;
};

/** Brings what an agent committed, anywhere in its repository, into the hub. */
export function bringCommits(hub: Hub, dotGit: string, base: Oid): Promise<Brought> {
  return bring(hub, dotGit, base);
}

/** The same for a repository that has nothing to do with ours: every commit in it counts as elsewhere. */
export function bringForeign(hub: Hub, dotGit: string): Promise<Brought> {
  return bring(hub, dotGit, NO_BASE);
}

async function bring(hub: Hub, dotGit: string, base: Oid): Promise<Brought> {
  const slot = await readSlotGit(dotGit);
  if (slot === null) return { head: base, elsewhere: [], complete: false };
  const unknown = await notOfTheUser(hub, [...slot.tips.keys()], base);
  if (unknown.length === 0 && (slot.head === null || slot.head === base)) {
    return { head: base, elsewhere: [], complete: slot.complete };
  }
  const here = await importObjects(hub, dotGit, { tips: unknown, base });
  const head = slot.head !== null && (await hub.objects.commit(slot.head)) !== null ? slot.head : base;
  const chain = await reachable(hub.objects, without(head), { stop: (oid) => oid === base, max: WALK_MAX });
  const isChain = chain.seen.has(base);
  const candidates = [...here].filter((oid) => !isChain || !chain.seen.has(oid));
  const lost = await notContained(hub, candidates, isChain ? [base, head] : without(base));
  return {
    head: isChain ? head : base,
    elsewhere: lost.map((oid) => ({ oid, from: slot.tips.get(oid) ?? 'unknown' })),
    complete: slot.complete && here.size === unknown.length,
  };
}

async function notOfTheUser(hub: Hub, tips: readonly Oid[], base: Oid): Promise<readonly Oid[]> {
  const others = tips.filter((oid) => oid !== base && (base === NO_BASE || oid.length === base.length));
  if (others.length === 0) return [];
  const mirrored = new Set((await knownTips(hub)).values());
  return others.filter((oid) => !mirrored.has(oid));
}

const known = new WeakMap<Hub, Promise<readonly Oid[]>>();

/** Tips of the user's refs as last mirrored. */
function knownTips(hub: Hub): Promise<readonly Oid[]> {
  const cached = known.get(hub) ?? hub.refs.list(USER_REFS).then((refs) => refs.map(({ oid }) => oid));
  known.set(hub, cached);
  return cached;
}
export const forgetKnownTips = (hub: Hub): void => void known.delete(hub);

/** Which of `tips` the hub has afterwards. Objects are read out of the slot and written anew: a name proves nothing. */
async function importObjects(
  hub: Hub,
  dotGit: string,
  { tips, base }: { readonly tips: readonly Oid[]; readonly base: Oid },
): Promise<ReadonlySet<Oid>> {
  const here = await present(hub, tips);
  const missing = tips.filter((oid) => !here.has(oid));
  if (missing.length === 0 || !(await isOwnStore(hub, dotGit))) return here;
  const place: Place = {
    ...hub.place,
    env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: quotePath(join(dotGit, 'objects')) },
  };
  const checked = await hub.git.run(place, ['cat-file', '--batch-check'], { stdin: `${missing.join('\n')}\n` });
  const lines = checked.stdout.toString('latin1').split('\n');
  const there = missing.filter((_, at) => /^[0-9a-f]+ (commit|tag) /.test(lines[at] ?? ''));
  if (there.length === 0) return here;
  const excluded = without(base).map((oid) => `^${oid}`);
  const all = await transfer(hub, place, [...there, ...excluded]);
  // One bad object must not cost the good ones.
  if (!all) for (const oid of there.slice(0, SINGLES_MAX)) await transfer(hub, place, [oid, ...excluded]);
  return present(hub, tips);
}

const without = (base: Oid): readonly Oid[] => (base === NO_BASE ? [] : [base]);

async function transfer(hub: Hub, from: Place, revisions: readonly string[]): Promise<boolean> {
  const moved = await hub.git.pipe(
    [from, ['pack-objects', '--revs', '--stdout', '-q', '--window=0']],
    [hub.place, ['unpack-objects', '--strict', '-q']],
    `${revisions.join('\n')}\n`,
  );
  return moved.ok;
}

async function present(hub: Hub, oids: readonly Oid[]): Promise<Set<Oid>> {
  const found = await Promise.all(oids.map(async (oid) => ((await hub.objects.find(oid)) === null ? [] : [oid])));
  return new Set(found.flat());
}

/** The object folder is a real folder and borrows from nowhere but the hub. */
async function isOwnStore(hub: Hub, dotGit: string): Promise<boolean> {
  for (const dir of ['objects', 'objects/info', 'objects/pack']) {
    const stat = await lstat(join(dotGit, dir)).catch(() => null);
    if (dir === 'objects' && stat === null) return false;
    if (stat !== null && !stat.isDirectory()) return false;
  }
  const path = join(dotGit, 'objects', 'info', 'alternates');
  if ((await lstat(path).catch(() => null)) === null) return true;
  const alternates = await readBounded(path, 64 << 10);
  return alternates?.toString('utf8').trim() === join(hub.dir, 'objects');
}

/** In this variable a colon separates, unless the path is quoted. */
const quotePath = (path: string): string => (/[:"]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path);

/** Those of `tips` that no ref of the user's and none of `within` contains, without the ones contained in another. */
async function notContained(hub: Hub, tips: readonly Oid[], within: readonly Oid[]): Promise<readonly Oid[]> {
  if (tips.length === 0) return [];
  const stdin = `${[...tips, ...within.map((oid) => `^${oid}`)].join('\n')}\n`;
  const ran = await hub.git.run(hub.place, ['rev-list', '--parents', '--stdin', '--not', `--glob=${USER_REFS}*`], {
    stdin,
  });
  if (ran.code !== 0) return tips;
  const parents = new Set<Oid>();
  const listed = new Set<Oid>();
  for (const line of ran.stdout.toString('latin1').split('\n').filter(Boolean)) {
    const [oid = '', ...above] = line.split(' ');
    listed.add(oid);
    for (const parent of above) parents.add(parent);
  }
  const outermost = tips.filter((oid) => listed.has(oid) && !parents.has(oid));
  const tags = await Promise.all(tips.map(async (oid) => ((await hub.objects.find(oid))?.type === 'tag' ? [oid] : [])));
  return [...new Set([...outermost, ...tags.flat()])];
}
