import { ganttText } from '../../report/gantt.ts';
import { count, isSet, optionalWord } from '../input.ts';
import { outLayout, printJson, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

/** A chart of a pipe or a file: wide enough to read, narrow enough for a mail. */
const CHART_COLUMNS_MAX = 120;

export const act: Act = async (world, input) => {
  const simulation = await world.plans.simulate(optionalWord(input, 'plan'), {
    places: count(input, 'places'),
    batches: isSet(input, 'batches'),
  });
  if (!simulation.ok) return refused(world, simulation.error);
  const { columns, colour } = outLayout(world);
  if (world.flags.json) printJson(world, { schemaVersion: 1, ...simulation.value });
  else world.io.out(ganttText(simulation.value, { columns: Math.min(columns, CHART_COLUMNS_MAX), colour }));
  return 0;
};
