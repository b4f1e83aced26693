import { COST_GROUPS, type CostGroup, costsOf } from '../../core/costs.ts';
import { PRICES_DATE } from '../../core/price-table.ts';
import { costsText } from '../../report/costs-text.ts';
import { chosenRun } from '../chosen.ts';
import { text } from '../input.ts';
import { outLayout, printJson, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const run = await chosenRun(world, input);
  if (!run.ok) return refused(world, run.error);
  const { runs } = world;
  const costs = costsOf(await runs.status(run.value), await runs.entries(run.value, 0), {
    by: groupOf(text(input, 'by')),
    today: await runs.spentToday(),
    dayOf: world.dayOf,
    pricesOf: PRICES_DATE,
  });
  if (world.flags.json) printJson(world, costs);
  else world.io.out(costsText(costs, outLayout(world)));
  return 0;
};

const groupOf = (word: string | null): CostGroup => COST_GROUPS.find((group) => group === word) ?? 'task';
