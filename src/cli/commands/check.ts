import { annotations } from '../../report/annotations.ts';
import { checkText } from '../../report/check-text.ts';
import { optionalWord } from '../input.ts';
import { outLayout, printJson, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const checked = await world.plans.check(optionalWord(input, 'plan'));
  if (!checked.ok) return refused(world, checked.error);
  const { file, report, diagnostics } = checked.value;
  if (world.io.annotates) world.io.err(annotations(diagnostics));
  if (world.flags.json) printJson(world, { schemaVersion: 1, ...report, file, diagnostics });
  else world.io.out(checkText(checked.value, outLayout(world)));
  return report === null || diagnostics.some(({ severity }) => severity === 'error') ? 2 : 0;
};
