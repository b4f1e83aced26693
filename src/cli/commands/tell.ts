import { visible } from '../../report/visible.ts';
import { chosenTask } from '../chosen.ts';
import { words } from '../input.ts';
import { concluded, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const chosen = await chosenTask(world, input);
  if (!chosen.ok) return refused(world, chosen.error);
  const { run, task } = chosen.value;
  const note = words(input, 'text').join(' ').trim();
  if (note === '') {
    return refused(world, {
      what: 'There is nothing to tell',
      why: 'No text was given',
      next: `branchline tell ${task.id} "the schema is in db/"`,
      exit: 2,
    });
  }
  const told = await world.runs.command(run, { do: 'tell', task: task.id, text: note });
  const when =
    task.state === 'working'
      ? 'hears it now if its agent can be told, else with its next turn'
      : 'hears it with its next turn';
  return concluded(world, told, `${visible(task.id)} ${when}`);
};
