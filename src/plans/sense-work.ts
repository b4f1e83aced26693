import { choiceOf } from '../core/agent-choice.ts';
import type { BudgetLevel, Cap, Plan, QuestionRules, Task } from '../core/plan.ts';
import type { Path } from './document.ts';
import type { PlanInput, QuestionsInput, TaskInput } from './fields.ts';
import { type CapInput, capsIn } from './fields-budget.ts';
import { closest, quoted } from './names.ts';
import { bypassed, type Problem, problem } from './problems.ts';

/**
 * How tasks are worked on: words that contradict each other once everything is settled. `plan` is what the input was
 * filled to, so that what is left out counts as what it stands for.
 */
export function senseOfWork(input: PlanInput, plan: Plan): readonly Problem[] {
  const ofTasks = plan.tasks.flatMap((task) => {
    const said = input.tasks?.[task.id] ?? {};
    const path: Path = ['tasks', task.id];
    return [
      ...modeOf(path, { plan, task, said }),
      ...(said.permissions === 'bypass' ? [bypassed([...path, 'permissions'], `Task ${quoted(task.id)}`)] : []),
      ...questionsOf([...path, 'questions'], said.questions, { ...plan.questions, ...task.questions }),
      ...costOf(path, said),
      ...capsOf([...path, 'budget'], { ...plan.budget, ...task.budget }, Object.keys(said.budget ?? {})),
    ];
  });
  return [
    ...questionsOf(['questions'], input.questions, plan.questions),
    ...twiceIn(['budget'], input.budget, 'run'),
    ...capsOf(['budget'], plan.budget, Object.keys(input.budget ?? {})),
    ...configuredBypass(input, plan),
    ...ofTasks,
  ];
}

type Of = { readonly plan: Plan; readonly task: Task; readonly said: TaskInput };

function modeOf(path: Path, { plan, task, said }: Of): readonly Problem[] {
  const { mode } = said;
  if (mode === undefined) return [];
  const { modes } = plan.agents;
  const here: Path = [...path, 'mode'];
  if (!Object.hasOwn(modes, mode)) return [unknownMode(here, mode, Object.keys(modes))];
  if (modes[mode]?.launch !== 'read-only' || task.kind === 'research') return [];
  const writes = (task.scope?.may.length ?? 0) > 0 || task.artifacts.length > 0;
  if (!writes && task.noChange.allowed) return [];
  return [
    problem(here, 'mode-writes-nothing', {
      what: `Task ${quoted(task.id)} ${writes ? 'has something to write' : 'has to change something'}, and the mode ${quoted(mode)} writes nothing`,
      why: 'An agent in it may only read, so there would be nothing to land',
      next: `Write: kind: research, and what it is to leave behind under "artifacts"; or choose another mode`,
    }),
  ];
}

function unknownMode(path: Path, mode: string, known: readonly string[]): Problem {
  const near = closest(mode, known);
  return problem(path, 'unknown-mode', {
    what: `There is no mode of work ${quoted(mode)}`,
    why: `There are: ${known.join(', ')}`,
    next: near
      ? `Did you mean "${near}"?`
      : `Say what it means: agents: { modes: { ${mode}: { launch: unattended } } }`,
  });
}

/** Only what is said here is complained of here; `rules` is what it comes to. */
function questionsOf(path: Path, said: QuestionsInput | undefined, rules: QuestionRules): readonly Problem[] {
  if (typeof said !== 'object') return [];
  const at = (word: keyof typeof said): Path => [...path, word];
  const forbids = rules.policy === 'forbid';
  const idle = (['wait', 'deadline', 'default'] as const).filter((word) => said[word] !== undefined && forbids);
  return [
    ...idle.map((word) => neverAsked(at(word), word)),
    ...(said.wait !== undefined && rules.policy === 'park' ? [neverWaits(at('wait'))] : []),
    ...(said.default !== undefined && rules.deadline_ms === null && !forbids ? [noDeadline(at('default'))] : []),
    ...(said.deadline !== undefined && rules.default === null && !forbids ? [noDefault(at('deadline'))] : []),
  ];
}

const neverAsked = (path: Path, word: string): Problem =>
  problem(path, 'question-never-asked', {
    what: `"${word}" goes with questions, and none is ever asked`,
    why: 'The policy is "forbid": an agent has to assume something and say so',
    next: `Remove "${word}", or choose the policy "live" or "park"`,
  });

