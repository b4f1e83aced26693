import type { DraftTask, Origin } from '../draft.ts';
import { type FileNode, readJsonFile } from '../node.ts';
import { briefOf, oneLine, Remarks, sourced, sourcedList, valuesOf, warnOfDropped } from '../remarks.ts';
import { baseName, type Reader, refused, type Source, type SourceFile } from '../source.ts';
import { chosenList } from './lists.ts';

/** Task Master: `tasks.json`, as one list or as lists with tags, or the folder `.taskmaster` around it. */
export const taskMaster: Reader = {
  name: 'task-master',
  about: 'tasks.json of Task Master, or its folder .taskmaster',
  detect: (source) => {
    const text = tasksFile(source)?.text ?? '';
    if (!/"tasks"\s*:\s*\[/.test(text)) return 0;
    if (/"(?:testStrategy|subtasks)"\s*:/.test(text)) return 2;
    return /"title"\s*:/.test(text) && /"dependencies"\s*:/.test(text) ? 1 : 0;
  },
  read: (source) => {
    const remarks = new Remarks();
    const file = tasksFile(source);
    const { root, faults } = file === undefined ? { root: null, faults: [] } : readJsonFile(file);
    remarks.add(faults);
    const list = root === null ? null : chosenList(root, stateFile(source), remarks);
    if (list === null) return faults.length > 0 ? refused(...faults) : noTasks(source, remarks);
    const entries = list.tasks.flatMap((node) => entryOf(node, null, remarks) ?? []);
    const tasks = entries.flatMap((entry) => [...entry.children, entry]).map((entry) => taskOf(entry, remarks));
    warnOfDropped(tasks, remarks);
    return remarks.read({ name: list.name, values: {}, tasks });
  },
};

function tasksFile({ files, isFolder }: Source): SourceFile | undefined {
  const fit = files.filter(({ text }) => /^\s*\ufeff?\s*\{/.test(text));
  if (!isFolder) return fit[0];
  const named = fit.filter(({ path }) => baseName(path) === 'tasks.json');
  return named.find(({ path }) => path.endsWith('tasks/tasks.json')) ?? named[0];
}

const stateFile = ({ files, isFolder }: Source): SourceFile | undefined =>
  isFolder ? files.find(({ path }) => baseName(path) === 'state.json') : undefined;

function noTasks(source: Source, remarks: Remarks): ReturnType<Reader['read']> {
  remarks.fault({ file: tasksFile(source)?.path ?? source.path, line: 1 }, 'no-tasks', {
    what: 'There is no list of tasks in it',
    why: 'Task Master keeps one under "tasks", or one under "tasks" of each tag',
    next: 'Name its tasks.json, or the folder .taskmaster',
  });
  return remarks.refuse();
}

type Entry = {
  readonly name: string;
  readonly node: FileNode;
  readonly status: Status;
  readonly parent: Entry | null;
  readonly children: readonly Entry[];
};
type Status = { readonly state: DraftTask['state']; readonly label: string | null };

const OPEN: Status = { state: 'open', label: null };
const STATUS = {
  of: 'status',
  means: {
    pending: OPEN,
    'in-progress': { state: 'open', label: 'in-progress' },
    review: { state: 'open', label: 'review' },
    blocked: { state: 'open', label: 'blocked' },
    done: { state: 'done', label: null },
    completed: { state: 'done', label: null },
    deferred: { state: 'dropped', label: null },
    cancelled: { state: 'dropped', label: null },
  } satisfies Record<string, Status>,
};
const PRIORITY = { of: 'priority', means: { critical: 3, high: 2, medium: 1, low: 0 } };
const TYPE = { of: 'type of a task', means: { standard: 'standard', checkpoint: 'checkpoint' } };
const KNOWN = new Set(
  `id title description status dependencies priority details testStrategy subtasks type acceptanceCriteria tags
   assignee relevantFiles parentId`.split(/\s+/),
);

function entryOf(node: FileNode, parent: Entry | null, remarks: Remarks): Entry | null {
  const id = remarks.text(node.get('id'));
  if (id === null) {
    const why = 'Every task has an "id", by which the others name it';
    remarks.fault(node.at, 'no-id', { what: 'A task has no id', why, next: 'Give it one' });
    return null;
  }
  const name = parent === null || id.includes('.') ? id : `${parent.name}.${id}`;
  const said: Status | null = remarks.word(node.get('status'), { ...STATUS, askedOf: name });
  // Nobody there works on a subtask of a task that is over.
  const status = parent !== null && parent.status.state !== 'open' ? parent.status : (said ?? OPEN);
  const entry = { name, node, status, parent };
  const children: Entry[] = [];
  const whole = { ...entry, children };
  for (const each of node.get('subtasks').items) children.push(...[entryOf(each, whole, remarks) ?? []].flat());
  remarks.leaveOthers(node, KNOWN);
  return whole;
}

function taskOf(entry: Entry, remarks: Remarks): DraftTask {
  const { name, node, status, parent, children } = entry;
  const title = remarks.asked(node.get('title'), name);
  const description =
    parent === null ? remarks.asked(node.get('description'), name) : remarks.text(node.get('description'));
  const criteria = node.get('acceptanceCriteria');
  const done = Array.isArray(criteria.value) ? remarks.texts(criteria) : [remarks.text(criteria) ?? []].flat();
  const type = remarks.word(node.get('type'), TYPE);
  if (type === 'checkpoint' && done.length === 0) remarks.missing(node.at, name, 'acceptanceCriteria');
  const priority = remarks.word(node.get('priority'), { ...PRIORITY, ...(parent === null ? { askedOf: name } : {}) });
  const details = parent === null ? remarks.asked(node.get('details'), name) : remarks.text(node.get('details'));
  const test = parent === null ? remarks.asked(node.get('testStrategy'), name) : remarks.text(node.get('testStrategy'));
  const brief = briefOf([
    [null, description ?? title],
    ['Details', details],
    ['How it is tested', test],
    ['Files that matter', filesOf(node.get('relevantFiles'), remarks)],
    ['What it is a part of', parent === null ? null : partOf(parent)],
  ]);
  const labels = [
    ...remarks.texts(node.get('tags')),
    ...[status.label ?? []].flat(),
    ...(type === 'checkpoint' ? [type] : []),
  ];
  const around = groupOf(entry);
  return {
    name,
    at: node.at,
    state: status.state,
    values: valuesOf({
      title: sourced(title === null ? null : oneLine(title), node.get('title').at),
      brief: sourced(brief === '' ? null : { text: brief }, node.get('description').at),
      done: sourcedList(done, criteria.at),
      needs: needsOf(entry, remarks),
      priority: sourced(priority, node.get('priority').at, `${node.get('priority').text} there`),
      labels: sourcedList(labels, node.get('status').at),
      owner: sourced(remarks.text(node.get('assignee')), node.get('assignee').at),
      group: around === null ? undefined : sourced(around.text, around.at, 'the task and its subtasks'),
      'no-change':
        children.length === 0 ? undefined : sourced(LEFT_TO_SUBTASKS, node.get('subtasks').at, 'made up here'),
    }),
  };
}

const LEFT_TO_SUBTASKS = { allowed: true, reason: 'Its subtasks may have done all of it' };

function groupOf({ parent, children, node }: Entry): { readonly text: string; readonly at: Origin } | null {
  const whole = parent?.node ?? (children.length > 0 ? node : null);
  const title = whole?.get('title');
  return title === undefined || title.text === null ? null : { text: oneLine(title.text), at: title.at };
}

/** In a subtask a plain number is a sibling. A subtask waits for what its parent waits for, and the parent for it. */
function needsOf(entry: Entry, remarks: Remarks): DraftTask['values']['needs'] {
  const { node, parent, children } = entry;
  const own = needsIn(entry, remarks);
  const above = parent === null ? [] : parent.node.get('dependencies').texts;
  const below = children.filter(({ status }) => status.state === 'open').map(({ name }) => name);
  const all = [...new Set([...own, ...above, ...below])];
  const note = below.length > 0 ? 'its subtasks among them' : above.length > 0 ? 'with those of its parent' : undefined;
  const from = own.length > 0 ? node.get('dependencies') : above.length > 0 ? parent?.node.get('dependencies') : node;
  return sourcedList(all, from?.at ?? node.at, note);
}

const needsIn = ({ node, parent }: Entry, remarks: Remarks): readonly string[] =>
  remarks
    .texts(node.get('dependencies'))
    .map((need) => (parent === null || need.includes('.') ? need : `${parent.name}.${need}`));

function filesOf(node: FileNode, remarks: Remarks): string | null {
  const lines = node.items.flatMap((each) => {
    const path = remarks.text(each.get('path'));
    const [does, about] = [remarks.text(each.get('action')), remarks.text(each.get('description'))];
    return path === null ? [] : [`- ${path}${does === null ? '' : ` (${does})`}${about === null ? '' : `: ${about}`}`];
  });
  return lines.length === 0 ? null : lines.join('\n');
}

function partOf({ name, node }: Entry): string {
  const [title, description] = [node.get('title').text, node.get('description').text];
  return [`${name}${title === null ? '' : `: ${title}`}`, description ?? ''].join('\n').trim();
}
