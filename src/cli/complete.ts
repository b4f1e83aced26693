import tab from '@bomb.sh/tab/commander';
import type { ExitCode } from '../report/explanation.ts';
import { buildProgram } from './build.ts';
import type { Shell } from './world-port.ts';

/** What the scripts of `branchline completion` ask on every press of the tab key: `complete -- <words so far>`. */
export async function complete(argv: readonly string[], { io, version }: Shell): Promise<ExitCode> {
  const output = { version, out: (text: string) => io.out(text), err: (text: string) => io.err(text) };
  const program = buildProgram(output, () => Promise.resolve());
  tab(program);
  await program.parseAsync([...argv], { from: 'user' });
  return 0;
}
