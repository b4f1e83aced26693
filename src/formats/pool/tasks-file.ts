import type { DraftTask, Origin, PlanValues, Sourced, TaskValues } from '../draft.ts';
import { type Findings, patternsOf, titleAndBrief } from '../findings.ts';
import type { FileNode } from '../node.ts';
import { type Group, groupFaults, groupsIn } from './groups.ts';
import { STATUSES, type Status } from './statuses.ts';

const COMPLEXITIES = ['S', 'M', 'L'] as const;
const MODES = ['mixed', 'parallel', 'sequential'] as const;
const KNOWN = [
  ...['id', 'name', 'description', 'files', 'dependencies', 'verification_command', 'expected_output', 'complexity'],
  ...['status', 'started_at', 'completed_at', 'evidence'],
];

/** A task of `tasks.json` and what that file says of how far it is. */
export type FileTask = Omit<DraftTask, 'state'> & { readonly status: Status | null; readonly statusAt: Origin };
export type TasksFile = {
  readonly name: Sourced<string> | null;
  readonly tasks: readonly FileTask[];
  readonly values: PlanValues;
};

/** Reads `tasks.json`: tasks in the order of their groups, which is the order in which that system works. */
export function tasksFile(root: FileNode, found: Findings): TasksFile {
  const tasks = (found.list(root.get('tasks')) ?? []).flatMap((node) => taskOf(node, found) ?? []);
  const strategy = root.get('execution_strategy');
  const mode = found.word(strategy.get('mode'), { of: 'mode of execution', known: MODES });
  const groups = groupsIn(strategy.get('groups'), { tasks, found });
  found.diagnostics.push(...groupFaults(tasks, groups));
  for (const counted of [root.get('total_tasks'), strategy.get('total_tasks')])
    countFault(counted, tasks.length, found);
  const feature = root.get('feature');
  const name = found.text(feature);
  return {
    name: name === null ? null : { value: name, from: feature.at },
    tasks: grouped(tasks, groups, found),
    values: {
      ...(mode === 'sequential' ? { parallel: { value: { enabled: false }, from: strategy.get('mode').at } } : {}),
      ...rounds(groups),
    },
  };
}

/** A number of tasks that a file states and its list does not have. */
export function countFault(node: FileNode, tasks: number, found: Findings): void {
  const stated = found.whole(node);
  if (stated === null || stated === tasks) return;
  found.warn(node.at, 'wrong-count', {
    what: `The file speaks of ${stated} tasks`,
    why: `There are ${tasks}`,
    next: 'The tasks themselves are what counts; see whether one was lost',
  });
}

/** Groups that wait for each other are worked through one at a time, as that system does it. */
function rounds(groups: readonly Group[]): PlanValues {
  const waiting = groups.find(({ dependsOn }) => dependsOn !== null);
  if (waiting?.dependsOn == null) return {};
  const note = 'groups depend on each other: one of them at a time; without this line needs alone decide';
  return { continue: { value: 'per-group', from: waiting.dependsOn.from, note } };
}

function grouped(tasks: readonly FileTask[], groups: readonly Group[], found: Findings): readonly FileTask[] {
  if (groups.length === 0) return tasks;
  const at = new Map(groups.flatMap(({ tasks: names }, index) => names.map((name) => [name, index] as const)));
  for (const { name, at: place } of tasks) if (!at.has(name)) found.lacks(place, name, 'group');
  const placed = tasks.map((task) => {
    const group = groups[at.get(task.name) ?? -1];
    return group === undefined ? task : { ...task, values: { ...task.values, ...groupValues(group) } };
  });
  const order = ({ name }: FileTask): number => at.get(name) ?? groups.length;
  return [...placed].sort((a, b) => order(a) - order(b));
}

function groupValues({ name, at, parallel, tasks }: Group): TaskValues {
  const apart = parallel === false && tasks.length > 1;
  const note = 'parallel: false, one of its group at a time';
  return {
    group: { value: name, from: at },
    ...(apart ? { resources: { value: [name.toLowerCase()], from: at, note } } : {}),
  };
}

function taskOf(node: FileNode, found: Findings): FileTask | null {
  if (found.map(node) === null) return null;
  const name = found.text(node.get('id'));
  if (name === null) {
    found.fault(node.at, 'no-id', {
      what: 'A task has no id',
      why: 'Others could not name it, and no record of it could be found',
      next: 'Write for example: "id": "task-1"',
    });
    return null;
  }
  for (const entry of node.entries) {
    if (!KNOWN.includes(entry.name) && entry.isThere) {
      found.leaves(entry.at, `"${entry.name}" of ${name}`, 'It is no field of a task that is known');
    }
  }
  const status = node.get('status');
  return {
    name,
    at: node.get('id').at,
    status: statusOf(node, name, found),
    statusAt: status.at,
    values: {
      ...wordsOf(node, name, found),
      ...needsOf(node, name, found),
      ...scopeOf(node, name, found),
      ...proofOf(node, name, found),
      ...sizeOf(node, name, found),
    },
  };
}

function statusOf(node: FileNode, name: string, found: Findings): Status | null {
  const status = node.get('status');
  if (!status.isThere) found.lacks(node.at, name, 'status');
  return found.word(status, { of: 'status of a task', known: STATUSES });
}

function wordsOf(node: FileNode, id: string, found: Findings): TaskValues {
  const [name, description] = [node.get('name'), node.get('description')];
  const [called, told] = [found.text(name), found.text(description)];
  if (called === null) found.lacks(node.at, id, 'name');
  if (told === null) found.lacks(node.at, id, 'description');
  if (called === null) return told === null ? {} : { brief: { value: { text: told }, from: description.at } };
  const [title, brief] = titleAndBrief(called, told);
  const from = told === null ? name.at : description.at;
  return { title: { value: title, from: name.at }, brief: { value: { text: brief }, from } };
}

function needsOf(node: FileNode, id: string, found: Findings): TaskValues {
  const dependencies = node.get('dependencies');
  const needs = found.texts(dependencies);
  if (needs === null) found.lacks(node.at, id, 'dependencies');
  return needs === null || needs.length === 0 ? {} : { needs: { value: [...needs], from: dependencies.at } };
}

function scopeOf(node: FileNode, id: string, found: Findings): TaskValues {
  const files = node.get('files');
  const paths = found.texts(files) ?? [];
  if (paths.length === 0) {
    found.lacks(node.at, id, 'files');
    return {};
  }
  const { value, note } = patternsOf(paths);
  return { scope: { value: { may: [...value] }, from: files.at, ...(note === undefined ? {} : { note }) } };
}

function proofOf(node: FileNode, id: string, found: Findings): TaskValues {
  const [verification, output] = [node.get('verification_command'), node.get('expected_output')];
  const [command, expected] = [found.text(verification), found.text(output)];
  if (command === null) found.lacks(node.at, id, 'verification_command');
  const note = 'a check looks at the exit code only, so what it is to print is told to the agent';
  const done = command === null ? `It prints: ${expected}` : `"${command}" prints: ${expected}`;
  return {
    ...(command === null ? {} : { checks: { value: [command], from: verification.at } }),
    ...(expected === null ? {} : { done: { value: [done], from: output.at, note } }),
  };
}

function sizeOf(node: FileNode, id: string, found: Findings): TaskValues {
  const complexity = node.get('complexity');
  if (!complexity.isThere) found.lacks(node.at, id, 'complexity');
  const size = found.word(complexity, { of: 'complexity', known: COMPLEXITIES });
  if (size === null) return {};
  const note = 'a span of minutes, which is no estimate';
  return { labels: { value: [`complexity ${size}`], from: complexity.at, note } };
}
