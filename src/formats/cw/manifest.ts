import type { Findings } from '../findings.ts';
import type { FileNode } from '../node.ts';
import { baseName, type SourceFile } from '../source.ts';
import type { BoardTask } from './task.ts';

/** A list of all tasks that a planner wrote beside the board; other programs have a `manifest.json` of their own. */
export const isManifest = ({ path, text }: SourceFile): boolean =>
  /^(?:(?:cw-)?manifest\.json|manifest\.(?:fix|test)\.jsonl)$/.test(baseName(path)) && /"task_id"\s*:/.test(text);

/** Compares a manifest with the tasks that are there. It plans nothing and restores nothing. */
export function compareManifest(roots: readonly FileNode[], tasks: readonly BoardTask[], found: Findings): void {
  const there = new Map(tasks.map((task) => [task.name, task]));
  const listed = new Map<string, FileNode>();
  for (const node of roots.flatMap(manifestTasks)) {
    const id = found.text(stableId(node));
    if (id === null) continue;
    const before = listed.get(id);
    if (before !== undefined) {
      found.warn(stableId(node).at, 'twice-in-manifest', {
        what: `"${id.slice(0, 60)}" is in the manifest twice`,
        why: `The other one is at ${before.at.file}:${before.at.line}`,
        next: 'Keep one of them',
      });
    }
    listed.set(id, stableId(node));
    if (there.has(id)) continue;
    found.warn(stableId(node).at, 'lost-task', {
      what: `"${id.slice(0, 60)}" is in the manifest and not on the board`,
      why: 'Boards of this kind lose tasks when several programs write them',
      next: 'Restore it there, or give the manifest alone',
    });
  }
  if (roots.some((root) => root.get('partial').value === true)) return;
  for (const { name, at } of tasks) {
    if (listed.has(name)) continue;
    const what = `"${name.slice(0, 60)}" is not in the manifest`;
    found.warn(at, 'not-in-manifest', {
      what,
      why: 'The manifest says that it is complete',
      next: 'See where it came from',
    });
  }
}

/** Tasks of a manifest; a line of its later additions is one. */
export const manifestTasks = (root: FileNode): readonly FileNode[] =>
  root.get('tasks').isThere ? root.get('tasks').items : stableId(root).isThere ? [root] : [];

const stableId = (node: FileNode): FileNode =>
  node.get('task_id').isThere ? node.get('task_id') : node.get('metadata').get('task_id');
