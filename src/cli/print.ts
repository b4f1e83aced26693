import type { Result } from '../core/result.ts';
import type { ExitCode, Refusal } from '../report/explanation.ts';
import { refuse } from './refuse.ts';
import type { World } from './world-port.ts';

/** Data for a program: one JSON document on standard output. */
export const printJson = (world: World, data: unknown): void => world.io.out(`${JSON.stringify(data, null, 2)}\n`);

/** A sentence for the person, on standard error; not with `--quiet` and not with `--json`. */
export function say(world: World, sentence: string): void {
  if (!world.flags.quiet && !world.flags.json) world.io.err(`${sentence}\n`);
}

export const refused = (world: World, refusal: Refusal): ExitCode =>
  refuse({ io: world.io, json: world.flags.json }, refusal);

/** How texts on standard output are laid out here. Some pseudo-terminals say that they have 0 columns. */
export const outLayout = ({ io }: World): { readonly columns: number; readonly colour: boolean } => ({
  columns: io.outColumns > 0 ? io.outColumns : 80,
  colour: io.outColour,
});

/** The end of a command that changes something: says what was done, or what was refused. */
export function concluded(world: World, result: Result<void, Refusal>, done: string): ExitCode {
  if (!result.ok) return refused(world, result.error);
  if (world.flags.json) printJson(world, { v: 1, ok: true });
  else say(world, done);
  return 0;
}

/** True when a person agreed; `assumed` (`--yes`) agrees in advance, and where nobody can be asked the answer is no. */
export async function agreed(world: World, question: string, assumed: boolean): Promise<boolean> {
  if (assumed) return true;
  if (!world.io.interactive || world.flags.json) return false;
  const answer = await world.io.ask(`${question} [y/N] `);
  return answer !== null && /^y(es)?$/i.test(answer.trim());
}
