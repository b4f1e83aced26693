import type { Path } from './document.ts';
import type { PlanInput, TaskInput } from './fields.ts';
import { isBriefFile } from './fill.ts';
import { closest, faultOfPath, quoted } from './names.ts';
import { type Problem, problem } from './problems.ts';
import { senseOfAgents } from './sense-agents.ts';
import { senseOfUses } from './sense-uses.ts';
import type { Surroundings } from './surroundings.ts';

/** What no single field can show: names that nothing carries, values that contradict each other. */
export function senseOf(plan: PlanInput, around: Surroundings): readonly Problem[] {
  const tasks = new Map(Object.entries(plan.tasks ?? {}).map(([id, task]) => [id, task ?? {}]));
  const perTask = [...tasks].flatMap(([id, task]) => [
    ...needsOf(id, task, tasks),
    ...briefOf(id, task),
    ...noChangeOf(id, task),
    ...kindOf(id, task),
  ]);
  return [...senseOfUses(plan.agents), ...senseOfAgents(plan, around), ...perTask];
}

function needsOf(id: string, task: TaskInput, tasks: ReadonlyMap<string, TaskInput>): readonly Problem[] {
  const needs = typeof task.needs === 'string' ? [task.needs] : (task.needs ?? []);
  return needs.flatMap((need, at) => {
    const path: Path = ['tasks', id, 'needs', at];
    if (need === id) return [needsItself(path, id)];
    if (tasks.has(need)) return [];
    const near = closest(need, tasks.keys());
    const next = near ? `Did you mean "${near}"?` : 'Add the task, or remove it from "needs"';
    return [
      problem(path, 'unknown-need', {
        what: `Task ${quoted(id)} needs ${quoted(need)}`,
        why: 'There is no task of that name',
        next,
      }),
    ];
  });
}

const needsItself = (path: Path, id: string): Problem =>
  problem(path, 'needs-itself', {
    what: `Task ${quoted(id)} needs itself`,
    why: 'It could never start',
    next: 'Remove it from "needs"',
  });

function briefOf(id: string, { brief }: TaskInput): readonly Problem[] {
  const path: Path = ['tasks', id, 'brief'];
  if (typeof brief === 'object' && (brief.file === undefined) === (brief.text === undefined)) {
    const what = `The brief of task ${quoted(id)} has ${brief.file === undefined ? 'neither a file nor a text' : 'both a file and a text'}`;
    return [problem(path, 'bad-value', { what, why: 'It takes one of the two', next: 'Write {file: …} or {text: …}' })];
  }
  const file = typeof brief === 'string' && isBriefFile(brief) ? brief : null;
  const fault = file === null ? null : faultOfPath(file);
  if (file === null || !fault) return [];
  const next = 'Name a file of the repository, or write {text: …} if it is the text itself';
  return [
    problem(path, 'bad-value', {
      what: `The brief of task ${quoted(id)} cannot be ${quoted(file)}`,
      why: `It ${fault}`,
      next,
    }),
  ];
}

function noChangeOf(id: string, { 'no-change': noChange }: TaskInput): readonly Problem[] {
  if (typeof noChange !== 'object' || noChange.allowed !== true || noChange.reason !== undefined) return [];
  return [
    problem(['tasks', id, 'no-change'], 'no-reason', {
      what: `Task ${quoted(id)} may end without a change, but nothing says why`,
      why: 'The reason is part of the evidence that the task is done',
      next: 'Write for example: no-change: The audit may find nothing',
    }),
  ];
}

function kindOf(id: string, { kind, scope, artifacts, 'no-change': noChange }: TaskInput): readonly Problem[] {
  if (kind !== 'research') return [];
  if (scope !== undefined) {
    return [
      problem(['tasks', id, 'scope'], 'research-scope', {
        what: `Task ${quoted(id)} is research and has a scope`,
        why: 'Research only reads: it writes nothing but its artifacts',
        next: 'Move what it writes to "artifacts", or choose another kind',
      }),
    ];
  }
  if (artifacts !== undefined && artifacts.length > 0) return [];
  // Research that may end without a change says so, and why: what it found is in its report.
  if (typeof noChange === 'string' || (typeof noChange === 'object' && noChange.allowed === true)) return [];
  return [
    problem(['tasks', id, 'kind'], 'research-artifacts', {
      what: `Task ${quoted(id)} is research and has no artifacts`,
      why: 'Its artifacts are all that it may leave behind',
      next: `Write for example: artifacts: [docs/research/${id}.md], or say under "no-change" why it leaves nothing`,
    }),
  ];
}
