import { checkpointOf } from '../../report/checkpoint.ts';
import { handoffOf, handoffOfRun, handoffText } from '../../report/handoff.ts';
import { optionalWord, text } from '../input.ts';
import { printJson, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

/** A word that names no task of the run is taken for a run. */
export const act: Act = async (world, input) => {
  const word = optionalWord(input, 'what');
  const named = await world.runs.resolve(text(input, 'run'));
  if (!named.ok) return refused(world, named.error);
  const newest = await world.runs.status(named.value);
  const task = newest.tasks.find(({ id }) => id === word);
  const run = task !== undefined || word === null ? named : await world.runs.resolve(word);
  if (!run.ok) return refused(world, { ...run.error, what: `There is no task and no run ${word ?? ''}` });
  const [status, entries] = [await world.runs.status(run.value), await world.runs.entries(run.value, 0)];
  if (task === undefined) {
    const checkpoint = checkpointOf({ status, entries, reasons: ['asked-for'] });
    if (world.flags.json) printJson(world, checkpoint);
    else world.io.out(handoffOfRun(checkpoint));
    return 0;
  }
  const handoff = handoffOf({ status, entries }, task);
  if (world.flags.json) printJson(world, handoff);
  else world.io.out(handoffText(handoff));
  return 0;
};
