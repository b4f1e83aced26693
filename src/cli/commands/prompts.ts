import { PROMPT_STYLES } from '../../core/prompt-styles.ts';
import { annotations } from '../../report/annotations.ts';
import { findingsText } from '../../report/check-text.ts';
import { visibleLines } from '../../report/visible.ts';
import { createIssues } from '../created-issues.ts';
import { isSet, optionalWord, text } from '../input.ts';
import { printJson, refused, say } from '../print.ts';
import type { Act, World } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const parent = text(input, 'createIssues');
  const wanted = text(input, 'format') ?? (parent === null ? null : 'ccc');
  const answered = await world.plans.prompts(optionalWord(input, 'plan'), {
    format: PROMPT_STYLES.find((style) => style === wanted) ?? 'tracks',
    task: text(input, 'task'),
    planLink: text(input, 'planLink') ?? linkTo(parent),
    label: text(input, 'label'),
    playbook: isSet(input, 'playbook'),
    out: text(input, 'out'),
    force: isSet(input, 'force'),
  });
  if (!answered.ok) return refused(world, answered.error);
  const { text: page, diagnostics, written, prompts, plan, issues, ...rest } = answered.value;
  const isWrong = diagnostics.some(({ severity }) => severity === 'error');
  const format = wanted ?? 'tracks';
  if (world.io.annotates) world.io.err(annotations(diagnostics));
  if (parent !== null && !isWrong && plan !== null) {
    if (!world.flags.json) world.io.err(findingsText(diagnostics, layout(world)));
    return createIssues(world, { plan, parent, drafts: issues, yes: isSet(input, 'yes') });
  }
  if (world.flags.json) printJson(world, { schemaVersion: 1, format, ...rest, prompts, written, diagnostics });
  else {
    world.io.err(findingsText(diagnostics, layout(world)));
    for (const path of written) world.io.out(`${path}\n`);
    if (written.length === 0) world.io.out(visibleLines(page));
    if (isWrong) say(world, 'No prompt was written: nobody is to be launched on a plan that is wrong.');
  }
  return isWrong ? 2 : 0;
};

const layout = ({ io }: World): { readonly columns: number; readonly colour: boolean } => ({
  columns: io.isTTY ? io.columns : Number.POSITIVE_INFINITY,
  colour: io.colour,
});

/** The parent issue is where the plan is talked about; of Linear only a bare id is known. */
const linkTo = (parent: string | null): string | null =>
  parent?.startsWith('github:') === true ? parent.replace('github:', '') : null;
