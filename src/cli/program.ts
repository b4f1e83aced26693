import { CommanderError } from 'commander';
import type { ExitCode } from '../report/explanation.ts';
import { buildProgram } from './build.ts';
import { Refused, refuse } from './refuse.ts';
import type { CommandRow } from './table/row.ts';
import { COMMANDS } from './table.ts';
import type { Flags, Input, Shell } from './world-port.ts';

/** Understands the command line, carries the command out and returns the exit code. Throws only where we have a bug. */
export async function runProgram(argv: readonly string[], shell: Shell): Promise<ExitCode> {
  if (isCompletionRequest(argv)) return (await import('./complete.ts')).complete(argv, shell);
  let exit: ExitCode = 0;
  // Commander writes an error before it throws it; it is held back here and printed in our own shape.
  let held = '';
  const hold = (text: string) => {
    held += text;
  };
  const output = { version: shell.version, out: (text: string) => shell.io.out(text), err: hold };
  const program = buildProgram(output, async (row, input, flags) => {
    exit = await carryOut(row, { input, flags, shell });
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return usage(thrown, { argv, shell, held });
  }
}

type Call = { readonly input: Input; readonly flags: Flags; readonly shell: Shell };

async function carryOut(row: CommandRow, { input, flags, shell }: Call): Promise<ExitCode> {
  const act = await row.load();
  const world = await shell.open(flags);
  try {
    return await act(world, input);
  } catch (thrown) {
    if (thrown instanceof Refused) return refuse({ io: shell.io, json: flags.json }, thrown.refusal);
    throw thrown;
  } finally {
    await world.close();
  }
}

type Spoken = { readonly argv: readonly string[]; readonly shell: Shell; readonly held: string };

/** Help and version are answers; anything else that commander throws is a command line that we do not understand. */
function usage(thrown: CommanderError, { argv, shell, held }: Spoken): ExitCode {
  if (thrown.exitCode === 0) return 0;
  const { io } = shell;
  const json = argv.includes('--json');
  if (thrown.code === 'commander.help' && !json) {
    io.err(held);
    return 2;
  }
  const [what = '', why = ''] =
    thrown.code === 'commander.help' ? ['no command was given'] : thrown.message.replace(/^error: /, '').split('\n');
  return refuse({ io, json }, { what, why: why.replace(/^\((.*)\)$/, '$1'), next: `branchline ${helpFor(argv)}` });
}

const helpFor = (argv: readonly string[]): string => {
  const verb = argv.find((each) => !each.startsWith('-'));
  return verb !== undefined && isCommand(verb) ? `${verb} --help` : '--help';
};

const isCompletionRequest = (argv: readonly string[]): boolean => argv[0] === 'complete';

const isCommand = (word: string): boolean => COMMANDS.some(({ name }) => name === word);
