import { visible, visiblePieces } from '../../report/visible.ts';
import { chosenTask } from '../chosen.ts';
import { count, isSet } from '../input.ts';
import { refused, say } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const chosen = await chosenTask(world, input);
  if (!chosen.ok) return refused(world, chosen.error);
  const { run, task } = chosen.value;
  const { drain } = world.signals;
  const log = await world.runs.log(run, task.id, {
    attempt: count(input, 'attempt'),
    follow: isSet(input, 'follow'),
    signal: drain,
  });
  if (!log.ok) return refused(world, log.error);
  const shown = visiblePieces();
  let isEmpty = true;
  for await (const piece of log.value) {
    isEmpty = false;
    world.io.out(world.flags.json ? `${JSON.stringify({ v: 1, task: task.id, text: piece })}\n` : shown(piece));
  }
  if (isEmpty && !drain.aborted) say(world, `The agent of ${visible(task.id)} has printed nothing.`);
  return drain.aborted ? 130 : 0;
};
