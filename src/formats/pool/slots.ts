import type { Origin } from '../draft.ts';
import type { Findings } from '../findings.ts';
import type { FileNode } from '../node.ts';

const STATUSES = ['idle', 'busy', 'error'] as const;

/** A worktree of that system's pool. */
export type Slot = {
  readonly id: string;
  readonly status: (typeof STATUSES)[number];
  readonly task: string | null;
  readonly path: string | null;
  readonly branch: string | null;
  readonly acquiredAt: string | null;
};

/** The worktrees of `pool-state.json`, each with its place. */
export function slotsIn(root: FileNode, found: Findings): readonly (Slot & { readonly at: Origin })[] {
  const worktrees = root.get('worktrees');
  if (!worktrees.isThere) found.lacks(root.at, null, 'worktrees');
  return (found.list(worktrees) ?? []).flatMap((node) => {
    if (found.map(node) === null) return [];
    const id = found.text(node.get('id'));
    const status = found.word(node.get('status'), { of: 'status of a worktree', known: STATUSES });
    if (id === null) found.lacks(node.at, null, 'id of a worktree');
    if (!node.get('status').isThere) found.lacks(node.at, null, `status of ${id ?? 'a worktree'}`);
    const rest = {
      task: found.text(node.get('task_id')),
      path: found.text(node.get('path')),
      branch: found.text(node.get('branch')),
      acquiredAt: found.text(node.get('acquired_at')),
    };
    return id === null || status === null ? [] : [{ id, status, ...rest, at: node.get('status').at }];
  });
}

/** Who is at work in which worktree is told, and nothing is planned from it. */
export function reportSlots(root: FileNode, found: Findings): void {
  for (const { id, status, task, branch, at } of slotsIn(root, found)) {
    if (status === 'idle') continue;
    found.warn(at, 'slot-in-use', {
      what: `${id.slice(0, 60)} is ${status}${task === null ? '' : ` with "${task.slice(0, 60)}"`}`,
      why: `Its own agents may still be at work${branch === null ? '' : ` on ${branch.slice(0, 60)}`}`,
      next: 'End that first, and merge what is worth keeping',
    });
  }
}
