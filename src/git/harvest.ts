import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { Change, GitFailure, Harvest, Oid, RefName } from '../core/ports/git.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Hub } from './hub.ts';
import { type Brought, bringCommits } from './import.ts';
import { attemptPath, PIN_REFS, RESCUE_REFS, refPart } from './refs.ts';
import { elsewhereRefs, isGitlinkMode, rescueSlot } from './rescue.ts';
import { toText } from './safe-fs.ts';
import type { SlotFolder, SlotRecord } from './slot-record.ts';
import { stageAll, touchedGitlinks } from './stage.ts';
import { writeCommit } from './write-commit.ts';

export type HarvestSpec = { readonly key: AttemptKey; readonly record: SlotRecord; readonly message: string };
/** `tree` is what our index holds now, also when there was nothing to harvest. */
export type Harvested = { readonly result: Result<Harvest, Failure>; readonly tree: Oid | null };

/**
 * The result of an attempt is its work tree. Commits that lead to it are kept, and what is left becomes one commit on
 * top; commits elsewhere are rescued and count for nothing.
 */
export async function harvestSlot(hub: Hub, folder: SlotFolder, spec: HarvestSpec): Promise<Harvested> {
  const { base } = spec.record;
  const staged = await stageAll(hub, folder, { index: folder.index, given: spec.record.givenIndex });
  if (!staged.ok) {
    await rescueSlot(hub, folder, { ...spec, why: 'its files could not be read' });
    return { result: err(workspaceFailure(staged.error)), tree: null };
  }
  const { tree, unborn } = staged.value;
  const baseTree = (await hub.objects.treeOf(base)) ?? '';
  const changes = await hub.differences.between(baseTree, tree);
  const nested = [
    ...changes
      .filter(({ oldMode, newMode }) => isGitlinkMode(oldMode) || isGitlinkMode(newMode))
      .map(({ path }) => path),
    ...(await touchedGitlinks(
      folder,
      spec.record.gitlinks.map(({ path }) => path),
    )),
    ...unborn.map(toText),
  ];
  if (nested.length > 0) {
    await rescueSlot(hub, folder, { ...spec, why: 'a repository inside the repository' });
    return { result: err({ reason: 'nested-repository', paths: [...new Set(nested)] }), tree };
  }
  const commits = await bringCommits(hub, join(folder.work, '.git'), base);
  const rescued = await keepElsewhere(hub, spec, commits);
  if (!rescued.ok) return { result: err(workspaceFailure(rescued.error)), tree };
  if (tree === baseTree) return { result: err(await nothing(hub, { ...spec, commits, rescued: rescued.value })), tree };
  return { result: await keepResult(hub, { ...spec, tree, commits, changes, rescued: rescued.value }), tree };
}

const workspaceFailure = (failure: GitFailure): Failure => ({
  reason: 'workspace',
  message: `${failure.command}: ${failure.stderr.trim() || `exit code ${failure.code}`}`.slice(0, 2000),
});

async function keepElsewhere(
  hub: Hub,
  { key }: HarvestSpec,
  { elsewhere }: Brought,
): Promise<Result<readonly RefName[], GitFailure>> {
  const updates = elsewhereRefs(`${RESCUE_REFS}${attemptPath(key)}/harvest`, elsewhere);
  const kept = await hub.refs.update(updates);
  return kept.ok ? ok(updates.map(({ ref }) => ref)) : kept;
}

type Empty = HarvestSpec & { readonly commits: Brought; readonly rescued: readonly RefName[] };

/** No difference in the files. Commits that cancel each other out are kept all the same. */
async function nothing(hub: Hub, { key, record, commits, rescued }: Empty): Promise<Failure> {
  if (commits.head !== record.base) {
    const ref = `${RESCUE_REFS}${attemptPath(key)}/harvest/${refPart('head')}`;
    await hub.refs.update([{ ref, to: commits.head }]);
  }
  return rescued.length > 0 ? { reason: 'work-elsewhere', refs: rescued } : { reason: 'no-change' };
}

type Outcome = HarvestSpec & {
  readonly tree: Oid;
  readonly commits: Brought;
  readonly changes: readonly Change[];
  readonly rescued: readonly RefName[];
};

async function keepResult(hub: Hub, of: Outcome): Promise<Result<Harvest, Failure>> {
  const { head } = of.commits;
  const isWhole = head !== of.record.base && (await hub.objects.treeOf(head)) === of.tree;
  const commit = isWhole ? head : await writeCommit(hub, { tree: of.tree, parents: [head], message: of.message });
  const pinned = await hub.refs.update([{ ref: `${PIN_REFS}${attemptPath(of.key)}/result`, to: commit }]);
  if (!pinned.ok) return err(workspaceFailure(pinned.error));
  return ok({ commit, changes: of.changes, rescued: of.rescued });
}
