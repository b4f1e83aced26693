import type { Path } from './document.ts';
import type { AgentsInput, PlanInput, TaskInput } from './fields.ts';
import { DRIVERS_LATER } from './fields-agents.ts';
import { defaultAgent, isBriefFile, type Surroundings } from './fill.ts';
import { closest, faultOfPath, quoted } from './names.ts';
import type { Problem } from './problems.ts';

type Sense = { readonly wrong: readonly Problem[]; readonly later: readonly Problem[] };

/** What no single field can show: names that nothing carries, values that contradict each other. */
export function senseOf(plan: PlanInput, around: Surroundings): Sense {
  const tasks = new Map(Object.entries(plan.tasks ?? {}).map(([id, task]) => [id, task ?? {}]));
  const agents = agentNames(plan.agents, around);
  const perTask = [...tasks].flatMap(([id, task]) => [
    ...needsOf(id, task, tasks),
    ...briefOf(id, task),
    ...noChangeOf(id, task),
    ...kindOf(id, task),
    ...(task.agent === undefined ? [] : [unknownAgent(['tasks', id, 'agent'], task.agent, agents)]),
  ]);
  const found = [...usesOf(plan.agents), ...defaultOf(plan, around, agents), ...perTask].filter((one) => one !== null);
  const isLater = ({ code }: Problem): boolean => code === 'later-agent';
  return { wrong: found.filter((one) => !isLater(one)), later: found.filter(isLater) };
}

function agentNames(agents: AgentsInput | undefined, { under, over }: Surroundings): readonly string[] {
  return [...new Set([...Object.keys(agents?.use ?? {}), ...Object.keys({ ...under?.use, ...over?.use })])];
}

function defaultOf(plan: PlanInput, around: Surroundings, known: readonly string[]): readonly (Problem | null)[] {
  const name = defaultAgent(plan.agents, around);
  if (name !== null) {
    const where: Path = plan.agents?.default === name ? ['agents', 'default'] : ['agents'];
    return [unknownAgent(where, name, known)];
  }
  const alone = Object.entries(plan.tasks ?? {}).find(([, task]) => task?.agent === undefined)?.[0];
  if (alone === undefined) return [];
  const found = problem(plan.agents ? ['agents'] : ['tasks', alone], 'no-agent', {
    what: `No agent works on task ${quoted(alone)}`,
    why: 'It names none, and neither the plan nor the configuration has a default',
    next: 'Write for example: agents: { default: mine, use: { mine: { command: [my-agent] } } }',
  });
  return [{ ...found, part: 'key' }];
}

function unknownAgent(path: Path, name: string, known: readonly string[]): Problem | null {
  if (known.includes(name)) return null;
  if (DRIVERS_LATER.some((driver) => driver === name)) {
    return problem(path, 'later-agent', {
      what: `The agent "${name}" comes with a later version of Branchline`,
      why: 'This version has no driver of its own for it',
      next: `Say how it is started: agents: { use: { ${name}: { driver: command, command: [${name}, …] } } }`,
    });
  }
  const near = closest(name, known);
  return problem(path, 'unknown-agent', {
    what: `There is no agent ${quoted(name)}`,
    why: known.length > 0 ? `Under agents.use there are: ${known.join(', ')}` : 'Nothing is defined under agents.use',
    next: near
      ? `Did you mean "${near}"?`
      : `Say how it is started: agents: { use: { ${name}: { command: [my-agent] } } }`,
  });
}

function usesOf(agents: AgentsInput | undefined): readonly Problem[] {
  const capped = Object.entries(agents?.use ?? {}).filter(
    ([, use]) => use['account-max'] !== undefined && use.account === undefined,
  );
  return [...commandless(agents), ...capped.map(([name]) => capWithoutAccount(['agents', 'use', name, 'account-max']))];
}

/** Agents that nothing says how to start, other than those whose driver is refused anyway. */
export function commandless(agents: Pick<AgentsInput, 'use'> | undefined): readonly Problem[] {
  return Object.entries(agents?.use ?? {}).flatMap(([name, use]) => {
    const later = DRIVERS_LATER.some((driver) => driver === use.driver);
    return use.command === undefined && !later ? [noCommand(['agents', 'use', name], name)] : [];
  });
}

const noCommand = (path: Path, name: string): Problem =>
  problem(path, 'no-command', {
    what: `Nothing says how the agent ${quoted(name)} is started`,
    why: 'Its "command" is missing',
    next: 'Write for example: command: [my-agent, --print]',
  });

const capWithoutAccount = (path: Path): Problem =>
  problem(path, 'cap-without-account', {
    what: '"account-max" has nothing to count',
    why: 'It caps the attempts of an account, and none is named',
    next: 'Add for example: account: team',
  });

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

function kindOf(id: string, { kind, scope, artifacts }: TaskInput): readonly Problem[] {
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
  return [
    problem(['tasks', id, 'kind'], 'research-artifacts', {
      what: `Task ${quoted(id)} is research and has no artifacts`,
      why: 'Its artifacts are all that it may leave behind',
      next: `Write for example: artifacts: [docs/research/${id}.md]`,
    }),
  ];
}

type Sentences = Pick<Problem, 'what' | 'why' | 'next'>;

const problem = (path: Path, code: string, sentences: Sentences): Problem => ({
  code,
  path,
  part: 'value',
  ...sentences,
});
