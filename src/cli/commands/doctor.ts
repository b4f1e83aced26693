import { doctorText } from '../../report/host-text.ts';
import { outLayout, printJson } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world) => {
  const findings = await world.host.doctor();
  if (world.flags.json) printJson(world, { v: 1, findings });
  else world.io.out(doctorText(findings, outLayout(world)));
  return findings.every(({ ok }) => ok) ? 0 : 1;
};
