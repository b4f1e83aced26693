import type { DraftTask, Origin, Sourced } from '../draft.ts';
import type { Findings } from '../findings.ts';
import type { BoardTask, Edges } from './task.ts';

type Need = { readonly name: string; readonly from: Origin; readonly note?: string };
type Known = { readonly task: (id: string) => BoardTask | undefined; readonly found: Findings };

/**
 * Tasks whose needs say all that the edges of a board say. An edge may be written on both of its sides or on one; a parent
 * is complete after its parts, in whichever direction an edge between them was written.
 */
export function withNeeds(tasks: readonly BoardTask[], found: Findings): readonly DraftTask[] {
  const known = { task: finder(tasks), found };
  const stated = new Map(tasks.map((task) => [task, [...statedNeeds(task, known)]]));
  for (const task of tasks) addBlocks(task, stated, known);
  for (const task of tasks) loneBlockedBy(task, known);
  const parts = partsOf(tasks, known);
  const below = wholes(parts);
  const turned = turnedEdges(parts, stated, found);
  return tasks.map((task) => {
    const own = [...(stated.get(task) ?? []), ...inherited(task, { parts, below, turned, stated })];
    const its = below.get(task) ?? [];
    return drafted(task, { needs: [...own, ...missingParts(own, its)], isParent: its.length > 0 });
  });
}

/** The parts of each whole. */
function wholes(parts: ReadonlyMap<BoardTask, BoardTask>): ReadonlyMap<BoardTask, readonly BoardTask[]> {
  const below = new Map<BoardTask, BoardTask[]>();
  for (const [part, whole] of parts) {
    const known = below.get(whole) ?? [];
    below.set(whole, known);
    known.push(part);
  }
  return below;
}

/** Edges name tasks by their native ids; some writers put the stable one there. */
function finder(tasks: readonly BoardTask[]): Known['task'] {
  const native = new Map([...tasks].reverse().map((task) => [task.nativeId, task]));
  const stable = new Map([...tasks].reverse().map((task) => [task.name, task]));
  return (id) => native.get(id) ?? stable.get(id);
}

function statedNeeds({ blockedBy }: BoardTask, { task }: Known): readonly Need[] {
  return (blockedBy?.ids ?? []).map((id) => ({ name: task(id)?.name ?? id, from: blockedBy?.at ?? NOWHERE }));
}

function addBlocks(task: BoardTask, stated: ReadonlyMap<BoardTask, Need[]>, { task: find, found }: Known): void {
  for (const id of task.blocks?.ids ?? []) {
    const other = find(id);
    const at = task.blocks?.at ?? task.at;
    if (other === undefined) {
      found.fault(at, 'unknown-need', {
        what: `"${shown(task.name)}" blocks "${shown(id)}"`,
        why: 'There is no such task',
        next: 'Restore that task, or remove the id',
      });
      continue;
    }
    const needs = stated.get(other) ?? [];
    if (needs.some(({ name }) => name === task.name)) continue;
    needs.push({ name: task.name, from: at });
    if (other.blockedBy !== null) oneSided({ task, other, side: 'blocks', at }, other.blockedBy, found);
  }
}

function loneBlockedBy(task: BoardTask, { task: find, found }: Known): void {
  for (const id of task.blockedBy?.ids ?? []) {
    const other = find(id);
    if (other === undefined || other.blocks === null || other.blocks.ids.some((each) => find(each) === task)) continue;
    oneSided({ task, other, side: 'blockedBy', at: task.blockedBy?.at ?? task.at }, other.blocks, found);
  }
}

type OneSide = {
  readonly task: BoardTask;
  readonly other: BoardTask;
  readonly side: 'blocks' | 'blockedBy';
  readonly at: Origin;
};

function oneSided({ task, other, side, at }: OneSide, { at: otherAt }: Edges, found: Findings): void {
  const counterpart = side === 'blocks' ? 'blockedBy' : 'blocks';
  found.warn(at, 'one-sided-edge', {
    what: `"${shown(task.name)}" has "${shown(other.name)}" under "${side}"`,
    why: `That one does not have it under "${counterpart}" (${otherAt.file}:${otherAt.line})`,
    next: 'The edge holds; see whether the other side was lost',
  });
}

