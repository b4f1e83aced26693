import type { Findings } from '../findings.ts';
import type { FileNode } from '../node.ts';
import { type Record, STATUSES } from './statuses.ts';

/** `auto-progress.yaml`: what it knows of each task. */
export function progressRecords(root: FileNode, found: Findings): readonly Record[] {
  const tasks = found.map(root) === null ? null : found.map(root.get('tasks'));
  if (tasks === null) return [];
  return tasks.entries.flatMap((task) => {
    if (found.map(task) === null) return [];
    const status = found.word(task.get('status'), { of: 'status of a task', known: STATUSES });
    if (!task.get('status').isThere) found.lacks(task.at, task.name, 'status');
    workLeft(task, status, found);
    return status === null ? [] : [{ task: task.name, status, at: task.get('status').at }];
  });
}

/** What an agent of that system left behind for a task that is not over. */
function workLeft(task: FileNode, status: Record['status'] | null, found: Findings): void {
  const [branch, feedback, error] = [task.get('branch'), task.get('qa_feedback'), task.get('last_error')];
  if (status === 'done' || status === 'skipped') return;
  const why = 'A run begins from its base; merge the branch first if its work is to count';
  if (found.text(branch) !== null && status !== 'pending') {
    const approved = status === 'qa_approved' ? ', which its QA approved and nobody merged' : '';
    found.leaves(branch.at, `work on "${task.name}" in the branch ${branch.text}${approved}`, why);
  }
  for (const node of [feedback, error]) {
    const said = found.text(node);
    const why = 'Only a run of its own tells an agent what went wrong before';
    if (said !== null) found.leaves(node.at, `${node.name} of "${task.name}": ${said.slice(0, 200)}`, why);
  }
}

const CHECKPOINT = /^parallel-group-(\d{1,6})-(pre|post|failed|summary)\.(?:ya?ml|md)$/;
const CHECKPOINT_STATUSES = ['complete', 'completed', 'pending', 'in_progress', 'failed'] as const;

/** Whether a file is a checkpoint of a group, by its name. */
export const isCheckpoint = (name: string): boolean => CHECKPOINT.test(name);

/** A checkpoint of a group: the tasks that were completed by then. */
export function checkpointRecords(root: FileNode, found: Findings): readonly Record[] {
  if (found.map(root) === null) return [];
  found.word(root.get('status'), { of: 'status of a group', known: CHECKPOINT_STATUSES });
  const completed = root.get('tasks_completed');
  const names = (found.list(completed) ?? []).flatMap((item) => {
    const [entry] = item.entries;
    const name = item.isMap ? (entry?.name ?? null) : found.text(item);
    return name === null ? [] : [{ name, at: item.at }];
  });
  const isVerified = found.flag(root.get('verification_passed'));
  if (isVerified === false) {
    if (names.length === 0) return [];
    found.warn(root.get('verification_passed').at, 'not-verified', {
      what: `The verification of ${names.length} completed tasks failed`,
      why: 'The checkpoint names them as completed all the same',
      next: 'They are planned again',
    });
    return names.map(({ name, at }) => ({ task: name, status: 'stuck', at }));
  }
  return names.map(({ name, at }) => ({ task: name, status: 'done', at }));
}
