import { explain } from '../../report/explain.ts';
import { visible } from '../../report/visible.ts';
import { chosenTask } from '../chosen.ts';
import { printJson, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const chosen = await chosenTask(world, input);
  if (!chosen.ok) return refused(world, chosen.error);
  const { run, task, status } = chosen.value;
  const installed = task.because?.reason === 'agent-missing' ? await world.host.installed() : null;
  const here = { isDriven: status.engine !== null, installed };
  const { what, why, next } = explain(task, await world.runs.entries(run, 0), here);
  if (world.flags.json) {
    printJson(world, { v: 1, run, task: task.id, state: task.state, what, why, next, because: task.because });
    return 0;
  }
  const lines = [what, `  why:  ${why}`, `  next: ${next}`, ...task.rescued.map((ref) => `  kept: ${ref}`)];
  world.io.out(`${lines.map(visible).join('\n')}\n`);
  return 0;
};
