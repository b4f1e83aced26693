import { familyOf, followAlias } from '../core/agent-choice.ts';
import { KNOWN_AGENTS, knownAgent } from '../core/known-agents.ts';
import type { AgentSettings } from '../core/plan.ts';
import type { Path } from './document.ts';
import type { AgentsInput, PlanInput, TaskInput } from './fields.ts';
import { agentsOf, aliasDrafts, defaultAgent } from './fill-agents.ts';
import { closest, quoted } from './names.ts';
import { type Problem, problem } from './problems.ts';
import type { AliasDraft, Surroundings } from './surroundings.ts';

/** A plan and what its words for agents come to, with all that stands beside it. */
type Read = {
  readonly plan: PlanInput;
  readonly around: Surroundings;
  readonly settled: AgentSettings;
  readonly drafts: Readonly<Record<string, AliasDraft>>;
};

/** Names of agents that lead nowhere, or in a circle; and who works if nobody says so. */
export function senseOfAgents(plan: PlanInput, around: Surroundings): readonly Problem[] {
  const read: Read = { plan, around, settled: agentsOf(plan, around), drafts: aliasDrafts(plan.agents?.aliases) };
  const tasks = Object.entries(plan.tasks ?? {}).map(([id, task]) => [id, task ?? {}] as const);
  const ofTasks = tasks.flatMap(([id, { agent }]) =>
    agent === undefined ? [] : leadsTo(read, ['tasks', id, 'agent'], agent),
  );
  return [
    ...defaultOf(read, tasks),
    ...Object.entries(read.drafts).flatMap(([name, draft]) => aliasOf(read, name, draft)),
    ...familiesOf(read),
    ...fallbacksOf(read),
    ...ofTasks,
  ];
}

const isDescribed = ({ plan, settled }: Read, name: string): boolean =>
  Object.hasOwn(settled.use, name) || Object.hasOwn(plan.agents?.use ?? {}, name) || knownAgent(name) !== null;

/** What is wrong with a name that should lead to an agent. An alias of the plan is judged where it stands. */
function leadsTo(read: Read, path: Path, name: string): readonly Problem[] {
  const { name: end, passed, circle } = followAlias(read.settled.aliases, name);
  if (passed.some((alias) => Object.hasOwn(read.drafts, alias))) return [];
  if (circle) return [circular(path, [...passed, end])];
  if (isDescribed(read, end)) return [];
  return passed.length === 0 ? [unknownAgent(read, path, end)] : [brokenAlias(read, path, { name, end })];
}

function unknownAgent(read: Read, path: Path, name: string): Problem {
  const own = Object.keys({ ...read.settled.use, ...read.plan.agents?.use });
  const described = own.filter((each) => knownAgent(each) === null);
  const { aliases } = read.settled;
  // One that leads nowhere itself is no way out.
  const usable = Object.keys(aliases).filter((each) => isDescribed(read, followAlias(aliases, each).name));
  const known = [...described, ...usable];
  const near = closest(name, [...known, ...KNOWN_AGENTS]);
  return problem(path, 'unknown-agent', {
    what: `There is no agent ${quoted(name)}`,
    why: `${known.length > 0 ? `There are: ${known.join(', ')}` : 'The plan describes none of its own'}; known without a word are: ${KNOWN_AGENTS.join(', ')}`,
    next: near
      ? `Did you mean "${near}"?`
      : `Say how it is started: agents: { use: { ${name}: { command: [my-agent] } } }`,
  });
}

type Alias = { readonly name: string; readonly end: string };

const brokenAlias = (read: Read, path: Path, { name, end }: Alias): Problem => ({
  ...unknownAgent(read, path, end),
  what:
    end === ''
      ? `Nothing says which agent the alias ${quoted(name)} stands for`
      : `The alias ${quoted(name)} stands for ${quoted(end)}, which is no agent`,
});

const circular = (path: Path, names: readonly string[]): Problem =>
  problem(path, 'alias-circle', {
    what: `Aliases lead in a circle: ${names.join(' → ')}`,
    why: 'None of them ever comes to an agent',
    next: 'Name an agent in one of them',
  });

function aliasOf(read: Read, name: string, { agent, model, prompt }: AliasDraft): readonly Problem[] {
  const path: Path = ['agents', 'aliases', name];
  const found = isDescribed(read, name) ? [taken(path, name)] : [];
  if (agent === null && model === null && prompt === null) return [...found, empty(path, name)];
  const { name: end, passed, circle } = followAlias(read.settled.aliases, name);
  if (circle) {
    // Told once, where the first of them stands.
    const first = Object.keys(read.drafts).find((each) => passed.includes(each));
    return end === name && first === name ? [...found, circular(path, [...passed, end])] : found;
  }
  // An alias that it leads through has its own complaint.
  const next = passed[1];
  if (isDescribed(read, end) || (next !== undefined && Object.hasOwn(read.drafts, next))) return found;
  if (agent === null || end === '') return [...found, nobody(path, name)];
  return [...found, brokenAlias(read, typeOf(read, name) === 'word' ? path : [...path, 'agent'], { name, end })];
}

