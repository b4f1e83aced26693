import type { Task } from '../core/plan.ts';
import type { Oid } from '../core/ports/git.ts';
import { type Context, planOf } from './context.ts';

/** Files that say what a set-up installs. A changed one makes the set-up of a slot stale. */
const LOCKFILES = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'Cargo.lock',
  'go.sum',
  'poetry.lock',
  'uv.lock',
  'Pipfile.lock',
  'requirements.txt',
  'Gemfile.lock',
  'composer.lock',
  'mix.lock',
  'flake.lock',
];

/** Two slots with the same key are set up alike: by the same commands, from the same lockfiles. */
export async function setupKeyOf(context: Context, of: { readonly commit: Oid; readonly task: Task }): Promise<string> {
  const commands = [planOf(context).setup, of.task.setup];
  // Where nothing is set up, nothing can go stale.
  if (commands.every((list) => list.length === 0)) return JSON.stringify(commands);
  const { repository } = context.parts;
  const oids = await Promise.all(LOCKFILES.map((path) => repository.oidOf(of.commit, path)));
  const locks = LOCKFILES.flatMap((path, at) => (oids[at] == null ? [] : [`${path} ${oids[at]}`]));
  return JSON.stringify([...commands, locks]);
}
