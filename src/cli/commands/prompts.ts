import { PROMPT_STYLES } from '../../core/prompt-styles.ts';
import { annotations } from '../../report/annotations.ts';
import { findingsText } from '../../report/check-text.ts';
import { visibleLines } from '../../report/visible.ts';
import { isSet, optionalWord, text } from '../input.ts';
import { printJson, refused, say } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const wanted = text(input, 'format');
  const answered = await world.plans.prompts(optionalWord(input, 'plan'), {
    format: PROMPT_STYLES.find((style) => style === wanted) ?? 'tracks',
    task: text(input, 'task'),
    planLink: text(input, 'planLink'),
    label: text(input, 'label'),
    playbook: isSet(input, 'playbook'),
    out: text(input, 'out'),
    force: isSet(input, 'force'),
  });
  if (!answered.ok) return refused(world, answered.error);
  const { text: page, diagnostics, written, prompts, ...rest } = answered.value;
  const isWrong = diagnostics.some(({ severity }) => severity === 'error');
  const format = wanted ?? 'tracks';
  if (world.io.annotates) world.io.err(annotations(diagnostics));
  if (world.flags.json) printJson(world, { schemaVersion: 1, format, ...rest, prompts, written, diagnostics });
  else {
    world.io.err(
      findingsText(diagnostics, {
        columns: world.io.isTTY ? world.io.columns : Number.POSITIVE_INFINITY,
        colour: world.io.colour,
      }),
    );
    for (const path of written) world.io.out(`${path}\n`);
    if (written.length === 0) world.io.out(visibleLines(page));
    if (isWrong) say(world, 'No prompt was written: nobody is to be launched on a plan that is wrong.');
  }
  return isWrong ? 2 : 0;
};
