import type { Entry } from '../core/event.ts';
import type { Status } from '../core/status.ts';
import { branchName, short } from './phrase.ts';

/** The landed history of a run, oldest first: one line for each task, with the commit that its work landed as. */
export function landedLines({ tasks, target }: Status, entries: readonly Entry[]): readonly string[] {
  const titles = new Map(tasks.map(({ id, title }) => [id, title]));
  const landed = entries.flatMap(({ event }) =>
    event.type === 'task-landed' ? [`  ${short(event.commit)}  ${titles.get(event.task) ?? event.task}`] : [],
  );
  return landed.length === 0 ? [] : ['', `Landed on ${branchName(target)}, in this order:`, ...landed];
}
