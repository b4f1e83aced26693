import { listText } from '../../report/list-text.ts';
import { outLayout, printJson, say } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world) => {
  const runs = await world.runs.list();
  if (world.flags.json) printJson(world, { schemaVersion: 1, runs });
  else world.io.out(listText(runs, { ...outLayout(world), now: world.now() }));
  if (runs.length === 0) say(world, 'No run of this repository yet. Start with: branchline init');
  return 0;
};
