import { annotations } from '../../report/annotations.ts';
import { importText } from '../../report/import-text.ts';
import { isSet, text, word } from '../input.ts';
import { printJson, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const out = text(input, 'output');
  const path = word(input, 'source');
  const imported = await world.plans.import({
    path,
    from: text(input, 'from'),
    label: text(input, 'label'),
    out,
    force: isSet(input, 'force'),
  });
  if (!imported.ok) return refused(world, imported.error);
  const { plan, diagnostics } = imported.value;
  if (world.io.annotates) world.io.err(annotations(diagnostics));
  if (world.flags.json) printJson(world, { schemaVersion: 1, ...imported.value });
  else {
    if (plan !== null) world.io.out(out === null ? plan : `${out}\n`);
    world.io.err(importText(imported.value, { columns: world.io.columns, colour: world.io.colour }));
  }
  return plan === null ? 2 : 0;
};
