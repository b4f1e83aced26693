import { driveOptions } from '../drive-options.ts';
import { count, isSet, optionalWord, text } from '../input.ts';
import { printJson, refused, say } from '../print.ts';
import { driveAndWatch } from '../watch.ts';
import type { Act, Input, StartOptions } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const started = await world.runs.start(optionalWord(input, 'plan'), startOptions(input));
  if (!started.ok) return refused(world, started.error);
  const { run, notices } = started.value;
  for (const notice of notices) say(world, notice);
  const options = driveOptions(world, input);
  if (!isSet(input, 'detach')) {
    return driveAndWatch(world, run, { ...options, after: 0, broughtAlong: isSet(input, 'updateCheckout') });
  }
  const detached = await world.runs.detach(run, options);
  if (!detached.ok) return refused(world, detached.error);
  if (world.flags.json) printJson(world, { v: 1, run, pid: detached.value.pid });
  else world.io.out(`${run}\n`);
  return 0;
};

function startOptions(input: Input): StartOptions {
  return {
    yes: isSet(input, 'yes'),
    approve: text(input, 'approve'),
    target: text(input, 'target'),
    places: count(input, 'places'),
    agent: text(input, 'agent'),
    updateCheckout: isSet(input, 'updateCheckout'),
  };
}
