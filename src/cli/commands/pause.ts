import { chosenRun } from '../chosen.ts';
import { concluded, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const run = await chosenRun(world, input);
  if (!run.ok) return refused(world, run.error);
  const paused = await world.runs.command(run.value, { do: 'pause' });
  return concluded(world, paused, `Run ${run.value} is paused: nothing further starts. Go on with: branchline resume`);
};
