import { landedLines } from '../../report/landed-text.ts';
import { visible } from '../../report/visible.ts';
import { optionalWord } from '../input.ts';
import { refused, say } from '../print.ts';
import type { Act, World } from '../world-port.ts';
import { act as run } from './run.ts';

export const act: Act = async (world, input) => {
  const made = await world.host.demo(optionalWord(input, 'dir'));
  if (!made.ok) return refused(world, made.error);
  const { dir, plan } = made.value;
  say(world, `A repository of its own: ${dir}`);
  const there = await world.at(dir);
  try {
    const exit = await run(there, { args: { plan }, options: { yes: true } });
    await showLanded(there, plan);
    return exit;
  } finally {
    await there.close();
  }
};

/** What came of it, and where a person who has never seen this program looks next. */
async function showLanded(world: World, plan: string): Promise<void> {
  const newest = await world.runs.resolve(null);
  if (!newest.ok) return;
  const status = await world.runs.status(newest.value);
  const lines = landedLines(status, await world.runs.entries(newest.value, 0));
  for (const line of lines) say(world, visible(line));
  const branch = status.target.replace(/^refs\/heads\//, '');
  say(world, '\nLook around:');
  say(world, `  cd ${world.cwd}`);
  say(world, `  git log --graph --oneline ${branch}`);
  say(world, `  cat ${plan}`);
  say(world, '  branchline explain guide      # it failed a check once; its agent was told why');
  say(world, '  branchline report');
}
