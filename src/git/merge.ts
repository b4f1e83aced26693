import type { GitFailure, MergeResult, Oid } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import { isNear } from './ancestry.ts';
import { failure } from './git.ts';
import type { Hub } from './hub.ts';
import { mergePlainly } from './merge-plainly.ts';

const ARGS = ['merge-tree', '--write-tree', '-z', '--name-only', '--messages'];

/** Merges without a work tree. When one side already contains the other there is nothing to compute. */
export async function mergeTrees(hub: Hub, ours: Oid, theirs: Oid): Promise<Result<MergeResult, GitFailure>> {
  const trivial = await containing(hub, ours, theirs);
  const tree = trivial === null ? null : await hub.objects.treeOf(trivial);
  if (tree !== null) return ok({ clean: true, tree });
  const plain = await mergePlainly(hub, ours, theirs);
  if (plain !== null) return ok({ clean: true, tree: plain });
  const args = [...ARGS, ours, theirs];
  const ran = await hub.git.run(hub.place, args);
  if (ran.code !== 0 && ran.code !== 1) return err(failure(args, ran));
  const parsed = parse(ran.stdout.toString('utf8'));
  if (parsed.tree === '') return err(failure(args, ran));
  return ok(ran.code === 0 ? { clean: true, tree: parsed.tree } : { clean: false, ...parsed });
}

async function containing({ objects }: Hub, ours: Oid, theirs: Oid): Promise<Oid | null> {
  if (await isNear(objects, ours, theirs)) return theirs;
  return (await isNear(objects, theirs, ours)) ? ours : null;
}

/** `tree NUL (path NUL)* NUL (count NUL path… NUL type NUL text NUL)*`. */
function parse(output: string): {
  readonly tree: Oid;
  readonly conflicts: readonly string[];
  readonly messages: string;
} {
  const fields = output.split('\0');
  const end = fields.indexOf('', 1);
  const conflicts = [...new Set(fields.slice(1, end < 0 ? undefined : end))];
  const messages: string[] = [];
  for (let at = end + 1; end >= 0 && at < fields.length - 1; ) {
    const count = Number(fields[at]);
    if (!Number.isInteger(count)) break;
    messages.push(fields[at + count + 2] ?? '');
    at += count + 3;
  }
  return { tree: fields[0] ?? '', conflicts, messages: messages.join('').trimEnd() };
}
