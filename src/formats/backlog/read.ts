import type { DraftTask } from '../draft.ts';
import { type Block, type Item, readMarkdown } from '../markdown.ts';
import { type FileNode, readYamlFile } from '../node.ts';
import { briefOf, frontOf, oneLine, Remarks, sourced, sourcedList, valuesOf } from '../remarks.ts';
import { type Section, sectionsOf } from '../sections.ts';
import { baseName, type Reader, type Source, type SourceFile } from '../source.ts';
import { type Config, configOf } from './config.ts';
import { Ids } from './ids.ts';

/** Backlog.md: one Markdown file a task, or the folder `backlog` with all of them. */
export const backlog: Reader = {
  name: 'backlog',
  about: 'task files of Backlog.md, or its folder backlog',
  detect: (source) => (taskFiles(source).some(({ text }) => isOwn(text)) ? 2 : 0),
  read: (source) => {
    const remarks = new Remarks();
    const config = configOf(source, remarks);
    const records = taskFiles(source).flatMap((file) => recordOf(file, config, remarks) ?? []);
    if (records.length === 0 && !remarks.isFaulty) {
      const why = 'Backlog.md keeps each in a Markdown file with a front matter, below "tasks"';
      const next = 'Name such a file, or the folder backlog';
      remarks.fault({ file: source.path, line: 1 }, 'no-tasks', { what: 'There are no tasks in it', why, next });
    }
    records.sort(inOrder);
    const ids = new Ids(records.map(({ name }) => name));
    const tasks = records.map((record) => taskOf(record, { all: records, ids, config }, remarks));
    return remarks.read({ name: config.project, values: {}, tasks });
  },
};

const isOwn = (text: string): boolean => {
  const front = frontOf(text);
  return ['id', 'title', 'status', 'created_date'].every((key) => new RegExp(`^${key}:`, 'm').test(front));
};

/** Folders of the backlog in which no tasks are, or none that somebody wants done. */
const ASIDE = /(?:^|\/)(?:archive|drafts|docs|decisions|milestones)\//;

const taskFiles = ({ files, isFolder, path }: Source): readonly SourceFile[] => {
  const below = (file: SourceFile) => (file.path.startsWith(path) ? file.path.slice(path.length) : file.path);
  return files.filter((file) => {
    if (frontOf(file.text) === '') return false;
    return !isFolder || (file.path.endsWith('.md') && !ASIDE.test(below(file)));
  });
};

type TaskRecord = {
  readonly name: string;
  readonly node: FileNode;
  readonly state: DraftTask['state'];
  readonly label: string | null;
  readonly sections: readonly Section[];
};

const KNOWN = new Set(
  `id title status assignee reporter labels milestone dependencies references documentation parent_task_id subtasks
   priority type ordinal created_date updated_date`.split(/\s+/),
);

function recordOf(file: SourceFile, config: Config, remarks: Remarks): TaskRecord | null {
  const { front, blocks } = readMarkdown(file);
  const { root, faults } = readYamlFile({ path: file.path, text: quotedNames(front ?? '') }, 2);
  remarks.add(faults);
  if (root === null || !root.get('id').isThere) {
    if (faults.length === 0 && /(?:^|\/)(?:tasks|completed)\/[^/]*$/.test(file.path)) {
      const next = 'Give it an "id", or take the file out of the folder';
      remarks.fault({ file: file.path, line: 1 }, 'no-id', {
        what: 'A task has no id',
        why: 'Others name it by that',
        next,
      });
    }
    return null;
  }
  const name = remarks.text(root.get('id')) ?? baseName(file.path);
  const status = remarks.word(root.get('status'), { of: 'status', means: config.statuses, askedOf: name });
  const isOver = status === 'done' || /(?:^|\/)completed\//.test(file.path);
  remarks.leaveOthers(root, KNOWN);
  const label = status === null || status === 'open' || status === 'done' ? null : status;
  return { name, node: root, state: isOver ? 'done' : 'open', label, sections: sectionsOf(file, blocks) };
}

