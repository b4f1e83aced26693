import { isTerminal } from './evolve.ts';
import { linksOf, longestChain } from './graph.ts';
import type { TaskId } from './plan.ts';
import { estimatesOf } from './priority.ts';
import type { RunView } from './run.ts';

/** The longest chain of tasks that have yet to land, in minutes of their estimates. What is on a cycle is left out. */
export function criticalPathOf(view: RunView): { readonly minutes: number; readonly tasks: readonly TaskId[] } {
  const estimate = estimatesOf(view.plan);
  const open = view.records.filter(({ state }) => !isTerminal(state));
  const links = linksOf(
    open.map(({ id }) => id),
    (id) => view.index.before(id),
  );
  const { length, chain } = longestChain(links, (position) => {
    const task = open[position]?.task;
    return task === undefined ? 0 : estimate(task);
  });
  return { minutes: length, tasks: chain.flatMap((position) => open[position]?.id ?? []) };
}
