import { visible } from '../../report/visible.ts';
import { chosenTask } from '../chosen.ts';
import { concluded, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const chosen = await chosenTask(world, input);
  if (!chosen.ok) return refused(world, chosen.error);
  const { run, task, status } = chosen.value;
  const taken = await world.runs.command(run, { do: 'take', task: task.id });
  const next =
    status.engine === null ? '; have it checked and landed with: branchline resume' : '; it is checked and landed next';
  return concluded(world, taken, `What is in the worktree of ${visible(task.id)} is its result now${next}`);
};
