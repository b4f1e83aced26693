import type { AgentAlias, AgentUse, LaunchMode, ModeUse, Permissions, Plan, Task } from './plan.ts';
import { isReadOnly } from './plan.ts';
import type { PastAttempt } from './record.ts';

/** Who works on a task, and how: what a plan says in four places, settled. */
export type AgentChoice = {
  readonly name: string;
  /** undefined: the plan names an agent that nobody has described. */
  readonly use: AgentUse | undefined;
  /** null: whichever the agent takes by itself. */
  readonly model: string | null;
  readonly launch: LaunchMode;
  readonly permissions: Permissions;
  readonly account: string | null;
  /** Texts in front of the brief: the agent's, then those of the aliases that led to it, the nearest to it first. */
  readonly prompts: readonly string[];
  /** The agent that this one stands in for; null: it is the one that was asked for. */
  readonly insteadOf: string | null;
};

/** Where an alias leads, and what was said on the way there. */
export type FollowedAlias = {
  /** What is no alias any more; with `circle`, the first name that came back. */
  readonly name: string;
  /** The nearest to where it began wins. */
  readonly model: string | null;
  /** The nearest to the agent first. */
  readonly prompts: readonly string[];
  readonly passed: readonly string[];
  readonly circle: boolean;
};

/** The task's own word wins over an alias, that over the table of modes, that over the agent's own settings. */
export function choiceOf(plan: Plan, task: Task, failures: readonly Past[] = []): AgentChoice {
  const { agents } = plan;
  const asked = task.agent ?? familyOf(agents.families, task.model) ?? agents.default;
  const alias = followAlias(agents.aliases, asked);
  const names = lineUp(plan, alias.name);
  const absent = absentIn(names, failures);
  const name = names.find((each) => !absent.has(each)) ?? alias.name;
  const use = agents.use[name];
  const mode = task.mode === null ? undefined : agents.modes[task.mode];
  const tier = mode?.tier == null ? undefined : use?.tiers[mode.tier];
  // A model belongs to the agent that was asked for: whoever stands in has one of its own.
  const model = name === alias.name ? (task.model ?? alias.model ?? tier ?? use?.model) : (tier ?? use?.model);
  return {
    name,
    use,
    model: model ?? null,
    ...leaveOf(task, mode, use),
    account: task.account ?? use?.account ?? null,
    prompts: use?.prompt == null ? alias.prompts : [use.prompt, ...alias.prompts],
    insteadOf: name === alias.name ? null : alias.name,
  };
}

/**
 * A reader's artifacts are all that its scope allows, so it is started like anybody else: an agent that may write nothing
 * at all could not leave them. Whoever has none writes nothing. Neither is ever let out of its scope.
 */
function leaveOf(
  task: Task,
  mode: ModeUse | undefined,
  use: AgentUse | undefined,
): Pick<AgentChoice, 'launch' | 'permissions'> {
  const launch = mode?.launch ?? 'unattended';
  const permissions = task.permissions ?? use?.permissions ?? 'scope';
  const reads = isReadOnly(task) || launch === 'read-only';
  if (!reads) return { launch, permissions };
  const bounded = permissions === 'bypass' ? 'scope' : permissions;
  if (!isReadOnly(task) || task.artifacts.length === 0) return { launch: 'read-only', permissions: bounded };
  return { launch: launch === 'read-only' ? 'unattended' : launch, permissions: bounded };
}

/** The agent that works with such models: the longest beginning of the name that the plan knows. */
export function familyOf(families: Readonly<Record<string, string>>, model: string | null): string | null {
  if (model === null) return null;
  const fitting = Object.keys(families).filter((start) => model.toLowerCase().startsWith(start.toLowerCase()));
  const longest = fitting.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? null : (families[longest] ?? null);
}

/** Follows aliases of aliases to their end. */
export function followAlias(aliases: Readonly<Record<string, AgentAlias>>, from: string): FollowedAlias {
  let name = from;
  let model: string | null = null;
  const prompts: string[] = [];
  const passed: string[] = [];
  for (let alias = aliasOf(aliases, name); alias !== undefined; alias = aliasOf(aliases, name)) {
    if (passed.includes(name)) return { name, model, prompts, passed, circle: true };
    passed.push(name);
    model ??= alias.model;
    if (alias.prompt !== null) prompts.unshift(alias.prompt);
    name = alias.agent;
  }
  return { name, model, prompts, passed, circle: false };
}

/** A name such as `constructor` is no alias because every object has one. */
const aliasOf = (aliases: Readonly<Record<string, AgentAlias>>, name: string): AgentAlias | undefined =>
  Object.hasOwn(aliases, name) ? aliases[name] : undefined;

type Past = Pick<PastAttempt, 'agent' | 'because'>;

/** The agent that was asked for, whoever stands in for it, whoever stands in for that one. */
function lineUp({ agents }: Plan, wanted: string): readonly string[] {
  const names = [wanted];
  for (;;) {
    const next = agents.use[names.at(-1) ?? wanted]?.fallback ?? null;
    if (next === null || names.includes(next)) return names;
    names.push(next);
  }
}

/**
 * Those who were not there, or did not know their model. Once that is everybody, nobody counts as absent any more: a
 * person has to bring one of them, and it may be the first.
 */
function absentIn(names: readonly string[], failures: readonly Past[]): ReadonlySet<string> {
  let absent = new Set<string>();
  for (const { agent, because } of failures) {
    if (agent !== null && ABSENT.has(because.reason)) absent.add(agent);
    if (names.every((name) => absent.has(name))) absent = new Set();
  }
  return absent;
}

/** Whether, after the last of these failures, somebody takes over from an agent that is not there. */
export function hasStandIn(plan: Plan, task: Task, failures: readonly Past[]): boolean {
  const last = failures.at(-1);
  if (last === undefined || last.agent === null || !ABSENT.has(last.because.reason)) return false;
  const { name, insteadOf } = choiceOf(plan, task, failures);
  return insteadOf !== null && name !== last.agent;
}

const ABSENT: ReadonlySet<string> = new Set(['agent-missing', 'unknown-model']);
