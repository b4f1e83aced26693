import { choiceOf } from '../core/agent-choice.ts';
import { budgetOf } from '../core/budget.ts';
import type { Cap, Plan, Task } from '../core/plan.ts';
import { amount } from './amount.ts';
import { counted, minutes } from './duration.ts';
import { listed } from './phrase.ts';
import { visible } from './visible.ts';
import { cut, pad, widthOf } from './width.ts';

/** What is about to be started of one task. */
export type StartRow = {
  readonly task: string;
  /** Tasks that must have landed before; empty: it starts as soon as there is a place. */
  readonly after: readonly string[];
  readonly agent: string;
  /** null: whichever the agent takes by itself. */
  readonly model: string | null;
  readonly mode: string;
  /** null: undeclared. */
  readonly mayWrite: readonly string[] | null;
  readonly estimate_min: number | null;
  /** The most that it may cost, where the plan says so. */
  readonly cap: Cap;
};

/** One row for each task, in plan order. */
export const startsOf = (plan: Plan): readonly StartRow[] => plan.tasks.map((task) => rowOf(plan, task));

function rowOf(plan: Plan, task: Task): StartRow {
  const { name, model, launch } = choiceOf(plan, task);
  return {
    task: task.id,
    after: task.needs,
    agent: name,
    model,
    mode: task.mode ?? launch,
    mayWrite: task.scope?.may ?? null,
    estimate_min: task.estimate_min,
    cap: budgetOf(plan, task).task,
  };
}

const ROWS_MAX = 60;
const CELL_MAX = 32;
const HEADS = ['TASK', 'STARTS', 'AGENT', 'MODEL', 'MODE', 'MAY WRITE', 'ESTIMATE', 'AT MOST'] as const;

/** The table that a person reads before they approve: who will work on what, with what leave, and what it may cost. */
export function startsText(plan: Plan): string {
  const rows = startsOf(plan);
  const shown = [HEADS, ...rows.slice(0, ROWS_MAX).map(cellsOf)];
  const widths = HEADS.map((_, at) => Math.max(...shown.map((row) => widthOf(row[at] ?? ''))));
  // A column in which nobody has anything to say is only in the way.
  const used = HEADS.flatMap((_, at) => (shown.slice(1).some((row) => row[at] !== '') ? [at] : []));
  const lines = shown.map((row) => `  ${used.map((at) => pad(row[at] ?? '', widths[at] ?? 0)).join('  ')}`.trimEnd());
  const more = rows.length > ROWS_MAX ? [`  and ${counted(rows.length - ROWS_MAX, 'further task')}`] : [];
  const { max } = plan.agents;
  const places = max === null ? 'without a limit' : `${max} at a time`;
  return `${[`${visible(plan.name)} starts ${counted(rows.length, 'task')}, ${places}:`, ...lines, ...more].join('\n')}\n`;
}

const cellsOf = ({ task, after, agent, model, mode, mayWrite, estimate_min, cap }: StartRow): readonly string[] => [
  cell(task),
  cell(after.length === 0 ? 'at once' : `after ${listed(after, 2)}`),
  cell(agent),
  cell(model ?? ''),
  cell(mode),
  cell(mayWrite === null ? 'anything' : mayWrite.length === 0 ? 'nothing' : listed(mayWrite, 2)),
  estimate_min === null ? '' : minutes(estimate_min),
  [
    ...(cap.usd === null ? [] : [amount(cap.usd, 'usd')]),
    ...(cap.tokens === null ? [] : [amount(cap.tokens, 'tokens')]),
  ].join(', '),
];

/** Anybody's text; a long one may not push the others off the screen. */
const cell = (text: string): string => cut(visible(text), CELL_MAX);
