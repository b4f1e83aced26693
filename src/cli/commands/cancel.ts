import { visible } from '../../report/visible.ts';
import { chosenRun, chosenTask } from '../chosen.ts';
import { isSet, optionalWord } from '../input.ts';
import { concluded, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const all = isSet(input, 'all');
  if (all === (optionalWord(input, 'task') !== null)) {
    const why = all ? 'A task and --all were both given' : 'Neither a task nor --all was given';
    return refused(world, {
      what: 'It is not clear what to cancel',
      why,
      next: 'branchline cancel TASK, or: branchline cancel --all',
    });
  }
  if (all) {
    const run = await chosenRun(world, input);
    if (!run.ok) return refused(world, run.error);
    const done = await world.runs.command(run.value, { do: 'cancel', task: null });
    return concluded(world, done, `Run ${run.value} is cancelled; what was not landed is kept`);
  }
  const chosen = await chosenTask(world, input);
  if (!chosen.ok) return refused(world, chosen.error);
  const { run, task } = chosen.value;
  const done = await world.runs.command(run, { do: 'cancel', task: task.id });
  return concluded(world, done, `${visible(task.id)} is cancelled; its work is kept`);
};