/** Backlog.md lets the names of people begin with `@`, which YAML does not. */
const quotedNames = (front: string): string =>
  front
    .split(/\r?\n/)
    .map((line) => line.replace(/((?:^\s*(?:assignee|reporter):\s*|^\s*-\s+|[[,]\s*))(@[^\s,\]"']+)/g, '$1"$2"'))
    .join('\n');

function inOrder(a: TaskRecord, b: TaskRecord): number {
  const [first, second] = [a.node.get('ordinal').number, b.node.get('ordinal').number];
  if (first !== second) return (first ?? Number.POSITIVE_INFINITY) - (second ?? Number.POSITIVE_INFINITY);
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}

type Known = { readonly all: readonly TaskRecord[]; readonly ids: Ids; readonly config: Config };

function taskOf({ name, node, state, label, sections }: TaskRecord, known: Known, remarks: Remarks): DraftTask {
  const { all, ids, config } = known;
  const title = remarks.asked(node.get('title'), name);
  const own = remarks.texts(node.get('dependencies')).map((need) => ids.find(need));
  const children = all.filter((other) => ids.find(other.node.get('parent_task_id').text ?? '') === name);
  // A child that waits for the whole it is a part of: then the whole cannot wait for it.
  const waiting = children.filter(
    (child) => !child.node.get('dependencies').texts.some((need) => ids.find(need) === name),
  );
  const parts = waiting.filter((child) => child.state === 'open').map((child) => child.name);
  const parent = all.find((other) => other.name === ids.find(node.get('parent_task_id').text ?? ''));
  if (node.get('parent_task_id').isThere && parent === undefined) {
    remarks.leave(
      node.get('parent_task_id').at,
      `parent ${node.get('parent_task_id').text}`,
      'It is not among the files',
    );
  }
  const type = remarks.text(node.get('type'));
  const labels = [...remarks.texts(node.get('labels')), ...[type ?? []].flat(), ...[label ?? []].flat()];
  const priority = node.get('priority');
  const group = groupOf(node, parent);
  const owners = remarks.texts(node.get('assignee'));
  const brief = briefIn({ title, node, sections }, remarks);
  const plan = sections.find((section) => section.title === 'Implementation Plan');
  return {
    name,
    at: node.get('id').at,
    state,
    values: valuesOf({
      title: sourced(title === null ? null : oneLine(title), node.get('title').at),
      brief: sourced(brief === '' ? null : { text: brief }, sections[0]?.at ?? node.get('title').at),
      steps: plan === undefined ? undefined : sourcedList(stepsIn(plan), plan.at),
      done: criteriaIn(sections, name, remarks),
      needs: sourcedList(
        [...new Set([...own, ...parts])],
        own.length > 0 ? node.get('dependencies').at : node.get('id').at,
        parts.length > 0 ? 'its subtasks among them' : undefined,
      ),
      priority: sourced(
        remarks.word(priority, { of: 'priority', means: config.priorities }),
        priority.at,
        `${priority.text} there`,
      ),
      labels: sourcedList(labels, node.get('labels').at),
      owner: sourced(owners.length === 0 ? null : oneLine(owners.join(', ')), node.get('assignee').at),
      group: group === null ? undefined : sourced(oneLine(group.text ?? ''), group.at),
      'no-change': parts.length === 0 ? undefined : sourced(LEFT_TO_SUBTASKS, node.get('id').at, 'made up here'),
    }),
  };
}

const LEFT_TO_SUBTASKS = { allowed: true, reason: 'Its subtasks may have done all of it' };

function groupOf(node: FileNode, parent: TaskRecord | undefined): FileNode | null {
  const wanted = node.get('milestone').text === null ? parent?.node.get('title') : node.get('milestone');
  return wanted === undefined || wanted.text === null ? null : wanted;
}

const CRITERIA = ['Acceptance Criteria', 'Definition of Done'];

type Told = { readonly title: string | null; readonly node: FileNode; readonly sections: readonly Section[] };

function briefIn({ title, node, sections }: Told, remarks: Remarks): string {
  const told = sections.filter((section) => !CRITERIA.includes(section.title ?? ''));
  const description = told.find((section) => section.title === 'Description')?.text ?? '';
  return briefOf([
    [null, description === '' ? title : description],
    ...told.flatMap((section): [string | null, string][] =>
      section.title === 'Description' ? [] : [[section.title, section.text]],
    ),
    ['References', lines(remarks.texts(node.get('references')))],
    ['Documentation', lines(remarks.texts(node.get('documentation')))],
  ]);
}

const lines = (texts: readonly string[]): string => texts.map((text) => `- ${text}`).join('\n');

const itemsIn = (blocks: readonly Block[]): readonly Item[] =>
  blocks.flatMap((block) => (block.is === 'list' ? block.items : []));

function criteriaIn(sections: readonly Section[], name: string, remarks: Remarks): DraftTask['values']['done'] {
  const found = sections.filter((section) => CRITERIA.includes(section.title ?? ''));
  const items = found.flatMap(({ blocks }) => itemsIn(blocks)).filter(({ box }) => box !== null);
  const at = found[0]?.at;
  if (at === undefined || items.length === 0) {
    remarks.missing(at ?? sections[0]?.at ?? { file: name, line: 1 }, name, 'Acceptance Criteria');
    return undefined;
  }
  return sourcedList(
    items.map(({ text }) => oneLine(text.replace(/^#\d+\s+/, ''))),
    items[0]?.at ?? at,
  );
}

const stepsIn = ({ blocks }: Section): readonly string[] =>
  blocks.flatMap((block) => (block.is === 'list' && block.ordered ? block.items.map(({ text }) => oneLine(text)) : []));
