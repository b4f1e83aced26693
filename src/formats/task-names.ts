import { slugOf } from '../core/slug.ts';
import { faultOfId } from '../plans/names.ts';
import type { DraftTask } from './draft.ts';

/** Names that a plan can have for tasks that another system calls as it likes; two tasks never get the same. */
export function taskNames(tasks: readonly DraftTask[]): ReadonlyMap<DraftTask, string> {
  const taken = new Set<string>();
  const names = new Map<DraftTask, string>();
  // Whoever has a name that can stay as it is keeps it, whatever others would be changed to.
  const inOrder = [...tasks].sort((a, b) => Number(isFit(b.name)) - Number(isFit(a.name)));
  for (const task of inOrder) {
    const wanted = isFit(task.name) ? task.name : slug(task.name);
    let name = wanted;
    for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${wanted.slice(0, 58)}-${count}`;
    taken.add(name.toLowerCase());
    names.set(task, name);
  }
  return names;
}

const isFit = (name: string): boolean => faultOfId(name) === null;

/** `Track A — API` → `track-a-api`. */
export function slug(text: string): string {
  const plain = slugOf(text, { max: 48, otherwise: 'task' });
  return isFit(plain) ? plain : 'task';
}
