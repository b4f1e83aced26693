import { z } from 'zod';
import type { Fault } from './names.ts';
import {
  faultOfArgument,
  faultOfBranch,
  faultOfBranchTemplate,
  faultOfId,
  faultOfModel,
  faultOfPath,
  faultOfPattern,
  faultOfText,
  ID_PATTERN,
  VARIABLE_PATTERN,
} from './names.ts';

/**
 * The kinds of value that fields take. Every kind says what it takes (the end of a sentence that starts with "it
 * takes"), so that an error names the rule and not the library that found it.
 */
export type About = {
  readonly about: string;
  /** What a number or a text stands for: minutes, characters, a pattern … */
  readonly unit: string;
  /** In words or as a value; null: none. */
  readonly default: unknown;
  readonly example: unknown;
  /** true: the whole field comes with a later version. A list: these of its values do. */
  readonly later?: true | readonly string[];
};

const known = new WeakMap<z.ZodType, About>();

/** What the reference says about a field; undefined for a schema that is no field. */
export const aboutOf = (schema: z.ZodType): About | undefined => known.get(schema);

/** An optional field with its entry in the reference. */
export function field<S extends z.ZodType>(schema: S, about: About): z.ZodOptional<S> {
  const { default: fallback, later } = about;
  const made = schema.optional().meta({
    description:
      later === true ? `${about.about} (Known, but refused by "run": it comes with a later version.)` : about.about,
    ...(typeof fallback === 'object' || fallback === undefined ? {} : { default: fallback }),
    examples: [about.example],
    'x-unit': about.unit,
    'x-works': later === true ? 'later' : 'now',
    ...(Array.isArray(later) ? { 'x-later-values': later } : {}),
  });
  known.set(made, about);
  return made;
}

const string = (takes: string, faultOf: (text: string) => Fault) =>
  z.string({ error: takes }).check(({ value, issues }) => {
    const fault = faultOf(value);
    if (fault) issues.push({ code: 'custom', message: `!${fault}`, input: value, continue: true });
  });

const either = <T extends readonly [z.ZodType, ...z.ZodType[]]>(takes: string, options: T) =>
  z.union(options, { error: takes });

/** One, or a list of them. */
const some = <S extends z.ZodType>(takes: string, one: S) =>
  either(`${takes}, or a list of them`, [
    one,
    z.array(one, { error: `a list` }).max(1000, { error: '!is longer than 1000' }),
  ]);

const line = (max: number) => string('a text of one line', (text) => faultOfText(text, { lines: false, max }));
const lines = (max: number) => string('a text', (text) => faultOfText(text, { lines: true, max }));

const id = z
  .string({ error: 'a name' })
  .check(({ value, issues }) => {
    const fault = faultOfId(value);
    if (fault) issues.push({ code: 'custom', message: `!${fault}`, input: value, continue: true });
  })
  .meta({ pattern: ID_PATTERN.source, maxLength: 64 });
// A key that a record refuses is not looked at twice, so the rule and its sentence stand in one place for both.
const variable = z
  .string({ error: 'the name of a variable' })
  .check(({ value, issues }) => {
    if (VARIABLE_PATTERN.test(value)) return;
    issues.push({
      code: 'custom',
      message: '!is not the name of an environment variable',
      input: value,
      continue: true,
    });
  })
  .meta({ pattern: VARIABLE_PATTERN.source });

const argument = string('a text', faultOfArgument);
const argv = z
  .array(argument, { error: 'a list: the program and its arguments' })
  .min(1, { error: '!is empty: the first entry is the program' })
  .max(1000, { error: '!is longer than 1000' })
  .check(({ value, issues }) => {
    if (value[0] === '') issues.push({ code: 'custom', message: '!has no program', input: value, continue: true });
  });
const shell = string('a command', (text) => (text.trim() === '' ? 'is empty' : faultOfArgument(text)));
const command = either('a command: a text (run with sh -c) or a list (program and arguments)', [shell, argv]);

/** `1h30m` is not a duration: one number, one unit, so that every reader sees the same. */
const DURATION_PATTERN = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;
const durationText = string('a duration such as 90s, 20m or 2h', (text) =>
  DURATION_PATTERN.test(text) ? null : 'is not a duration; write a number and a unit: ms, s, m, h or d',
).meta({ pattern: DURATION_PATTERN.source });

/** With its zone, so that it means the same instant on every machine. */
const MOMENT_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;
const moment = string('a date and time with its zone, such as 2030-01-31T18:00:00Z', (text) =>
  MOMENT_PATTERN.test(text) && isMoment(text)
    ? null
    : 'is no date and time with its zone; write 2030-01-31T18:00:00Z or 2030-01-31T19:00+01:00',
).meta({ pattern: MOMENT_PATTERN.source });

/** Dates that no calendar has are taken by the parser for days of the next month. */
function isMoment(text: string): boolean {
  const day = Number(text.slice(8, 10));
  const midnight = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && midnight.getUTCDate() === day;
}

const whole = (from: number, to: number) =>
  z
    .int({ error: 'a whole number' })
    .min(from, { error: `!is less than ${from}` })
    .max(to, { error: `!is more than ${to}` });

export const kinds = {
  id,
  variable,
  title: line(200),
  label: line(100),
  model: string('the name of a model', faultOfModel),
  labels: some('a label', line(100)),
  texts: some('a text', lines(4000)),
  text: string('a text', (text) =>
    Buffer.byteLength(text) > 65_536 ? 'is larger than 64 KiB' : faultOfText(text, { lines: true, max: 65_536 }),
  ),
  template: lines(4000),
  path: string('a path of the repository', faultOfPath),
  patterns: some('a path or pattern', string('a path or pattern', faultOfPattern)),
  ids: some('the name of a task', id),
  variables: some('the name of a variable', variable),
  variableMap: z.record(variable, argument, { error: 'a map of names and values' }),
  branch: string('the name of a branch', faultOfBranch),
  branchTemplate: string('a template of branch names', faultOfBranchTemplate),
  command,
  argvOrShell: command,
  // A list of texts is a list of commands; a single argument vector stands in a list of its own.
  commands: either('a list of commands', [shell, z.array(command, { error: 'a list of commands' })]),
  flag: z.boolean({ error: 'true or false' }),
  whole,
  duration: durationText,
  moment,
  // `off` is a plain word in YAML 1.2; a clock that does not run has no length.
  clock: either('a duration such as 90s, 20m or 2h, or off', [z.literal('off'), durationText]),
  minutes: either('minutes as a number, or a duration such as 90s, 20m or 2h', [
    z
      .number({ error: 'a number' })
      .min(0, { error: '!is less than 0' })
      .max(100_000, { error: '!is more than 100000' }),
    durationText,
  ]),
  choice: <const T extends readonly [string, ...string[]]>(values: T) =>
    z.enum(values, { error: `one of ${values.join(', ')}` }),
  url: string('an address that starts with https:// or http://', (text) =>
    /^https?:\/\/[^\s]+$/.test(text) && URL.canParse(text)
      ? faultOfText(text, { lines: false, max: 2000 })
      : 'is no web address',
  ),
  either,
  some,
  /** A text with a rule of its own. */
  worded: string,
  anything: z.unknown(),
} as const;

/** Milliseconds of a text that passed `DURATION_PATTERN`. */
export function milliseconds(text: string): number {
  const [, amount, unit] = DURATION_PATTERN.exec(text) ?? [];
  const each = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ''] ?? Number.NaN;
  return Math.round(Number(amount) * each);
}
