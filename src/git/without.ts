import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitFailure, Oid } from '../core/ports/git.ts';
import { ok, type Result } from '../core/result.ts';
import type { Hub } from './hub.ts';

type Wanted = { readonly tree: Oid; readonly from: Oid; readonly paths: readonly string[] };

/** `tree` with some paths put back to what they are in `from` (a commit or tree). Made in an index of its own. */
export async function treeWithout(hub: Hub, { tree, from, paths }: Wanted): Promise<Result<Oid, GitFailure>> {
  const index = join(hub.stateDir, `without-${hub.ids()}.index`);
  const place = { ...hub.place, env: { ...hub.place.env, GIT_INDEX_FILE: index } };
  try {
    const read = await hub.git.output(place, ['read-tree', tree]);
    if (!read.ok) return read;
    const stdin = await putBack(hub, from, paths);
    const updated = await hub.git.output(place, ['update-index', '-z', '--index-info'], { stdin });
    if (!updated.ok) return updated;
    const written = await hub.git.output(place, ['write-tree']);
    return written.ok ? ok(written.value.toString('utf8').trim()) : written;
  } finally {
    await rm(index, { force: true });
  }
}

/** `mode SP oid TAB path NUL`; mode 0 takes a path out. */
async function putBack(hub: Hub, from: Oid, paths: readonly string[]): Promise<string> {
  const root = await hub.objects.treeOf(from);
  const zero = '0'.repeat(from.length);
  const lines = paths.map(async (path) => {
    const entry = root === null ? null : await hub.objects.entry(root, path);
    return entry === null ? `0 ${zero}\t${path}\0` : `${entry.mode} ${entry.oid}\t${path}\0`;
  });
  return (await Promise.all(lines)).join('');
}
