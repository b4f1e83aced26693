import type { Result } from '../core/result.ts';
import { err, ok } from '../core/result.ts';
import type { Status, TaskStatus } from '../core/status.ts';
import type { Refusal } from '../report/explanation.ts';
import { listed, quoted } from '../report/phrase.ts';
import { optionalWord, text, word } from './input.ts';
import { nearest } from './nearest.ts';
import type { Input, World } from './world-port.ts';

/** The run that a command is about: its argument, its `--run`, or the newest run of this repository. */
export const chosenRun = (world: World, input: Input): Promise<Result<string, Refusal>> =>
  world.runs.resolve(optionalWord(input, 'run') ?? text(input, 'run'));

export type ChosenTask = { readonly run: string; readonly status: Status; readonly task: TaskStatus };

/** The run and the task of it that the argument names. */
export async function chosenTask(world: World, input: Input): Promise<Result<ChosenTask, Refusal>> {
  const run = await chosenRun(world, input);
  if (!run.ok) return run;
  const status = await world.runs.status(run.value);
  const name = word(input, 'task');
  const task = status.tasks.find(({ id }) => id === name);
  return task === undefined ? err(noSuchTask(name, status)) : ok({ run: run.value, status, task });
}

function noSuchTask(name: string, { run, plan, tasks }: Status): Refusal {
  const names = tasks.map(({ id }) => id);
  const near = nearest(name, names);
  const shown = (near.length > 0 ? near : names).map(quoted);
  return {
    what: `There is no task ${name} in run ${run} of ${plan}`,
    why: `${near.length > 0 ? 'Did you mean' : 'It has'} ${listed(shown, 8)}${near.length > 0 ? '?' : ''}`,
    next: 'See all of them with: branchline status',
  };
}
