import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { milliseconds } from './input.ts';
import type { ArgRow, CommandRow, OptionRow } from './table/row.ts';
import { COMMANDS, GLOBAL_OPTIONS } from './table.ts';
import type { Flags, Input } from './world-port.ts';

/** What to do with a command once it is understood. */
export type Chosen = (row: CommandRow, input: Input, flags: Flags) => Promise<void>;
export type Output = {
  readonly version: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
};

/** The parser, made from the table of commands. Nothing of the commands themselves is loaded. */
export function buildProgram({ version, out, err }: Output, chosen: Chosen): Command {
  const program = new Command('branchline')
    .description('One plan in, one verified branch out.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: out, writeErr: err })
    .addHelpText('after', '\nExit codes: docs/exit-codes.md. Commands with examples: branchline help <command>.');
  for (const row of GLOBAL_OPTIONS) program.addOption(optionOf(row));
  for (const row of COMMANDS) addCommand(program, row, chosen);
  return program;
}

function addCommand(program: Command, row: CommandRow, chosen: Chosen): void {
  const command = program.command(row.name).summary(row.summary).description(describe(row)).helpGroup(`${row.group}:`);
  for (const arg of row.args) command.addArgument(argumentOf(arg));
  for (const option of row.options) command.addOption(optionOf(option));
  command.addHelpText('after', `\nExamples:\n${row.examples.map((example) => `  $ ${example}`).join('\n')}`);
  command.action(() => chosen(row, inputOf(command), flagsOf(program)));
}

const describe = ({ summary, details }: CommandRow): string =>
  details === undefined ? `${summary}.` : `${summary}. ${details}`;

function argumentOf({ usage, about, choices }: ArgRow): Argument {
  const argument = new Argument(usage, about);
  return choices === undefined ? argument : argument.choices(choices);
}

function optionOf({ flags, about, choices, kind }: OptionRow): Option {
  const option = new Option(flags, about);
  if (choices !== undefined) option.choices(choices);
  if (kind === 'count') option.argParser(asCount);
  if (kind === 'duration') option.argParser(asDuration);
  return option;
}

function asCount(written: string): string {
  if (!/^[1-9]\d{0,8}$/.test(written)) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return written;
}

function asDuration(written: string): string {
  if (milliseconds(written) === null) throw new InvalidArgumentError('It must be a time such as 90s, 30m or 2h.');
  return written;
}

function inputOf(command: Command): Input {
  const args: Record<string, string | readonly string[] | undefined> = {};
  for (const [index, argument] of command.registeredArguments.entries())
    args[argument.name()] = command.processedArgs[index];
  return { args, options: command.opts() };
}

function flagsOf(program: Command): Flags {
  const { dir, json, color, quiet, verbose, input } = program.opts<Record<string, unknown>>();
  return {
    dir: typeof dir === 'string' ? dir : null,
    json: json === true,
    colour: program.getOptionValueSource('color') === 'cli' ? color === true : null,
    quiet: quiet === true,
    verbose: verbose === true,
    input: input !== false,
  };
}
