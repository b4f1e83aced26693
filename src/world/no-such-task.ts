import type { TaskId } from '../core/plan.ts';
import type { RunView } from '../core/run.ts';
import type { Refusal } from '../report/explanation.ts';

/** What is said to whoever names a task that the run does not have. */
export const noSuchTask = (view: RunView, task: TaskId): Refusal => ({
  what: `There is no task ${task} in this run`,
  why: `Its tasks are ${view.records
    .slice(0, 12)
    .map(({ id }) => id)
    .join(', ')}${view.records.length > 12 ? ', …' : ''}`,
  next: 'Check the name with: branchline status',
});
