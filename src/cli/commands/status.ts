import { statusText } from '../../report/status-text.ts';
import { chosenRun } from '../chosen.ts';
import { chosenSkin } from '../chosen-skin.ts';
import { outLayout, printJson, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const run = await chosenRun(world, input);
  if (!run.ok) return refused(world, run.error);
  const status = await world.runs.status(run.value);
  const skin = chosenSkin(input);
  if (world.flags.json) printJson(world, status);
  else if (skin === null) world.io.out(statusText(status, outLayout(world)));
  else {
    const { skinnedStatus } = await import('../../report/skins/skins.ts');
    const entries = await world.runs.entries(run.value, 0);
    world.io.out(skinnedStatus(skin, { status, entries, columns: outLayout(world).columns }));
  }
  return 0;
};
