import { isSet, optionalWord } from '../input.ts';
import { printJson, refused, say } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const print = isSet(input, 'print');
  const draft = await world.plans.init({
    file: optionalWord(input, 'file'),
    force: isSet(input, 'force'),
    write: !print,
  });
  if (!draft.ok) return refused(world, draft.error);
  const { file, text, found } = draft.value;
  if (world.flags.json) printJson(world, { v: 1, file: print ? null : file, found, text });
  else if (print) world.io.out(text);
  else world.io.out(`${file}\n`);
  for (const each of found) say(world, `found: ${each}`);
  if (!print) say(world, `next: branchline check ${file}, then: branchline run ${file}`);
  return 0;
};
