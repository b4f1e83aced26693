import type { DraftTask, PlanValues, Sourced } from '../draft.ts';
import { Findings } from '../findings.ts';
import { type FileNode, readJsonFile, readJsonLines } from '../node.ts';
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
import { withNeeds } from './edges.ts';
import { compareManifest, isManifest, manifestTasks } from './manifest.ts';
import { isSpec, readSpec, uncovered } from './spec.ts';
import { type BoardTask, boardTask } from './task.ts';

/** Files of Claude Workflow: its task board, its manifest, and its specifications. */
export const cw: Reader = {
  name: 'cw',
  about: 'Claude Workflow: task files of the native board, a manifest of them, or a spec with demoable units',
  detect: ({ files }) => (files.some((file) => isManifest(file) || isBoard(file) || isSpec(file)) ? 2 : 0),
  read,
};

const isBoard = ({ path, text }: SourceFile): boolean =>
  path.endsWith('.json') && /"subject"\s*:/.test(text) && /"(?:blockedBy|blocks|activeForm)"\s*:/.test(text);

function read(source: Source): ReadDraft {
  const found = new Findings();
  const manifests = source.files.filter(isManifest).flatMap((file) => rootsOf(file, found));
  const specs = source.files.filter(isSpec).map((file) => readSpec(file, found));
  const onBoard = source.files.filter((file) => isTaskFile(file, source)).flatMap((file) => boardOf(file, found));
  const listed =
    onBoard.length > 0 ? [] : manifests.flatMap(manifestTasks).flatMap((node) => boardTask(node, found) ?? []);
  const board = [...onBoard, ...listed];
  if (onBoard.length > 0 && manifests.length > 0) compareManifest(manifests, onBoard, found);
  if (board.length > 0) uncovered(board, specs, found);
  const tasks = board.length > 0 ? withNeeds(byId(board), found) : specs.flatMap((spec) => spec.tasks);
  const isBroken = found.diagnostics.some(({ severity }) => severity === 'error');
  if (tasks.length === 0 && !isBroken) return refused(...found.diagnostics, noTasks(source));
  const name = specs[0]?.name ?? (source.isFolder ? null : nameOf(manifests));
  const values = { ...specs[0]?.values, ...overlapOf(tasks) };
  return drafted({ name, values, tasks, missing: found.missing, left: found.left }, found.diagnostics);
}

/** Its dispatcher lets the second of two tasks wait that name one file. */
function overlapOf([first]: readonly DraftTask[]): PlanValues {
  if (first === undefined) return {};
  const note = 'its dispatcher runs tasks that name one file one after the other';
  return { overlap: { value: 'serialise', from: first.at, note } };
}

function nameOf(manifests: readonly FileNode[]): Sourced<string> | null {
  const ids = manifests.flatMap((root) => [root.get('list_id'), root.get('task_list_id')]);
  const id = ids.find(({ text }) => text !== null);
  return id?.text == null ? null : { value: id.text, from: id.at };
}

/** In a folder other programs keep JSON of their own; a number is the name of a task's file. */
function isTaskFile(file: SourceFile, { isFolder }: Source): boolean {
  const name = baseName(file.path);
  if (isManifest(file) || isSpec(file) || !name.endsWith('.json'))
    return !isFolder && !isManifest(file) && !isSpec(file);
  return !isFolder || /^\d+\.json$/.test(name) || isBoard(file);
}

function boardOf(file: SourceFile, found: Findings): readonly BoardTask[] {
  const [root] = rootsOf(file, found);
  if (root === undefined) return [];
  const list = Array.isArray(root.value) ? root : root.get('tasks');
  if (list.isThere) return (found.list(list) ?? []).flatMap((node) => boardTask(node, found) ?? []);
  const task = boardTask(root, found);
  const named = /^(\d+)\.json$/.exec(baseName(file.path))?.[1];
  if (task !== null && named !== undefined && task.nativeId !== named) {
    found.warn(root.get('id').at, 'other-id', {
      what: `The file ${baseName(file.path)} holds the task ${task.nativeId?.slice(0, 60) ?? 'without an id'}`,
      why: 'A file of the board is called by the id of its task',
      next: 'See whether one file was written over another',
    });
  }
  return task === null ? [] : [task];
}

function rootsOf(file: SourceFile, found: Findings): readonly FileNode[] {
  if (file.path.endsWith('.jsonl')) {
    const { roots, faults } = readJsonLines(file);
    found.diagnostics.push(...faults);
    return roots;
  }
  const { root, faults } = readJsonFile(file);
  found.diagnostics.push(...faults);
  return root === null ? [] : [root];
}

/** `10.json` stands before `2.json` in a folder, and was made after it. */
function byId(tasks: readonly BoardTask[]): readonly BoardTask[] {
  if (tasks.some(({ nativeId }) => nativeId === null || !/^\d+$/.test(nativeId))) return tasks;
  return [...tasks].sort((a, b) => Number(a.nativeId) - Number(b.nativeId));
}

const noTasks = ({ path, files }: Source) =>
  faultAt({ file: files[0]?.path ?? path, line: 1 }, 'no-tasks', {
    what: 'There are no tasks in it',
    why: 'Tasks are files such as 1.json, a list of them, a manifest, or the demoable units of a spec',
    next: 'Name the folder of the task list, or the spec',
  });