const neverWaits = (path: Path): Problem =>
  problem(path, 'question-never-waits', {
    what: '"wait" has nothing to wait for',
    why: 'The policy is "park": an agent that asks is ended at once',
    next: 'Remove "wait", or choose the policy "live"',
  });

const noDeadline = (path: Path): Problem =>
  problem(path, 'default-without-deadline', {
    what: 'The default answer would never be given',
    why: 'It answers once a deadline has passed, and there is none',
    next: 'Add for example: deadline: 4h',
  });

const noDefault = (path: Path): Problem =>
  problem(path, 'deadline-without-default', {
    what: 'Nothing happens at the deadline',
    why: 'It is when a default answers, and there is none: nobody else answers for a person',
    next: 'Add for example: default: "no", or remove "deadline"',
  });

function costOf(path: Path, { cost, budget }: TaskInput): readonly Problem[] {
  const money = budget?.dollars !== undefined || capsIn(budget?.task).usd !== undefined;
  const twice = cost === undefined || !money ? [] : [twoCaps([...path, 'cost'], '"cost"', '"dollars" of "budget"')];
  return [...twice, ...twiceIn([...path, 'budget'], budget, 'task')];
}

type Levels = {
  readonly dollars?: unknown;
  readonly tokens?: unknown;
  readonly run?: CapInput;
  readonly task?: CapInput;
};

/** The level that is meant by caps that stand by themselves is named as well, and says something else about the same. */
function twiceIn(path: Path, budget: Levels | undefined, level: 'run' | 'task'): readonly Problem[] {
  const caps = capsIn(budget?.[level]);
  const both =
    (budget?.dollars !== undefined && caps.usd !== undefined) ||
    (budget?.tokens !== undefined && caps.tokens !== undefined);
  return both ? [twoCaps([...path, level], `"${level}"`, 'what stands by itself beside it')] : [];
}

const twoCaps = (path: Path, one: string, other: string): Problem =>
  problem(path, 'two-caps', {
    what: 'The same cap is said twice',
    why: `${one} means the same as ${other}`,
    next: 'Remove one of the two',
  });

const WIDER: readonly (readonly [BudgetLevel, BudgetLevel])[] = [
  ['attempt', 'task'],
  ['task', 'run'],
  ['run', 'day'],
];

/** A cap above the cap of what it is a part of; `said`: the levels that are named here. */
function capsOf(path: Path, budget: Readonly<Record<BudgetLevel, Cap>>, said: readonly string[]): readonly Problem[] {
  return WIDER.flatMap(([narrow, wide]) => {
    if (!said.includes(narrow)) return [];
    const units = (['tokens', 'usd'] as const).filter((unit) => exceeds(budget[narrow][unit], budget[wide][unit]));
    return units.map((unit) => neverReached([...path, narrow], { narrow, wide, unit }));
  });
}

const exceeds = (a: number | null, b: number | null): boolean => a !== null && b !== null && a > b;

type Pair = { readonly narrow: BudgetLevel; readonly wide: BudgetLevel; readonly unit: 'tokens' | 'usd' };

const neverReached = (path: Path, { narrow, wide, unit }: Pair): Problem => ({
  ...problem(path, 'cap-never-reached', {
    what: `The cap of ${unit === 'usd' ? 'money' : 'tokens'} of one ${narrow} is above that of the ${wide}`,
    why: `The ${wide} ends first, so this one is never reached`,
    next: `Lower it, or raise the cap of the ${wide}`,
  }),
  severity: 'warning',
});

/** An agent of a configuration file works here too, and nobody reads that file while reading the plan. */
function configuredBypass({ agents, tasks }: PlanInput, plan: Plan): readonly Problem[] {
  const names = new Set(
    plan.tasks
      .map((task) => choiceOf(plan, task))
      .filter(({ name, permissions, use }) => permissions === 'bypass' && use?.permissions === 'bypass' && name !== '')
      .map(({ name }) => name),
  );
  const elsewhere = [...names].filter((name) => agents?.use?.[name]?.permissions === undefined);
  const path: Path = agents ? ['agents'] : Object.keys(tasks ?? {}).length > 0 ? ['tasks'] : [];
  return elsewhere.map((name) => bypassed(path, `The agent ${quoted(name)}, as your configuration has it,`));
}
