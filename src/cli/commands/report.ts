import { markdownOf } from '../../report/markdown.ts';
import { reportOf } from '../../report/report-json.ts';
import { chosenRun } from '../chosen.ts';
import { text } from '../input.ts';
import { refused, say } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const run = await chosenRun(world, input);
  if (!run.ok) return refused(world, run.error);
  const report = reportOf(await world.runs.status(run.value), await world.runs.entries(run.value, 0));
  const format = text(input, 'format') ?? (world.flags.json ? 'json' : 'markdown');
  const written = format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : markdownOf(report);
  const file = text(input, 'output');
  if (file === null) {
    world.io.out(written);
    return 0;
  }
  const saved = await world.host.write(file, written);
  if (!saved.ok) return refused(world, saved.error);
  say(world, `written: ${file}`);
  return 0;
};
