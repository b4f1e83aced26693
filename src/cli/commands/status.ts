import { statusText } from '../../report/status-text.ts';
import { chosenRun } from '../chosen.ts';
import { outLayout, printJson, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const run = await chosenRun(world, input);
  if (!run.ok) return refused(world, run.error);
  const status = await world.runs.status(run.value);
  if (world.flags.json) printJson(world, status);
  else world.io.out(statusText(status, outLayout(world)));
  return 0;
};
