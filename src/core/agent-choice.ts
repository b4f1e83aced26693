import type { AgentUse, LaunchMode, Permissions, Plan, Task } from './plan.ts';
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
  /** Texts in front of the brief, the agent's before the alias's. */
  readonly prompts: readonly string[];
  /** The agent that this one stands in for; null: it is the one that was asked for. */
  readonly insteadOf: string | null;
};

/** The task's own word wins over an alias, that over the table of modes, that over the agent's own settings. */
export function choiceOf(plan: Plan, task: Task, failures: readonly PastAttempt[] = []): AgentChoice {
  const { agents } = plan;
  const asked = task.agent ?? familyOf(plan, task.model) ?? agents.default;
  const alias = agents.aliases[asked];
  const wanted = alias?.agent ?? asked;
  const name = standIn(plan, wanted, failures) ?? wanted;
  const use = agents.use[name];
  const mode = task.mode === null ? undefined : agents.modes[task.mode];
  const tier = mode?.tier == null ? undefined : use?.tiers[mode.tier];
  // A model belongs to the agent that was asked for: whoever stands in has one of its own.
  const model = name === wanted ? (task.model ?? alias?.model ?? tier ?? use?.model) : (tier ?? use?.model);
  return {
    name,
    use,
    model: model ?? null,
    launch: isReadOnly(task) ? 'read-only' : (mode?.launch ?? 'unattended'),
    permissions: task.permissions ?? use?.permissions ?? 'scope',
    account: task.account ?? use?.account ?? null,
    prompts: [use?.prompt, alias?.prompt].filter((text) => text != null),
    insteadOf: name === wanted ? null : wanted,
  };
}

/** The agent that works with such models: the longest beginning of the name that the plan knows. */
function familyOf({ agents }: Plan, model: string | null): string | null {
  if (model === null) return null;
  const fitting = Object.keys(agents.families).filter((start) => model.toLowerCase().startsWith(start.toLowerCase()));
  const longest = fitting.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? null : (agents.families[longest] ?? null);
}

/** Follows the fall-backs past every agent that was not there, or did not know its model. */
function standIn({ agents }: Plan, wanted: string, failures: readonly PastAttempt[]): string | null {
  const absent = new Set(failures.filter(({ because }) => ABSENT.has(because.reason)).map(({ agent }) => agent));
  let name = wanted;
  const seen = new Set<string>();
  while (absent.has(name) && !seen.has(name)) {
    seen.add(name);
    name = agents.use[name]?.fallback ?? name;
  }
  return name;
}

const ABSENT: ReadonlySet<string> = new Set(['agent-missing', 'unknown-model']);
