import { visibleLines } from '../../report/visible.ts';
import { chosenTask } from '../chosen.ts';
import { printJson, refused, say } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const chosen = await chosenTask(world, input);
  if (!chosen.ok) return refused(world, chosen.error);
  const { run, task } = chosen.value;
  const patch = await world.runs.diff(run, task.id);
  if (!patch.ok) return refused(world, patch.error);
  if (world.flags.json) printJson(world, { v: 1, run, task: task.id, patch: patch.value });
  // A patch in a pipe or a file must apply byte for byte; only a terminal has to be protected from what is in it.
  else world.io.out(Number.isFinite(world.io.outColumns) ? visibleLines(patch.value) : patch.value);
  if (patch.value === '') say(world, `Nothing is changed by ${task.id}`);
  return 0;
};
