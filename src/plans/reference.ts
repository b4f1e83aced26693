import { z } from 'zod';
import { planFields } from './fields.ts';
import { type About, aboutOf } from './kinds.ts';
import { flow } from './problems.ts';
import { PERSONAL_KEYS, settingsFields } from './settings-fields.ts';
import { openUp } from './walk.ts';

/** One row of the reference: `tasks.<task>.scope.may` and what there is to say about it. */
type FieldRow = { readonly name: string; readonly about: About };

/** Every field of a plan in the order of the schema. */
export const planRows = (): readonly FieldRow[] => rowsOf(planFields, '');

function rowsOf(schema: z.ZodType, prefix: string): readonly FieldRow[] {
  return openUp(schema).flatMap((open) => {
    if (open instanceof z.ZodRecord)
      return rowsOf(open.valueType as z.ZodType, `${prefix}${KEYS.get(prefix) ?? '<name>'}.`);
    if (!(open instanceof z.ZodObject)) return [];
    return Object.entries(open.shape).flatMap(([key, inner]) => {
      const about = aboutOf(inner as z.ZodType);
      const name = `${prefix}${key}`;
      return about ? [{ name, about }, ...rowsOf(inner as z.ZodType, `${name}.`)] : [];
    });
  });
}

const KEYS: ReadonlyMap<string, string> = new Map([
  ['tasks.', '<task>'],
  ['prices.', '<model>'],
]);

/** `schema/plan.schema.json`: what an editor checks a plan against. The reader knows more (names, contradictions). */
export function planJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(planFields, { io: 'input', target: 'draft-2020-12' });
  return json({ $schema, $id: 'plan.schema.json', title: 'Branchline plan', ...schema });
}

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** `docs/plan.md`. */
export function planReference(): string {
  const rows = planRows();
  const level = (wanted: (name: string) => boolean): string => table(rows.filter(({ name }) => wanted(name)));
  const task = (name: string): boolean => name.startsWith('tasks.');
  const agent = (name: string): boolean => name.startsWith('agents.');
  const later = rows.filter(({ about }) => about.later === true).length;
  return `${INTRODUCTION}
${rows.length} fields; ${rows.length - later} work now, ${later} come later.

## Plan

${level((name) => !task(name) && !agent(name))}
## Agents

${level(agent)}
## Tasks

${level(task)}
${settingsReference()}`;
}

/** `docs/later.md`: what this version knows and refuses, in whole fields and in single values. */
export function laterReference(): string {
  const rows = planRows();
  const fields = rows.filter(({ about }) => about.later === true);
  const values = rows.filter(({ about }) => Array.isArray(about.later));
  return `${LATER}
## Fields

| field | meaning |
|---|---|
${fields.map(({ name, about }) => `| \`${name}\` | ${about.about.replaceAll('|', '\\|')} |\n`).join('')}
## Values

| field | values that come later |
|---|---|
${values.map(({ name, about: { later } }) => `| \`${name}\` | ${Array.isArray(later) ? later.map((value) => `\`${value}\``).join(', ') : ''} |\n`).join('')}`;
}

/** What stands below these is explained with the plan. */
const AS_IN_A_PLAN = /^(?:agents\.(?:use|aliases|modes)|questions|budget)\./;

/** Settings stand beside the plan: of a person, a machine or a repository. */
function settingsReference(): string {
  const rows = rowsOf(settingsFields, '').filter(({ name }) => !AS_IN_A_PLAN.test(name));
  const own = [...PERSONAL_KEYS].map((key) => `\`${key}\``).join(', ');
  return `${SETTINGS}
Files in a repository cannot set ${own}: whoever clones it would obey them unread. A file in a repository that says who works is
approved together with the plan, and so is its text for briefs.

${table(rows)}`;
}

function table(rows: readonly FieldRow[]): string {
  const head = '| field | meaning | unit | default | example | works |\n|---|---|---|---|---|---|\n';
  return head + rows.map((row) => `${line(row)}\n`).join('');
}

function line({ name, about }: FieldRow): string {
  const fallback = about.default === null ? '–' : worded(about.default);
  const cells = [`\`${name}\``, about.about, about.unit, fallback, `\`${flow(about.example)}\``, worksOf(about)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** A default in words stays as it is; a value is set as code. */
function worded(value: unknown): string {
  if (typeof value !== 'string') return `\`${flow(value)}\``;
  return value.includes(' ') ? value : `\`${value}\``;
}

function worksOf({ later }: About): string {
  if (later === true) return 'later';
  return later === undefined ? 'now' : `now, but for ${later.map((value) => `\`${value}\``).join(', ')}`;
}

const LATER = `# Known and refused

Made from \`src/plans/fields.ts\` by \`npm run schemas\`; a test fails when the two differ. A plan may hold these already: \`branchline check\`
warns of each, and \`branchline run\` refuses the plan and names the place. None of them is ever ignored.
`;

const INTRODUCTION = `# The fields of a plan

Made from \`src/plans/fields.ts\` by \`node scripts/schemas.mjs\`; a test fails when the two differ. \`schema/plan.schema.json\` says the
same to editors: start a plan with \`# yaml-language-server: $schema=…\`.

- A plan is YAML 1.2: one document, no tags, no merge keys, no name twice, at most 8 MiB, 20,000 tasks and 100 aliases.
- Where a list is allowed, one entry may stand without brackets.
- A duration is a number and a unit: \`500ms\`, \`90s\`, \`20m\`, \`2h\`, \`1d\`. Only \`estimate\` takes a plain number: minutes. \`off\` stops a clock.
- Names (of plans, tasks, agents) have letters, digits, \`.\`, \`_\` and \`-\`, at most 64, start with a letter or digit, and hold no
  \`..\`; they end neither in \`.\` nor in \`.lock\`. Branches and folders are named after them.
- Paths and patterns are relative to the root of the repository, with \`/\` between their parts. What is left out goes into \`may-not\`.
- A command that is a text runs with \`sh -c\`; a list is a program and its arguments. Nothing of a task is ever put into a command.
- A field that works *later* is known and checked, and \`branchline run\` refuses a plan that has it: it is never ignored.
- The plan wins over configuration files; flags and \`BRANCHLINE_…\` variables win over the plan.
`;

const SETTINGS = `## Settings

Of several sources the first that names a key wins: flags, variables, \`.branchline/config.local.yaml\`, \`.branchline/config.yaml\`, your
own \`$XDG_CONFIG_HOME/branchline/config.yaml\`, the default. \`branchline config explain KEY\` says which one it was. The variable of
\`agents.max\` is \`BRANCHLINE_AGENTS_MAX\`, and so on; agents, aliases, families and modes (written as in a plan) and
\`questions\` cannot be set by variables. Each of the former is taken as a whole from the strongest source that has it.
`;
