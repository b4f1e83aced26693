import type { Oid } from '../core/ports/git.ts';
import type { Objects } from './objects.ts';

/**
 * Everything reachable from `tips` without passing through `stop`, at most `max` commits. `complete` is false when the
 * walk was cut short or met a commit that is not there, so that absence proves nothing.
 */
export async function reachable(
  objects: Objects,
  tips: readonly Oid[],
  { stop, max }: { readonly stop: (oid: Oid) => boolean; readonly max: number },
): Promise<{ readonly seen: ReadonlySet<Oid>; readonly complete: boolean }> {
  const seen = new Set<Oid>();
  const queue = [...tips];
  for (let oid = queue.shift(); oid !== undefined; oid = queue.shift()) {
    if (seen.has(oid)) continue;
    if (seen.size >= max) return { seen, complete: false };
    seen.add(oid);
    if (stop(oid)) continue;
    const commit = await objects.commit(oid);
    if (commit === null) return { seen, complete: false };
    queue.push(...commit.parents);
  }
  return { seen, complete: true };
}

/** Whether a short walk down from `descendant` meets `ancestor`: the usual answer, without a process. */
export async function isNear(objects: Objects, ancestor: Oid, descendant: Oid): Promise<boolean> {
  const { seen } = await reachable(objects, [descendant], { stop: (oid) => oid === ancestor, max: 48 });
  return seen.has(ancestor);
}

/**
 * Whether `ancestor` is in the history of `descendant`, told from what lies above the last commits that both share; null:
 * that is too far down. A history that ends in what `ancestor` itself descends from cannot contain it.
 */
export async function isWithin(objects: Objects, ancestor: Oid, descendant: Oid): Promise<boolean | null> {
  const below = await reachable(objects, [ancestor], { stop: () => false, max: BELOW_MAX });
  const above = await reachable(objects, [descendant], { stop: (oid) => below.seen.has(oid), max: ABOVE_MAX });
  if (above.seen.has(ancestor)) return true;
  return above.complete ? false : null;
}

const BELOW_MAX = 128;
const ABOVE_MAX = 512;
