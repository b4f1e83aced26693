import type { PlacedDiagnostic } from '../../plans/place.ts';
import type { DraftTask, Left, Missing, Origin, Sourced } from '../draft.ts';
import { type FileNode, readYamlFile } from '../node.ts';
import {
  baseName,
  drafted,
  faultAt,
  type ReadDraft,
  type Reader,
  refused,
  type Source,
  type SourceFile,
  unknownWord,
  warningAt,
} from '../source.ts';
import { type Placed, type Wait, waitsOf } from './board-order.ts';
import { patternsOf } from './owned-paths.ts';

/** The board of the engine that dispatch had at first. */
export const dispatchBoard: Reader = {
  name: 'dispatch-board',
  about: "board.yaml of dispatch's first engine: tasks with group, depends_on, owned_paths, parallel_safe",
  detect: (source) => {
    const file = boardIn(source);
    if (file === undefined || !/^tasks:/m.test(file.text)) return 0;
    return /^[\s-]*(?:owned_paths|parallel_safe|blocking_questions|required_inputs):/m.test(file.text) ? 2 : 0;
  },
  read: (source) => readBoard(boardIn(source) ?? { path: source.path, text: '' }),
};

function boardIn({ files, isFolder }: Source): SourceFile | undefined {
  if (!isFolder) return files.find(({ path }) => /\.(?:ya?ml|json)$/i.test(path));
  const isTask = files.some(({ path }) => /(?:^|\/)tasks\/[^/]+\/plan\.md$/.test(path));
  return isTask ? undefined : files.find(({ path }) => /^board\.ya?ml$/.test(baseName(path)));
}

const STATUSES = new Map<string, DraftTask['state']>([
  ['pending', 'open'],
  ['in_progress', 'open'],
  ['failed', 'open'],
  ['blocked', 'open'],
  ['complete', 'done'],
  ['skipped', 'dropped'],
]);
const SIZES = ['S', 'M', 'L', 'XL'];
const INPUTS = ['env_vars', 'services', 'credentials', 'migrations'];
const TASK_KEYS =
  'id title group depends_on size parallel_safe owned_paths acceptance_criteria required_inputs blocking_questions assumptions status'.split(
    ' ',
  );

function readBoard(file: SourceFile): ReadDraft {
  const { root, faults } = readYamlFile(file);
  if (root === null) return refused(...faults);
  const tasks = root.get('tasks');
  if (!Array.isArray(tasks.value)) return refused(...faults, noList(tasks));
  const missing = root.get('version').isThere ? [] : [{ at: root.at, task: null, field: 'version' }];
  const strange = root.entries.filter(({ name }) => !['version', 'project', 'tasks'].includes(name));
  const read = tasks.items.map(readTask);
  const open = read.filter(({ task }) => task.state === 'open').map(({ placed }) => placed);
  const waits = waitsOf(open);
  const variables = read.flatMap(({ variables: each }) => each);
  const first = variables[0];
  const project = root.get('project');
  return drafted(
    {
      name: project.text === null ? null : { value: project.text, from: project.at },
      values:
        first === undefined
          ? {}
          : { 'env-required': { value: [...new Set(variables.map(({ value }) => value))], from: first.from } },
      tasks: read.map(({ task, placed }) => waiting(task, placed, waits.get(placed.id))),
      missing: [...missing, ...read.flatMap((each) => each.missing)],
      left: [...strange.map(noSuchKey), ...read.flatMap(({ left }) => left)],
    },
    [
      ...faults,
      ...read.flatMap(({ diagnostics }) => diagnostics),
      ...read.flatMap(({ placed, task }) => early(placed, task, open)),
    ],
  );
}

const noList = (tasks: FileNode): PlacedDiagnostic =>
  faultAt(tasks.at, 'no-tasks', {
    what: tasks.isThere ? '"tasks" is no list' : 'There are no "tasks"',
    why: 'A board has a list of them',
    next: 'Write for example: tasks: [{ id: api, title: The API }]',
  });

const noSuchKey = ({ at, name }: FileNode): Left => ({ at, what: `"${name}"`, why: 'This format has no such key' });

type ReadTask = {
  readonly task: DraftTask;
  readonly placed: Placed;
  readonly variables: readonly Sourced<string>[];
  readonly missing: readonly Missing[];
  readonly left: readonly Left[];
  readonly diagnostics: readonly PlacedDiagnostic[];
};

