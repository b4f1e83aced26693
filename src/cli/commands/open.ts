import { isSet } from '../input.ts';
import { printJson, refused } from '../print.ts';
import { chosenWorktree } from '../worktree.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const worktree = await chosenWorktree(world, input);
  if (!worktree.ok) return refused(world, worktree.error);
  const { dir } = worktree.value;
  if (world.flags.json) printJson(world, { v: 1, ...worktree.value });
  else if (isSet(input, 'print') || !world.io.interactive || !(await world.host.edit(dir))) world.io.out(`${dir}\n`);
  return 0;
};
