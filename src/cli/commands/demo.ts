import { optionalWord } from '../input.ts';
import { refused, say } from '../print.ts';
import type { Act } from '../world-port.ts';
import { act as run } from './run.ts';

export const act: Act = async (world, input) => {
  const made = await world.host.demo(optionalWord(input, 'dir'));
  if (!made.ok) return refused(world, made.error);
  const { dir, plan } = made.value;
  say(world, `A repository of its own: ${dir}`);
  const there = await world.at(dir);
  try {
    const exit = await run(there, { args: { plan }, options: { yes: true } });
    say(world, `Look around with: cd ${dir} && git log --graph --oneline && branchline report`);
    return exit;
  } finally {
    await there.close();
  }
};
