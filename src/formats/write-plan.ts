import { Document, type Node, Pair, Scalar, type YAMLMap } from 'yaml';
import { planFields } from '../plans/fields.ts';
import { taskFields } from '../plans/fields-task.ts';
import type { Draft, DraftTask, Sourced } from './draft.ts';
import { taskNames } from './task-names.ts';

/** A plan made of a draft, and which of its tasks is which. */
export type WrittenPlan = { readonly text: string; readonly tasks: ReadonlyMap<string, DraftTask> };

/** A draft as a plan in YAML. Behind every value stands where it came from. What is over already is left out. */
export function writePlan(
  draft: Draft,
  { format, source }: { readonly format: string; readonly source: string },
): WrittenPlan {
  const open = draft.tasks.filter(({ state }) => state === 'open');
  const names = taskNames(open);
  const document = new Document({});
  const root = document.contents as unknown as YAMLMap;
  const put = (map: YAMLMap, key: string, sourced: Sourced<unknown>): void => {
    map.items.push(pairOf(document, key, sourced));
  };
  if (draft.name !== null && draft.tasks.length > 0) put(root, 'plan', draft.name);
  for (const field of Object.keys(planFields.shape)) {
    const sourced = (draft.values as Record<string, Sourced<unknown> | undefined>)[field];
    if (sourced !== undefined) put(root, field, sourced);
  }
  const tasks = document.createNode({}) as YAMLMap;
  const byName = new Map([...names].map(([task, name]) => [task.name, name]));
  for (const task of open) {
    const map = document.createNode({}) as YAMLMap;
    for (const [field, sourced] of fieldsOf(task, names.get(task) ?? '', byName)) put(map, field, sourced);
    map.flow = map.items.length === 0;
    const key = new Scalar(names.get(task));
    key.commentBefore = ` ${place(task.at)}`;
    tasks.items.push(new Pair(key, map));
  }
  if (draft.tasks.length > 0) root.items.push(new Pair(new Scalar('tasks'), tasks));
  document.commentBefore = heading(draft, format, source);
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  return { text, tasks: new Map([...names].map(([task, name]) => [name, task])) };
}

/** In the order in which a plan's own documentation has them. */
function fieldsOf(
  task: DraftTask,
  id: string,
  names: ReadonlyMap<string, string>,
): readonly [string, Sourced<unknown>][] {
  const values = titled(task, id) as Record<string, Sourced<unknown> | undefined>;
  return Object.keys(taskFields.shape).flatMap((field): [string, Sourced<unknown>][] => {
    const sourced = values[field];
    if (sourced === undefined) return [];
    if (field !== 'needs') return [[field, sourced]];
    const needs = [sourced.value].flat().flatMap((name) => names.get(String(name)) ?? []);
    return needs.length === 0 ? [] : [[field, { ...sourced, value: [...new Set(needs)] }]];
  });
}

/** A person still finds the name that they know. */
function titled(task: DraftTask, id: string): DraftTask['values'] {
  const { title } = task.values;
  if (task.name === id || title?.value.includes(task.name)) return task.values;
  const value = title === undefined ? task.name : `${task.name}: ${title.value}`;
  return { ...task.values, title: { value: value.slice(0, 200), from: title?.from ?? task.at } };
}

function pairOf(document: Document, key: string, { value, from, note }: Sourced<unknown>): Pair {
  const comment = ` ${note === undefined ? '' : `${note}; `}${place(from)}`;
  const node = document.createNode(value) as Node & { flow?: boolean };
  const isText = typeof value === 'string';
  const json = isText ? '' : JSON.stringify(value);
  const isLong = isText ? value.includes('\n') || value.length > 120 : json.length > 100 || json.includes('\\n');
  if (isText && value.includes('\n')) (node as Scalar).type = Scalar.BLOCK_LITERAL;
  if (!isText && !isLong && typeof value === 'object') flow(node);
  const name = new Scalar(key);
  if (isLong || !(isText || typeof value !== 'object')) name.commentBefore = comment;
  else node.comment = comment;
  return new Pair(name, node);
}

/** The innermost lists on one line, as a person writes them. */
function flow(node: { flow?: boolean }): void {
  node.flow = true;
}

const place = ({ file, line }: { readonly file: string; readonly line: number }): string => `from ${file}:${line}`;

function heading({ left, missing, tasks }: Draft, format: string, source: string): string {
  const over = tasks.filter(({ state }) => state !== 'open');
  return [
    ` ${tasks.length === 0 ? 'Settings' : 'A plan'} for Branchline, made from ${source} (${format}). Behind each value stands where it came from.`,
    ...over.map(({ name, state, at }) => ` Over already (${state}): ${name}, ${place(at)}`),
    ...missing.map(({ task, field, at }) => ` Not said${task === null ? '' : ` of ${task}`}: ${field}, ${place(at)}`),
    ...left.map(({ what, why, at }) => ` Not carried over: ${what}, ${place(at)}. ${why}.`),
  ]
    .map((line) => line.replace(/[\r\n]+/g, ' '))
    .join('\n');
}
