import type { RunEvent } from './event.ts';
import { isTerminal } from './evolve.ts';
import type { Plan, Task, TaskId } from './plan.ts';
import { isActive, type TaskRecord } from './record.ts';
import type { RunView } from './run.ts';

/** What would follow if a plan took the place of the one that a run works by. */
export type Consequences = {
  readonly added: readonly TaskId[];
  readonly dropped: readonly TaskId[];
  readonly rescoped: readonly TaskId[];
  /** Brief, steps, checks or anything else that an attempt is told has changed. */
  readonly rebriefed: readonly TaskId[];
  /** Settings of the whole plan that have changed, as a plan file spells them. */
  readonly planWide: readonly string[];
  /** Attempts at work whose task is dropped: they are ended and their work is rescued. */
  readonly stops: readonly TaskId[];
  /** Attempts at work that go on by what they were told before; the new words hold from their next attempt on. */
  readonly outdated: readonly TaskId[];
  /** Why the plan cannot be taken, one sentence each. Empty: it can. */
  readonly refused: readonly string[];
};

/** What an amended plan changes, and what it would do to work that is under way. */
export function consequences(view: RunView, plan: Plan): Consequences {
  const before = new Map(view.plan.tasks.map((task) => [task.id, task]));
  const after = new Map(plan.tasks.map((task) => [task.id, task]));
  const kept = plan.tasks.filter(({ id }) => before.has(id));
  const rescoped = kept.filter((task) => !same(scopeParts(task), scopeParts(before.get(task.id)))).map(({ id }) => id);
  const rebriefed = kept.filter((task) => !same(wordParts(task), wordParts(before.get(task.id)))).map(({ id }) => id);
  const dropped = [...before.keys()].filter((id) => !after.has(id));
  const atWork = (id: TaskId): boolean => isActive(view.stateOf(id).is);
  return {
    added: plan.tasks.map(({ id }) => id).filter((id) => !before.has(id)),
    dropped,
    rescoped,
    rebriefed,
    planWide: planWide(view.plan, plan),
    stops: dropped.filter(atWork),
    outdated: [...new Set([...rescoped, ...rebriefed])].filter(atWork),
    refused: [...fixed(view.plan, plan), ...refusals(view, { dropped, rescoped, rebriefed })],
  };
}

/** The events that put the plan in force: those that it dropped are cancelled in the same breath. */
export function amendment(
  view: RunView,
  plan: Plan,
  by: { readonly planHash: string; readonly by: string },
): readonly RunEvent[] {
  const cancelled = consequences(view, plan)
    .dropped.map((id) => view.recordOf(id))
    .filter(({ state }) => !isTerminal(state))
    .map(({ id, attempt }): RunEvent => ({ type: 'task-cancelled', task: id, attempt, by: by.by }));
  return [{ type: 'plan-amended', plan, ...by }, ...cancelled];
}

/** Everything but the tasks, which are told one by one. */
function planWide(before: Plan, after: Plan): readonly string[] {
  const known = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after)
    .filter(([field, value]) => field !== 'tasks' && !same(value, known.get(field)))
    .map(([field]) => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
}

/** Where a run starts from and lands is settled when it is made: a later word on it would be ignored. */
function fixed(before: Plan, after: Plan): readonly string[] {
  const words = { base: 'starts from', target: 'lands on' };
  return (['base', 'target'] as const)
    .filter((field) => before[field] !== after[field])
    .map((field) => `The run ${words[field]} what its plan said at the start, so ${field} cannot be changed`);
}

type Changed = Pick<Consequences, 'dropped' | 'rescoped' | 'rebriefed'>;

function refusals(view: RunView, { dropped, rescoped, rebriefed }: Changed): readonly string[] {
  const hasLanded = ({ state: { is } }: TaskRecord): boolean => is === 'landed' || is === 'landing';
  const words = (id: TaskId, what: string): string => `${id} has landed and cannot be ${what}`;
  const landed = (ids: readonly TaskId[]): readonly TaskId[] => ids.filter((id) => hasLanded(view.recordOf(id)));
  return [
    ...landed(dropped).map((id) => words(id, 'dropped')),
    ...landed(rescoped).map((id) => words(id, 'rescoped')),
    ...landed(rebriefed).map((id) => words(id, 'briefed anew')),
  ];
}

/** What decides beside whom a task may run. */
const scopeParts = (task: Task | undefined): unknown =>
  task === undefined ? null : [task.scope, task.needs, task.reads, task.resources, task.kind, task.artifacts];

/** Everything else that an attempt is told or measured by. */
function wordParts(task: Task | undefined): unknown {
  if (task === undefined) return null;
  const { title, brief, steps, done, checks, setup, env, noChange } = task;
  const { agent, model, mode, account, permissions, questions, budget } = task;
  return [
    title,
    brief,
    steps,
    done,
    checks,
    setup,
    env,
    noChange,
    agent,
    model,
    mode,
    account,
    permissions,
    questions,
    budget,
  ];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
