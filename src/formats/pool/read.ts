import type { Draft, DraftTask, PlanValues, Sourced } from '../draft.ts';
import { Findings } from '../findings.ts';
import { type FileNode, readJsonFile, readYamlFile } from '../node.ts';
import {
  baseName,
  drafted,
  faultAt,
  type ReadDraft,
  type Reader,
  refused,
  type Source,
  type SourceFile,
} from '../source.ts';
import { contextValues } from './context.ts';
import { checkpointRecords, isCheckpoint, progressRecords } from './progress.ts';
import { reportSlots } from './slots.ts';
import { statesPage, stateValues } from './state-file.ts';
import { type Record, stateOf } from './statuses.ts';
import { type FileTask, type TasksFile, tasksFile } from './tasks-file.ts';

/** Files of autonomous-dev: its tasks and their groups, its settings, and its records of what is done. */
export const pool: Reader = {
  name: 'pool',
  about: 'autonomous-dev: tasks.json with groups, auto-context.yaml, auto-progress.yaml, checkpoints, pool-state.json',
  detect: ({ files }) => (files.some(isItsOwn) ? 2 : 0),
  read,
};

const OWN_NAMES = ['auto-context.yaml', 'auto-progress.yaml', 'pool-state.json'];

function isItsOwn({ path, text }: SourceFile): boolean {
  const name = baseName(path);
  if (OWN_NAMES.includes(name) || isCheckpoint(name)) return true;
  return name.endsWith('.json') && /"(execution_strategy|verification_command)"\s*:/.test(text);
}

function read(source: Source): ReadDraft {
  const found = new Findings();
  const by = filesOf(source);
  if (by.tasks.length > 1) return refused(...by.tasks.slice(1).map((file) => twoFiles(file, by.tasks[0])));
  const [tasks] = parsed(by.tasks, found).map((root) => tasksFile(root, found));
  const records = recordsOf(by, found);
  const settings = parsed(by.context, found).map((root) => contextValues(root, found));
  for (const root of parsed(by.slots, found)) reportSlots(root, found);
  const count = tasks?.tasks.length ?? null;
  const states = parsed(by.state, found).map((root) => stateValues(root, { tasks: count, found }));
  const described = tasks?.tasks ?? fromRecords(records, found);
  if (described.length === 0 && found.diagnostics.every(({ severity }) => severity !== 'error')) {
    return refused(...found.diagnostics, noTasks(source));
  }
  const all = described.map((task) => withState(task, records, found));
  for (const page of by.pages) statesPage(page, { tasks: all, found });
  if (tasks !== undefined) unknownRecords(tasks, records, found);
  const draft: Draft = {
    name: tasks?.name ?? states.find(({ name }) => name !== null)?.name ?? null,
    values: merged([...settings, ...states.map(({ values }) => values), tasks?.values ?? {}]),
    tasks: all,
    missing: found.missing,
    left: found.left,
  };
  return drafted(draft, found.diagnostics);
}

type ByKind = {
  readonly [K in 'tasks' | 'context' | 'progress' | 'checkpoints' | 'slots' | 'state' | 'pages']: readonly SourceFile[];
};

/** By their names; a file that was named by itself is what it looks like. */
function filesOf({ files, isFolder }: Source): ByKind {
  const named = (wanted: string) => files.filter(({ path }) => baseName(path) === wanted);
  const known = [...OWN_NAMES, 'state.yaml', 'progress.md'];
  const single =
    !isFolder && files.every(({ path }) => !known.includes(baseName(path)) && !isCheckpoint(baseName(path)));
  return {
    tasks: single ? files : named('tasks.json'),
    context: named('auto-context.yaml'),
    progress: named('auto-progress.yaml'),
    checkpoints: files.filter(({ path }) => isCheckpoint(baseName(path))),
    slots: named('pool-state.json'),
    state: named('state.yaml'),
    pages: named('progress.md'),
  };
}

