import { annotations } from '../../report/annotations.ts';
import { importText } from '../../report/import-text.ts';
import { openText } from '../../report/plan-text-text.ts';
import { visibleLines } from '../../report/visible.ts';
import { isSet, text, word } from '../input.ts';
import { printJson, refused, say } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const out = text(input, 'output');
  const given = word(input, 'text');
  const made = await world.plans.text({
    text: given === '-' ? null : given,
    out,
    force: isSet(input, 'force'),
    agent: text(input, 'agent'),
    yes: isSet(input, 'yes'),
  });
  if (!made.ok) return refused(world, made.error);
  const { plan, diagnostics, needsApproval } = made.value;
  if (world.io.annotates) world.io.err(annotations(diagnostics));
  if (world.flags.json) printJson(world, { schemaVersion: 1, ...made.value });
  else {
    const options = { columns: world.io.columns, colour: world.io.colour };
    if (plan !== null) world.io.out(out === null ? visibleLines(plan) : `${out}\n`);
    world.io.err(openText(made.value, options));
    world.io.err(importText(made.value, options));
    if (needsApproval) say(world, 'Nobody has approved this plan yet: read it before it is run.');
  }
  if (plan === null) return 2;
  return needsApproval ? 3 : 0;
};
