import { nextBrief } from '../../report/checkpoint.ts';
import { visibleLines } from '../../report/visible.ts';
import { chosenRun } from '../chosen.ts';
import { isSet } from '../input.ts';
import { printJson, refused, say } from '../print.ts';
import type { Act, World } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const run = await chosenRun(world, input);
  if (!run.ok) return refused(world, run.error);
  if (isSet(input, 'list')) return list(world, run.value);
  const written = await world.rounds.checkpoint(run.value);
  if (!written.ok) return refused(world, written.error);
  const { checkpoint, file, brief } = written.value;
  if (world.flags.json) {
    printJson(world, { ...checkpoint, file, brief });
    return 0;
  }
  world.io.out(visibleLines(nextBrief(checkpoint)));
  say(world, `written: ${file}`);
  return 0;
};

async function list(world: World, run: string): Promise<0> {
  const checkpoints = await world.rounds.checkpoints(run);
  if (world.flags.json) printJson(world, { v: 1, run, checkpoints });
  else
    for (const { at, reasons, state, file } of checkpoints)
      world.io.out(`${at}  ${reasons.join(', ')}  ${state}  ${file}\n`);
  return 0;
}
