import { amendmentText } from '../../report/amendment-text.ts';
import { chosenRun } from '../chosen.ts';
import { isSet, word } from '../input.ts';
import { agreed, printJson, refused, say } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const run = await chosenRun(world, input);
  if (!run.ok) return refused(world, run.error);
  const plan = word(input, 'plan');
  const shown = await world.runs.amend(run.value, plan, { apply: false });
  if (!shown.ok) return refused(world, shown.error);
  if (!world.flags.json) world.io.out(amendmentText(shown.value));
  const yes = await agreed(world, `Change the plan of run ${run.value}?`, isSet(input, 'yes'));
  if (!yes) {
    if (world.flags.json) printJson(world, { v: 1, run: run.value, ...shown.value });
    say(world, 'Nothing was changed. To do it: add --yes');
    return 3;
  }
  const applied = await world.runs.amend(run.value, plan, { apply: true });
  if (!applied.ok) return refused(world, applied.error);
  if (world.flags.json) printJson(world, { v: 1, run: run.value, ...applied.value });
  say(world, 'The plan was changed.');
  return 0;
};
