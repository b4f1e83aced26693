import type { SystemName } from '../../core/state-words.ts';
import { markdownOf } from '../../report/markdown.ts';
import { reportOf } from '../../report/report-json.ts';
import { chosenRun } from '../chosen.ts';
import { chosenSkin } from '../chosen-skin.ts';
import { text } from '../input.ts';
import { outLayout, refused, say } from '../print.ts';
import type { Act, Input, World } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const run = await chosenRun(world, input);
  if (!run.ok) return refused(world, run.error);
  const written = await writtenReport(world, run.value, input);
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

/** A program that asks for JSON gets it, whatever shape a person would see. */
async function writtenReport(world: World, run: string, input: Input): Promise<string> {
  const [status, entries] = [await world.runs.status(run), await world.runs.entries(run, 0)];
  const format = text(input, 'format');
  if (format === 'json' || (world.flags.json && format !== 'markdown')) {
    return `${JSON.stringify(reportOf(status, entries), null, 2)}\n`;
  }
  const skin: SystemName | null = chosenSkin(input);
  if (skin === null) return markdownOf(reportOf(status, entries));
  const { skinnedReport } = await import('../../report/skins/skins.ts');
  const columns = text(input, 'output') === null ? outLayout(world).columns : Number.POSITIVE_INFINITY;
  return skinnedReport(skin, { status, entries, columns });
}