/** Each part of a larger task, and that task. */
function partsOf(tasks: readonly BoardTask[], { task: find, found }: Known): ReadonlyMap<BoardTask, BoardTask> {
  const parts = new Map<BoardTask, BoardTask>();
  for (const task of tasks) {
    if (task.parent === null) continue;
    const parent = find(task.parent.name);
    if (parent !== undefined) parts.set(task, parent);
    else {
      found.warn(task.parent.at, 'unknown-parent', {
        what: `"${shown(task.name)}" is a part of "${shown(task.parent.name)}"`,
        why: 'There is no such task',
        next: 'It is planned by itself; see whether that task was lost',
      });
    }
  }
  return parts;
}

/** Takes out the edges by which a part waits for the whole, and names the parts that had one. */
function turnedEdges(
  parts: ReadonlyMap<BoardTask, BoardTask>,
  stated: Map<BoardTask, Need[]>,
  found: Findings,
): ReadonlySet<BoardTask> {
  const turned = new Set<BoardTask>();
  for (const [part, parent] of parts) {
    const needs = stated.get(part) ?? [];
    const edge = needs.find(({ name }) => name === parent.name);
    if (edge === undefined || part === parent) continue;
    turned.add(part);
    stated.set(
      part,
      needs.filter(({ name }) => name !== parent.name),
    );
    found.warn(edge.from, 'turned-edge', {
      what: `"${shown(part.name)}" is a part of "${shown(parent.name)}" and waits for it`,
      why: 'A whole is complete when its parts are, so the two would wait for each other',
      next: 'The edge is turned around: the whole needs its parts',
    });
  }
  return turned;
}

type Families = {
  readonly parts: ReadonlyMap<BoardTask, BoardTask>;
  readonly below: ReadonlyMap<BoardTask, readonly BoardTask[]>;
  readonly turned: ReadonlySet<BoardTask>;
  readonly stated: ReadonlyMap<BoardTask, readonly Need[]>;
};

/** Whoever waited for the whole waited for all that the whole waits for, its own parts left out. */
function inherited(task: BoardTask, { parts, below, turned, stated }: Families): readonly Need[] {
  const needs: Need[] = [];
  const seen = new Set<BoardTask>();
  for (let at: BoardTask = task; turned.has(at) && !seen.has(at); ) {
    seen.add(at);
    const parent = parts.get(at);
    if (parent === undefined) break;
    const own = new Set(below.get(parent)?.map(({ name }) => name));
    for (const need of stated.get(parent) ?? []) {
      if (!own.has(need.name)) needs.push({ ...need, note: `some of them because ${parent.name} needs them` });
    }
    at = parent;
  }
  return needs;
}

function missingParts(own: readonly Need[], parts: readonly BoardTask[]): readonly Need[] {
  const there = new Set(own.map(({ name }) => name));
  const absent = parts.filter(({ name }) => !there.has(name));
  return absent.map(({ name, at, parent }) => ({ name, from: parent?.at ?? at, note: 'a whole needs its parts' }));
}

type Wanted = { readonly needs: readonly Need[]; readonly isParent: boolean };

function drafted(task: BoardTask, { needs, isParent }: Wanted): DraftTask {
  const { nativeId: _, parent: __, blocks: ___, blockedBy: ____, ...rest } = task;
  const [first] = needs;
  const names = [...new Set(needs.map(({ name }) => name))];
  const notes = [...new Set(needs.flatMap(({ note }) => note ?? []))];
  const note = notes.length === 0 ? {} : { note: notes.join('; ') };
  const value: Sourced<string[]> | null = first === undefined ? null : { value: names, from: first.from, ...note };
  const reason = { value: 'Its parts may have done all of it', from: task.at, note: 'it has parts' };
  const values = {
    ...rest.values,
    ...(value === null ? {} : { needs: value }),
    ...(isParent ? { 'no-change': reason } : {}),
  };
  return { ...rest, values };
}

const NOWHERE: Origin = { file: '', line: 1 };

const shown = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 60);
