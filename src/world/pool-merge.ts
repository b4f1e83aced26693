import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Merged, type MergedSlot, type MergeWish, NO_POOL } from '../cli/pool-port.ts';
import type { LandRefusal, Oid } from '../core/ports/git.ts';
import type { PoolSlot } from '../core/ports/pool.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Committed } from '../git/slot.ts';
import type { Refusal } from '../report/explanation.ts';
import { lastLine, listed } from '../report/phrase.ts';
import type { Opened } from './opened.ts';
import { inHand, slotOf } from './pool-release.ts';
import { nextLine, type PoolTarget, poolTarget, startOf } from './pool-target.ts';
import { branchOf, idOf, keyOf } from './pool-words.ts';
import { branchName } from './target.ts';

/** How often a target may be moved under us before one slot's work is given up for now. */
const TRIES = 5;
const CHECK_MS = 60 * 60_000;
const LOG_BYTES_MAX = 16 << 20;

type Part = { readonly pool: string; readonly target: PoolTarget; readonly check: string | null };
type Said = Pick<MergedSlot, 'result' | 'commit' | 'why'>;

/**
 * Lands what the acquired slots have committed: in the order in which they were acquired, each merged onto the tip as it
 * is by then, without a work tree. One that cannot be merged is named, and the others go on.
 */
export async function mergePool(opened: Opened, { branch, check }: MergeWish): Promise<Result<Merged, Refusal>> {
  const pool = await opened.pool.read();
  if (pool === null) return err(NO_POOL);
  const target = await poolTarget(opened.repository, branch);
  if (!target.ok) return target;
  const acquired = pool.slots.filter(({ state }) => state === 'busy').sort((a, b) => a.attempt - b.attempt);
  const slots: MergedSlot[] = [];
  for (const slot of acquired)
    slots.push(await mergeSlot(opened, slot, { pool: pool.name, target: target.value, check }));
  return ok({
    target: branchName(target.value.target),
    wanted: branchName(target.value.wanted),
    checkout: target.value.checkout,
    next: await nextLine(opened.repository, target.value),
    slots,
  });
}

async function mergeSlot(opened: Opened, slot: PoolSlot, part: Part): Promise<MergedSlot> {
  const named = { id: idOf(slot), branch: branchOf(slot.task ?? '') };
  const held = await inHand(opened, slot);
  if (!held.ok) return { ...named, ...failed(held.error.what), uncommitted: false };
  try {
    const leased = await slotOf(opened, keyOf(part.pool, slot));
    const committed = (await leased?.committed()) ?? null;
    await leased?.abandon();
    if (committed === null) return { ...named, ...failed('its folder cannot be read'), uncommitted: true };
    const { head, isClean } = committed;
    const said = head === slot.base ? nothing(committed) : await landHead(opened, { ...part, ...named, head });
    return { ...named, ...said, uncommitted: !isClean };
  } finally {
    await opened.pool.letGo(slot);
  }
}

const failed = (why: string): Said => ({ result: 'failed', commit: null, why });

/** Work that HEAD does not lead to must not pass for an empty branch. */
const nothing = ({ elsewhere }: Committed): Said =>
  elsewhere > 0
    ? failed('its HEAD is not built on the commit that it was acquired at, and there are commits elsewhere in it')
    : { result: 'nothing', commit: null, why: 'no commit' };

type Work = Part & { readonly id: string; readonly branch: string; readonly head: Oid };

async function landHead(opened: Opened, work: Work): Promise<Said> {
  let why = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const landed = await landOnce(opened, work);
    if (landed !== 'moved') return landed;
    why = `${branchName(work.target.target)} was moved by somebody else each time`;
  }
  return failed(why);
}

async function landOnce(opened: Opened, work: Work): Promise<Said | 'moved'> {
  const { repository } = opened;
  const { head, branch } = work;
  const { target } = work.target;
  const start = await startOf(repository, work.target);
  if (start === null) return failed(`${branchName(work.target.wanted)} is gone`);
  if (await repository.isAncestor(head, start.tip)) return { result: 'nothing', commit: null, why: 'merged already' };
  const merged = await repository.merge(start.tip, head);
  if (!merged.ok) return failed(merged.error.stderr.trim());
  if (!merged.value.clean) return failed(`conflict in ${listed(merged.value.conflicts)}`);
  const parents = [start.tip, head];
  const commit = await repository.commit({
    tree: merged.value.tree,
    parents,
    message: `Merge ${branch} (Agent Pool)\n`,
  });
  const red = work.check === null ? null : await redOf(opened, { check: work.check, commit, id: work.id });
  if (red !== null) return failed(red);
  const landed = await repository.land({ target, commit, expected: start.expected });
  if (landed.ok) return { result: 'merged', commit, why: '' };
  return landed.error.reason === 'moved' ? 'moved' : failed(refusalText(landed.error));
}

function refusalText(refusal: LandRefusal): string {
  switch (refusal.reason) {
    case 'checked-out':
      return `the target was checked out in ${listed(refusal.paths)} meanwhile`;
    case 'git':
      return refusal.stderr.trim();
    case 'moved':
    case 'not-a-descendant':
      return 'the target was moved back meanwhile';
  }
}

type Check = { readonly check: string; readonly commit: Oid; readonly id: string };

/** Runs what the person typed on the merged files, in a clean slot. null: it ended well. */
async function redOf({ repository, processes, environment, folder }: Opened, of: Check): Promise<string | null> {
  const slot = await repository.slots.leaseForChecks(of.commit, '');
  if (!slot.ok) return `no slot for its check: ${slot.error.reason}`;
  const log = join(folder, 'pool', `check-${of.id}.log`);
  await mkdir(join(folder, 'pool'), { recursive: true });
  try {
    const ran = await processes.run(
      {
        argv: ['sh', '-c', of.check],
        cwd: slot.value.dir,
        env: environment.variables,
        stdin: null,
        log,
        logBytes_max: LOG_BYTES_MAX,
        mark: `pool/${of.id}`,
        wall_ms: CHECK_MS,
      },
      new AbortController().signal,
    );
    if (ran.ok && ran.value.code === 0) return null;
    const tail = ran.ok ? ran.value.tail : `${ran.error.program}: no such program`;
    return `the check ended with code ${ran.ok ? ran.value.code : 'none'}${lastLine(tail)} (${log})`;
  } finally {
    await slot.value.release();
  }
}
