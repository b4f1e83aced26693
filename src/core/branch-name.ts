import { choiceOf } from './agent-choice.ts';
import type { Plan, Task } from './plan.ts';
import { slugOf } from './slug.ts';

/** What stands for itself in every name, and what has to be worked out for a task. */
const WORKED_OUT = /\{(agent|issue|slug)\}/g;

/**
 * Branch of an attempt after the plan's template. Each attempt has one of its own, so that nothing it leaves behind can be
 * taken for another's.
 */
export function branchName(
  plan: Plan,
  task: Task,
  { run, attempt }: { readonly run: string; readonly attempt: number },
): string {
  const name = filled(plan, task, run);
  return name.includes('{attempt}') ? name.replaceAll('{attempt}', String(attempt)) : `${name}-${attempt}`;
}

/**
 * Branch of a task that a person starts: there is no run and no second attempt. It lies beside `branchline/<plan>`, where
 * a run may land, and not below it, since git can have only one of the two.
 */
export const handBranch = (plan: Plan, task: Task): string =>
  filled(plan, task, `${plan.name}-by-hand`).replaceAll('{attempt}', '1');

const filled = (plan: Plan, task: Task, run: string): string =>
  plan.branch
    .replaceAll('{run}', () => run)
    .replaceAll('{task}', () => task.id)
    .replaceAll('{plan}', () => plan.name)
    .replace(WORKED_OUT, (_, word: string) => workedOut(plan, task, word));

function workedOut(plan: Plan, task: Task, word: string): string {
  if (word === 'agent') return slugOf(choiceOf(plan, task).name, { max: 40, otherwise: 'agent' });
  if (word === 'slug') return slugOf(task.title, { max: 40, otherwise: task.id });
  return issueWord(task);
}

/** `https://tracker/PAY-10` and `PAY-10` → `pay-10`; `github:acme/shop#41` → `41`. A task without an issue goes by its own name. */
function issueWord({ issues: [issue = ''], id }: Task): string {
  const key =
    /([A-Za-z][A-Za-z0-9]*-\d+)(?!.*[A-Za-z][A-Za-z0-9]*-\d)/.exec(issue)?.[1] ?? /(\d+)\D*$/.exec(issue)?.[1];
  return key === undefined ? id : key.toLowerCase();
}