const typeOf = ({ plan }: Read, name: string): 'word' | 'map' =>
  typeof plan.agents?.aliases?.[name] === 'string' ? 'word' : 'map';

const taken = (path: Path, name: string): Problem => ({
  ...problem(path, 'alias-taken', {
    what: `The alias ${quoted(name)} has the name of an agent`,
    why: 'Whoever names it could mean either of them',
    next: `Choose another name, or set what is to be different under agents.use.${name}`,
  }),
  part: 'key',
});

const empty = (path: Path, name: string): Problem =>
  problem(path, 'empty-alias', {
    what: `The alias ${quoted(name)} says nothing`,
    why: 'It has neither an agent nor a model nor a prompt',
    next: `Write for example: ${name}: { agent: claude, model: opus }`,
  });

const nobody = (path: Path, name: string): Problem =>
  problem(path, 'no-agent', {
    what: `Nothing says which agent the alias ${quoted(name)} stands for`,
    why: 'It names none, no agent is known to work with its model, and no agent is the default',
    next: `Add for example: agent: claude`,
  });

function familiesOf(read: Read): readonly Problem[] {
  return Object.entries(read.plan.agents?.families ?? {}).flatMap(([start, agent]) =>
    leadsTo(read, ['agents', 'families', start], agent).map((found) =>
      found.code === 'unknown-agent'
        ? { ...found, what: `Models that begin with ${quoted(start)} are for ${quoted(agent)}, which is no agent` }
        : found,
    ),
  );
}

function fallbacksOf(read: Read): readonly Problem[] {
  return Object.entries(read.plan.agents?.use ?? {}).flatMap(([name, { fallback }]) => {
    if (fallback === undefined) return [];
    const path: Path = ['agents', 'use', name, 'fallback'];
    if (isDescribed(read, fallback)) return [];
    if (!Object.hasOwn(read.settled.aliases, fallback)) return [unknownAgent(read, path, fallback)];
    return [aliasAsFallback(path, fallback)];
  });
}

const aliasAsFallback = (path: Path, name: string): Problem =>
  problem(path, 'alias-fallback', {
    what: `${quoted(name)} is an alias, and cannot stand in for an agent`,
    why: 'Whoever stands in works with a model of its own and under its own name',
    next: 'Name the agent itself',
  });

type Tasks = readonly (readonly [id: string, task: TaskInput])[];

function defaultOf(read: Read, tasks: Tasks): readonly Problem[] {
  const { plan, around, settled } = read;
  const alone = tasks.find(
    ([, { agent, model }]) => agent === undefined && familyOf(settled.families, model ?? null) === null,
  )?.[0];
  const name = defaultAgent(plan.agents, around);
  if (name === null) return alone === undefined ? [] : [noAgent(read, alone)];
  const where: Path = plan.agents?.default === name ? ['agents', 'default'] : plan.agents ? ['agents'] : ['tasks'];
  const chosen = alone !== undefined && isChosenHere(plan.agents, around) ? [chosenHere(where, name, around)] : [];
  return [...leadsTo(read, where, name), ...chosen];
}

/** Nobody said who works: the machine did. */
const isChosenHere = (agents: AgentsInput | undefined, { under, over }: Surroundings): boolean =>
  (over?.agent ?? agents?.default ?? under?.agent) === undefined &&
  Object.keys({ ...agents?.use, ...under?.use, ...over?.use }).length === 0;

const chosenHere = (path: Path, name: string, { installed = [] }: Surroundings): Problem => ({
  ...problem(path, 'agent-chosen', {
    what: `Nobody says who works, so it is ${name}`,
    why: `Of the agents that are known, this machine has: ${installed.join(', ')}`,
    next: `To have another: agents: { default: ${installed[1] ?? 'NAME'} } in the plan or in your own configuration`,
  }),
  severity: 'note',
  part: 'key',
});

function noAgent({ plan, around }: Read, task: string): Problem {
  const path: Path = plan.agents ? ['agents'] : ['tasks', task];
  return { ...problem(path, 'no-agent', noAgentSentences(plan.agents, around, task)), part: 'key' };
}

function noAgentSentences(
  agents: AgentsInput | undefined,
  { under, over, installed }: Surroundings,
  task: string,
): Pick<Problem, 'what' | 'why' | 'next'> {
  const what = `No agent works on task ${quoted(task)}`;
  const names = Object.keys(agents?.use ?? {});
  const several = names.length > 0 ? names : Object.keys({ ...under?.use, ...over?.use });
  if (several.length > 0) {
    const why = `It names none, and of several agents (${several.join(', ')}) none is the default`;
    return { what, why, next: `Write for example: agents: { default: ${several[0]} }` };
  }
  if (installed === undefined) {
    const why = 'It names none, and neither the plan nor the configuration has a default';
    return { what, why, next: 'Write for example: agents: { default: claude }' };
  }
  const ways = KNOWN_AGENTS.slice(0, 3).map((name) => knownAgent(name)?.install);
  return {
    what,
    why: `It names none, nobody has a default, and none of ${KNOWN_AGENTS.join(', ')} is installed here`,
    next: `Install one (${ways.join('; or ')}), or describe your own: agents: { use: { mine: { command: [my-agent] } } }`,
  };
}
