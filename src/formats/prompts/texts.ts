import { choiceOf } from '../../core/agent-choice.ts';
import { code, oneLine } from '../../core/brief/fence.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { type Command, isReadOnly, type Plan, type Task } from '../../core/plan.ts';
import type { PromptFacts } from './facts.ts';

/** Words as people count them. */
export const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;

export const and = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

export const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

/** Patterns of what a task may write, what it has to deliver among them; null: it does not say. */
export function mayOf(task: Task): readonly string[] | null {
  if (isReadOnly(task)) return task.artifacts;
  return task.scope === null ? null : [...new Set([...task.scope.may, ...task.artifacts])];
}

/** Longer commands, and those of several lines, are named by where they stand. */
const COMMAND_CHARS_MAX = 200;

/** The checks that are worth running before a merge: the task's own, the plan's, and those of the end where it builds on others. */
export function checksOf({ plan, order }: PromptFacts, task: Task): readonly Command[] {
  if (isReadOnly(task)) return [];
  const isLate = (order.before.get(task.id) ?? []).length > 0;
  const seen = new Map<string, Command>();
  for (const each of [...plan.checks, ...task.checks, ...(isLate ? plan.finalChecks : [])]) {
    seen.set(typed(each), each);
  }
  return [...seen.values()];
}

/** A command as it would be typed. */
export const typed = (command: Command): string =>
  typeof command === 'string' ? command.trim() : command.map(quoted).join(' ');

/** One word for a shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

export const spelled = (command: Command, planFile: string): string => {
  const text = typed(command);
  const fits = text.length <= COMMAND_CHARS_MAX && oneLine(text) === text;
  return fits ? code(text) : `the longer command under checks in ${code(planFile)}`;
};

/** `a`, `b` and `c`; each once. */
export const spelledAll = (commands: readonly Command[], planFile: string): string =>
  and([...new Set(commands.map((command) => spelled(command, planFile)))]);

/** The brief's own text, whether it stands in the plan or in a file; null: there is none at hand. */
export function briefText({ briefs }: PromptFacts, { brief }: Task): string | null {
  if (brief === null) return null;
  return ('text' in brief ? brief.text : (briefs.get(brief.file) ?? null))?.trim() ?? null;
}

export const briefFile = ({ brief }: Task): string | null => (brief !== null && 'file' in brief ? brief.file : null);

/** The name of the agent that is to work on it; null: any. */
export function agentOf({ plan, standIn }: PromptFacts, task: Task): string | null {
  const { name } = choiceOf(plan, task);
  return task.agent === null && name === standIn ? null : name;
}

/** Texts of an agent or an alias that go in front of everything else. */
export const prefaceOf = (plan: Plan, task: Task): readonly string[] =>
  choiceOf(plan, task).prompts.map((text) => text.trim());

/** Text of several lines, where its own headings must not be taken for ours. */
export const quotedText = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');

/** Fenced, so that it can be copied as it is. */
export function fencedMarkdown(text: string): string {
  const fence = '`'.repeat(Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return `${fence}markdown\n${text}\n${fence}`;
}

/** A table whose cells can hold anything. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => oneLine(cell).replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  return [line(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

type Said = Pick<Diagnostic, 'what' | 'why' | 'next'>;

/** Something about a field of a task; an error means that there is no prompt. */
const finding =
  (severity: Diagnostic['severity']) =>
  (task: Task, field: string, { code: name, ...said }: Said & { readonly code: string }): Diagnostic => ({
    ...{ code: name, severity, ...said, task: task.id, field: `tasks.${task.id}.${field}` },
  });

export const [wrong, doubtful] = [finding('error'), finding('warning')];

/** A field that a style asks for and the plan does not give: it is said, and nothing is made up for it. */
export const absent = (task: Task, field: string, what: string): Diagnostic =>
  doubtful(task, field, {
    code: 'prompt-incomplete',
    what: `${task.id} has no ${what}`,
    why: 'The prompt of this style asks for it; it was left out, and nothing was made up for it',
    next: `Add it to the plan under "${field}", or leave it if there is none`,
  });
