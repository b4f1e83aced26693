import { typed } from '../../report/phrase.ts';
import { visible } from '../../report/visible.ts';
import { refused, say } from '../print.ts';
import { chosenWorktree } from '../worktree.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const worktree = await chosenWorktree(world, input);
  if (!worktree.ok) return refused(world, worktree.error);
  const { task, dir, base } = worktree.value;
  say(world, visible(`${dir}, started from ${base}. Leave with exit; to hand the result in: ${typed('take', task)}`));
  return (await world.host.shell(dir)) === 0 ? 0 : 1;
};
