import { chosenRun } from '../chosen.ts';
import { driveOptions } from '../drive-options.ts';
import { isSet } from '../input.ts';
import { printJson, refused, say } from '../print.ts';
import { driveAndWatch } from '../watch.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const run = await chosenRun(world, input);
  if (!run.ok) return refused(world, run.error);
  const before = await world.runs.status(run.value);
  if (before.state === 'paused') {
    const resumed = await world.runs.command(run.value, { do: 'resume' });
    if (!resumed.ok) return refused(world, resumed.error);
  }
  if (before.engine !== null) {
    say(
      world,
      `Run ${run.value} is driven by process ${before.engine.pid} on ${before.engine.host}; see: branchline status`,
    );
    return 0;
  }
  const options = driveOptions(world, input);
  if (!isSet(input, 'detach')) return driveAndWatch(world, run.value, { ...options, after: before.seq });
  const started = await world.runs.detach(run.value, options);
  if (!started.ok) return refused(world, started.error);
  if (world.flags.json) printJson(world, { v: 1, run: run.value, pid: started.value.pid });
  else world.io.out(`${run.value}\n`);
  return 0;
};
