import type { AgentChoice } from '../agent-choice.ts';
import type { Plan, Task } from '../plan.ts';
import { code, join, listed, oneLine } from './fence.ts';

/** Where a task may write, and what it has to leave there. */
export function scopeOf({ scope, kind, artifacts, reads }: Task): string {
  const wanted = artifacts.length === 0 ? '' : `These files must exist at the end:\n\n${listed(artifacts)}`;
  const sources = reads.length === 0 ? '' : `Read these:\n\n${listed(reads)}`;
  if (kind === 'research' && scope === null) {
    return join(['This task only reads. Write nothing but its artifacts.', wanted, sources]);
  }
  if (scope === null) return join(['No scope was declared: keep to what the task needs.', wanted, sources]);
  return join([
    `You may write only:\n\n${listed(scope.may)}`,
    scope.mayNot.length === 0
      ? ''
      : `You may not write, even where the list above would allow it:\n\n${listed(scope.mayNot)}`,
    'Work that touches anything else is sent back.',
    wanted,
    sources,
  ]);
}

type Asking = { readonly plan: Plan; readonly task: Task; readonly choice: AgentChoice };

/** How to ask a person, or that nobody can be asked; and what the way of working asks for beyond that. */
export function askingOf({ plan, task, choice }: Asking): string {
  const { policy } = { ...plan.questions, ...task.questions };
  if (policy === 'forbid') return join([LAUNCHED[choice.launch], NOBODY]);
  const isProgram = choice.use?.driver === 'command';
  return join([
    LAUNCHED[choice.launch],
    'Ask what you cannot find out and what would change your work; one question at a time, with its possible answers if there are any.',
    isProgram ? '' : TOOLS,
    FILES,
    isProgram ? EXIT : 'If you have none of these, end your turn with the question as your last words.',
    'If no answer comes while you wait, do what does not depend on it and end. You will be told the answer when there is one.',
  ]);
}

const LAUNCHED: Readonly<Record<AgentChoice['launch'], string>> = {
  unattended: '',
  'plan-first':
    'Before you change anything, show your plan and ask whether it is right. Go on when it has been approved.',
  ask: 'Stop at each point of decision and ask before you go past it.',
  'read-only': 'Read, and report what you found. Change nothing.',
};

const NOBODY =
  'Nobody answers questions while you work. Where something is not settled, assume what is sensible, go on, and write each assumption into your report, on a line of its own that begins with `Assumption:`.';

const TOOLS =
  'With the tools of the MCP server `branchline`, if you have them: `ask_human` asks a person, `request_scope` asks for a path outside your scope.';

const FILES =
  'With files: in the folder that `BRANCHLINE_DESK` names, write the question to a file that ends in `.tmp` and give it the name `001.question` (the next free number each time). The answer appears as `001.answer`; make an empty `001.delivered` when you have read it.';

const EXIT = 'Or write it to the file that `BRANCHLINE_QUESTION` names, and end with exit code 75.';

type Reporting = { readonly plan: Plan; readonly task: Task; readonly target: string; readonly choice: AgentChoice };

/** How to report, and what will be checked. */
export function reportingOf({ plan, task, target, choice }: Reporting): string {
  const checks = [...task.checks, ...plan.checks].map((command) =>
    typeof command === 'string' ? command : command.join(' '),
  );
  const tool = choice.use?.driver === 'command' ? '' : ' (or give it to the tool `report_done`, if you have it)';
  return join([
    'Work in the current folder. Commit or leave your changes there: whatever is in it when you end is your result.',
    `Write one paragraph about what you did to the file that \`BRANCHLINE_REPORT\` names${tool}, then end. It is a claim and will be checked.`,
    `Your work is merged onto ${code(target)} and verified there${checks.length === 0 ? '.' : ` with:\n\n${listed(checks.slice(0, CHECKS_MAX))}`}`,
    checks.length > CHECKS_MAX ? `and ${checks.length - CHECKS_MAX} more commands.` : '',
    task.noChange.allowed
      ? `Ending without a change is fine${task.noChange.reason === null ? '' : ` (${oneLine(task.noChange.reason)})`}.`
      : '',
  ]);
}

/** So many commands are named one by one. */
const CHECKS_MAX = 40;