function readTask(node: FileNode, index: number): ReadTask {
  const [id, title] = [node.get('id').text, node.get('title').text];
  const name = id ?? title ?? `task ${index + 1}`;
  const group = node.get('group');
  const status = node.get('status').text ?? 'pending';
  const words = wordsOf(node, name, status);
  const inputs = node.get('required_inputs');
  const variables = inputs.get('env_vars');
  const lost = (at: Origin, what: string, why: string): Left => ({ at, what: `${what} of "${name}"`, why });
  return {
    task: {
      ...{ name, at: node.at, state: STATUSES.get(status) ?? 'open' },
      values: valuesOf(node, title ?? name),
    },
    placed: {
      ...{ id: name, group: group.number ?? 1, needs: node.get('depends_on').texts },
      isParallelSafe: node.get('parallel_safe').value === true,
    },
    variables: variables.texts.map((value) => ({ value, from: variables.at })),
    missing: ['id', 'title', 'owned_paths', 'acceptance_criteria']
      .filter((field) => !node.get(field).isThere)
      .map((field) => ({ at: node.at, task: name, field })),
    left: [
      ...(node.get('size').isThere
        ? [lost(node.get('size').at, `size ${node.get('size').text ?? ''}`, NO_MINUTES)]
        : []),
      ...INPUTS.slice(1).flatMap((kind) =>
        inputs.get(kind).texts.map((each) => lost(inputs.get(kind).at, `${kind}: ${each}`, NOT_LOOKED_FOR)),
      ),
      ...node.get('blocking_questions').items.map((each) => lost(each.at, `question "${each.text ?? ''}"`, ASKED)),
      ...node.entries.filter((each) => !TASK_KEYS.includes(each.name)).map(noSuchKey),
    ],
    diagnostics: words,
  };
}

const NO_MINUTES = 'A size says nothing about time';
const NOT_LOOKED_FOR = 'Whether it is there is not looked at before the start; the brief names it';
const ASKED = 'It has to be answered in the brief before the task starts';

/** Words that this format does not have, and what is not ready. */
function wordsOf(node: FileNode, name: string, status: string): readonly PlacedDiagnostic[] {
  const [size, group, safe] = [node.get('size'), node.get('group'), node.get('parallel_safe')];
  const said: PlacedDiagnostic[] = [];
  const strange = (at: Origin, word: string, of: string, known: readonly string[]) =>
    said.push(unknownWord(at, { word, of, known }));
  if (!STATUSES.has(status)) strange(node.get('status').at, status, 'status of a task', [...STATUSES.keys()]);
  if (size.isThere && !SIZES.includes(size.text ?? '')) strange(size.at, String(size.value), 'size', SIZES);
  if (group.isThere && group.number === null) strange(group.at, String(group.value), 'number of a group', ['1', '2']);
  if (safe.isThere && typeof safe.value !== 'boolean')
    strange(safe.at, String(safe.value), 'yes or no', ['true', 'false']);
  if (STATUSES.get(status) !== 'open') return said;
  const next = 'What was done of it is not known here: look before it starts again';
  if (status !== 'pending') {
    const what = `"${name}" is ${status} there, and is planned from its beginning`;
    said.push(warningAt(node.get('status').at, 'begun', { what, why: 'A plan has no work that is under way', next }));
  }
  for (const question of node.get('blocking_questions').items) {
    const what = `"${name}" may not start before this is answered: ${(question.text ?? '').slice(0, 200)}`;
    said.push(warningAt(question.at, 'question', { what, why: 'The board says so', next: 'Answer it in its brief' }));
  }
  return said;
}

function valuesOf(node: FileNode, title: string): DraftTask['values'] {
  const [done, paths, group] = [node.get('acceptance_criteria'), node.get('owned_paths'), node.get('group')];
  const inputs = node.get('required_inputs');
  const list = (heading: string, texts: readonly string[]): readonly string[] =>
    texts.length === 0 ? [] : [[heading, ...texts.map((text) => `- ${text}`)].join('\n')];
  const brief = [
    title,
    ...list('Taken for granted:', node.get('assumptions').texts),
    ...INPUTS.slice(1).flatMap((kind) => list(`It needs (${kind}):`, inputs.get(kind).texts)),
    ...list('Open questions:', node.get('blocking_questions').texts),
  ];
  const { may, note } = patternsOf(paths.texts);
  return {
    title: { value: title.slice(0, 200), from: node.get('title').at },
    brief: { value: { text: brief.join('\n\n') }, from: node.get('title').at },
    ...(done.texts.length === 0 ? {} : { done: { value: [...done.texts], from: done.at } }),
    ...(may.length === 0
      ? {}
      : { scope: { value: { may: [...may] }, from: paths.at, ...(note === null ? {} : { note }) } }),
    ...(group.number === null ? {} : { group: { value: String(group.number), from: group.at } }),
  };
}

function waiting(task: DraftTask, placed: Placed, wait: Wait = { needs: [], why: [] }): DraftTask {
  const needs = [...new Set([...placed.needs, ...wait.needs])];
  if (needs.length === 0) return task;
  const note = wait.why.length === 0 ? {} : { note: wait.why.join('; ') };
  return { ...task, values: { ...task.values, needs: { value: needs, from: task.at, ...note } } };
}

/** A task in a group before that of one that it needs could never start. */
function early({ id, group, needs }: Placed, { at }: DraftTask, open: readonly Placed[]): readonly PlacedDiagnostic[] {
  const late = open.filter((other) => needs.includes(other.id) && other.group > group);
  return late.map((other) =>
    faultAt(at, 'group-order', {
      what: `"${id}" is in group ${group} and needs "${other.id}" of group ${other.group}`,
      why: 'A group begins when the one before it is complete',
      next: `Put "${id}" into group ${other.group}, or take the need away`,
    }),
  );
}
