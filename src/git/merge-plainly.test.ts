import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GIT_ENV, Room } from '../../test/rig/room.ts';

const PATHS = ['a', 'b', 'd/a', 'd/b', 'd/e/a', 'f/a', 'f/b'];
const BASE = Object.fromEntries(PATHS.slice(0, 6).map((path) => [path, `${path}\n${'line\n'.repeat(20)}`]));

/** What one side does to the tree: writes, deletes and renames, the last being what a merge by paths could get wrong. */
const edit = fc.oneof(
  fc.record({ write: fc.constantFrom(...PATHS, 'new', 'd/new', 'g/new'), text: fc.constantFrom('x\n', 'y\n') }),
  fc.record({ remove: fc.constantFrom(...PATHS) }),
  fc.record({ rename: fc.constantFrom(...PATHS), to: fc.constantFrom('r', 'd/r', 'f/r', 'h/r') }),
);
type Edit = {
  readonly write?: string;
  readonly text?: string;
  readonly remove?: string;
  readonly rename?: string;
  readonly to?: string;
};

test('a merge without git is the merge that git makes, or none', { timeout: 120_000 }, async () => {
  await using room = await Room.create(BASE);
  const { user } = room;
  const base = await room.base();
  let merged = 0;
  const side = fc.array(edit, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(side, side, async (left, right) => {
      run(user.dir, ['fast-import', '--force', '--quiet'], commit('ours', base, left) + commit('theirs', base, right));
      const [ours = '', theirs = ''] = run(user.dir, ['rev-parse', 'ours', 'theirs']).stdout.split('\n');
      await room.repository.sync();
      const before = room.repository.processes;
      const mine = await room.repository.merge(ours, theirs);
      if (room.repository.processes === before) merged += 1;
      const git = run(user.dir, ['merge-tree', '--write-tree', ours, theirs]);
      if (!mine.ok) throw new Error(JSON.stringify(mine.error));
      expect(mine.value.clean, JSON.stringify({ left, right })).toBe(git.status === 0);
      if (mine.value.clean && ours !== theirs)
        expect(mine.value.tree, JSON.stringify({ left, right })).toBe(git.stdout.trim());
    }),
    { numRuns: 150 },
  );
  // Most of what tasks with scopes of their own do is of this kind; if none were, nothing would have been tested.
  expect(merged).toBeGreaterThan(20);
});

const run = (cwd: string, args: readonly string[], input = '') =>
  spawnSync('git', args, { cwd, input, encoding: 'utf8', env: GIT_ENV });

/** One side as a stream for `git fast-import`: the whole tree after its edits. */
function commit(branch: string, base: string, edits: readonly Edit[]): string {
  const files = new Map(Object.entries(BASE));
  for (const { write, text, remove, rename, to } of edits) {
    if (write !== undefined && text !== undefined) files.set(write, text);
    if (remove !== undefined) files.delete(remove);
    const moved = rename === undefined ? undefined : files.get(rename);
    if (moved === undefined || rename === undefined || to === undefined) continue;
    files.delete(rename);
    files.set(to, moved);
  }
  const blobs = [...files].map(([path, text]) => `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`);
  const head = `commit refs/heads/${branch}\ncommitter A <a@b.c> 1790000000 +0000\ndata 1\nx\nfrom ${base}\ndeleteall\n`;
  return `${head}${blobs.join('')}\n`;
}
