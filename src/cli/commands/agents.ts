import { agentsText } from '../../report/agents-text.ts';
import { outLayout, printJson } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world) => {
  const agents = await world.host.agents();
  if (world.flags.json) printJson(world, { v: 1, agents });
  else world.io.out(agentsText(agents, outLayout(world)));
  return 0;
};
