import { visible } from '../../report/visible.ts';
import { chosenTask } from '../chosen.ts';
import { text } from '../input.ts';
import { concluded, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const chosen = await chosenTask(world, input);
  if (!chosen.ok) return refused(world, chosen.error);
  const { run, task, status } = chosen.value;
  const retried = await world.runs.command(run, { do: 'retry', task: task.id, note: text(input, 'note') });
  const next = status.engine === null ? '; go on with: branchline resume' : '';
  return concluded(world, retried, `${visible(task.id)} gets another attempt${next}`);
};