function parsed(files: readonly SourceFile[], found: Findings): readonly FileNode[] {
  return files.flatMap((file) => {
    const { root, faults } = file.path.endsWith('.json') ? readJsonFile(file) : readYamlFile(file);
    found.diagnostics.push(...faults);
    if (root === null || found.map(root) === null) return [];
    return [root];
  });
}

function recordsOf(by: ByKind, found: Findings): readonly Record[] {
  const [words, pages] = [by.checkpoints.filter(isYaml), by.checkpoints.filter((file) => !isYaml(file))];
  for (const { path } of pages) {
    found.leaves({ file: path, line: 1 }, `the checkpoint ${baseName(path)}`, 'It is prose, and not read for states');
  }
  return [
    ...parsed(by.progress, found).flatMap((root) => progressRecords(root, found)),
    ...parsed(words, found).flatMap((root) => checkpointRecords(root, found)),
  ];
}

/** Some checkpoints are called `.md` and hold YAML. */
function isYaml(file: SourceFile): boolean {
  if (!file.path.endsWith('.md')) return true;
  const { root, faults } = readYamlFile(file);
  return faults.length === 0 && root?.get('tasks_completed').isThere === true;
}

function withState(task: FileTask, records: readonly Record[], found: Findings): DraftTask {
  const { status, statusAt, ...rest } = task;
  const own: readonly Record[] = status === null ? [] : [{ task: task.name, status, at: statusAt }];
  const others = records.filter((record) => record.task === task.name && record.at !== statusAt);
  return { ...rest, state: stateOf([...own, ...others], found) };
}

/** Without `tasks.json` a task is no more than its name. */
function fromRecords(records: readonly Record[], found: Findings): readonly FileTask[] {
  const first = new Map([...records].reverse().map((record) => [record.task, record]));
  const names = [...new Set(records.map(({ task }) => task))];
  return names.flatMap((name) => {
    const record = first.get(name);
    if (record === undefined) return [];
    for (const field of ['description', 'files', 'dependencies']) found.lacks(record.at, name, field);
    return [{ name, at: record.at, status: record.status, statusAt: record.at, values: {} }];
  });
}

function unknownRecords({ tasks }: TasksFile, records: readonly Record[], found: Findings): void {
  const known = new Set(tasks.map(({ name }) => name));
  for (const { task, at } of records) {
    if (known.has(task)) continue;
    const what = `There is a record of "${task.slice(0, 60)}"`;
    found.warn(at, 'unknown-record', { what, why: 'tasks.json has no such task', next: 'See whether a task was lost' });
  }
}

/** Settings of several files; of two that say the same the later one counts, but for parts that only one has. */
function merged(all: readonly PlanValues[]): PlanValues {
  const values = all as readonly { readonly [field: string]: Sourced<unknown> | undefined }[];
  const result: { [field: string]: Sourced<unknown> } = {};
  for (const [field, sourced] of values.flatMap((each) => Object.entries(each))) {
    const before = result[field];
    if (sourced === undefined) continue;
    result[field] = before === undefined ? sourced : { ...sourced, value: joined(before.value, sourced.value) };
  }
  return result as PlanValues;
}

const joined = (before: unknown, after: unknown): unknown =>
  isParts(before) && isParts(after) ? { ...before, ...after } : after;

const isParts = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const twoFiles = ({ path }: SourceFile, first: SourceFile | undefined) =>
  faultAt({ file: path, line: 1 }, 'two-task-files', {
    what: 'There are several lists of tasks',
    why: `The other one is ${first?.path ?? ''}`,
    next: 'Name the folder that holds one of them',
  });

const noTasks = ({ path, files }: Source) =>
  faultAt({ file: files[0]?.path ?? path, line: 1 }, 'no-tasks', {
    what: 'There are no tasks in it',
    why: 'Tasks stand in tasks.json or in auto-progress.yaml',
    next: 'Name the folder that holds tasks.json beside it',
  });
