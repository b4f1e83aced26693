import { expect, test } from 'vitest';
import type { ArgRow, CommandRow, OptionRow } from './table/row.ts';
import { GROUPS } from './table/row.ts';
import { COMMANDS, GLOBAL_OPTIONS } from './table.ts';

test('the reference of the command line is the table that the program is made from', async () => {
  const text = [
    '# Commands',
    '',
    'Data goes to standard output, everything else to standard error. What a number at the end means: [exit codes](exit-codes.md).',
    '',
    'Understood before and after every command:',
    '',
    ...GLOBAL_OPTIONS.map(optionLine),
    ...GROUPS.flatMap((group) => [
      '',
      `## ${group}`,
      ...COMMANDS.filter((row) => row.group === group).flatMap((row) => ['', ...commandLines(row)]),
    ]),
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot('../../docs/cli.md');
});

const commandLines = (row: CommandRow): readonly string[] => [
  `### \`${['branchline', row.name, ...row.args.map(({ usage }) => usage)].join(' ')}\``,
  '',
  `${row.summary}.${row.details === undefined ? '' : ` ${row.details}`}`,
  ...(row.args.length + row.options.length === 0 ? [] : ['', ...row.args.map(argLine), ...row.options.map(optionLine)]),
  '',
  '```sh',
  ...row.examples,
  '```',
];

const argLine = ({ usage, about, choices }: ArgRow): string => `- \`${usage}\`: ${about}${among(choices)}`;
const optionLine = ({ flags, about, choices }: OptionRow): string => `- \`${flags}\`: ${about}${among(choices)}`;
const among = (choices: readonly string[] | undefined): string =>
  choices === undefined ? '' : ` (${choices.map((choice) => `\`${choice}\``).join(', ')})`;

test('every group of the help holds a command, and every name is there once', () => {
  expect(GROUPS.filter((group) => !COMMANDS.some((row) => row.group === group))).toEqual([]);
  expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
});
