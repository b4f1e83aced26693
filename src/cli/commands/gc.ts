import { gcText } from '../../report/host-text.ts';
import { isSet } from '../input.ts';
import { agreed, outLayout, printJson, say } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const garbage = await world.host.gcPlan();
  const yes = isSet(input, 'yes');
  if (!world.flags.json) world.io.out(gcText(garbage, outLayout(world)));
  if (garbage.length === 0 || !(await agreed(world, 'Remove all of it?', yes))) {
    if (world.flags.json) printJson(world, { v: 1, garbage, removed: [] });
    say(world, garbage.length === 0 ? 'Nothing to remove.' : 'Nothing was removed. To do it: branchline gc --yes');
    return 0;
  }
  const removed = await world.host.gcPerform(garbage);
  if (world.flags.json) printJson(world, { v: 1, garbage, removed });
  say(world, `Removed ${removed.length} of ${garbage.length}.`);
  return 0;
};
