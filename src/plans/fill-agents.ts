import { familyOf, followAlias } from '../core/agent-choice.ts';
import { DEFAULT_FAMILIES, DEFAULT_MODES } from '../core/agent-defaults.ts';
import { baseUse, builtInUse } from '../core/known-agents.ts';
import type { AgentAlias, AgentSettings, AgentUse, ModeUse } from '../core/plan.ts';
import type { AgentsInput, PlanInput } from './fields.ts';
import { timeoutsOf } from './fill-clocks.ts';
import { given } from './given.ts';
import type { AliasDraft, Surroundings } from './surroundings.ts';

/** The agent of tasks that name none: said outright, or the only one there is, or the first that is installed; null: nobody. */
export function defaultAgent(input: AgentsInput | undefined, { under, over, installed }: Surroundings): string | null {
  const said = over?.agent ?? input?.default ?? under?.agent;
  if (said !== undefined) return said;
  const own = Object.keys(input?.use ?? {});
  const all = own.length > 0 ? own : Object.keys({ ...under?.use, ...over?.use });
  if (all.length === 0) return installed?.[0] ?? null;
  return all.length === 1 ? (all[0] ?? null) : null;
}

/** Agents, aliases, families and modes of a plan and its surroundings; known agents are in it as far as somebody is led to them. */
export function agentsOf(plan: PlanInput, around: Surroundings): AgentSettings {
  const { agents: input } = plan;
  const { under, over } = around;
  const described = { ...under?.use, ...usesOf(input?.use), ...over?.use };
  const chosen = defaultAgent(input, around);
  const drafts = { ...under?.aliases, ...aliasDrafts(input?.aliases), ...over?.aliases };
  const families = familiesOf({ ...under?.families, ...input?.families, ...over?.families }, chosen, {
    described,
    drafts,
  });
  const settings = {
    default: chosen ?? '',
    max: firstOf(over?.max, placesOf(input?.max), under?.max, 3) ?? null,
    maxReadonly: firstOf(over?.maxReadonly, placesOf(input?.['max-readonly']), under?.maxReadonly, 5) ?? null,
    aliases: settleAliases(drafts, families, chosen ?? ''),
    families,
    modes: modesOf([under?.modes, modeDrafts(input?.modes), over?.modes]),
  };
  return { ...settings, use: withKnown(described, namesIn(plan, settings), settings.aliases) };
}

const placesOf = (said: number | 'unlimited' | undefined) => (said === 'unlimited' ? null : said);

/** null is a value here (unlimited); only what was not said is passed over. */
const firstOf = <T>(...values: readonly (T | undefined)[]): T | undefined =>
  values.find((value) => value !== undefined);

type UsesInput = NonNullable<AgentsInput['use']>;

const usesOf = (input: UsesInput | undefined): Readonly<Record<string, AgentUse>> =>
  Object.fromEntries(
    Object.entries(input ?? {}).flatMap(([name, use]) => {
      const filled = agentUseOf(name, use);
      return filled ? [[name, filled] as const] : [];
    }),
  );

/** What is said of an agent, put over what is known of it. null: nothing says how it is started, and the reader complains of it. */
export function agentUseOf(name: string, input: UsesInput[string]): AgentUse | null {
  const base = baseUse(name, { driver: input.driver, profile: input.profile });
  const command = typeof input.command === 'string' ? ['sh', '-c', input.command] : (input.command ?? base.command);
  if (command === null) return null;
  return {
    ...base,
    command,
    ...given({
      model: input.model,
      prompt: input.prompt,
      fallback: input.fallback,
      permissions: input.permissions,
      env: input.env,
      account: input.account,
      accountMax: input['account-max'],
      briefOnStdin: input['brief-on-stdin'],
    }),
    tiers: { ...base.tiers, ...given({ ...input.tiers }) },
    timeout: timeoutsOf(input.timeout),
  };
}

/** Aliases as they are written; one word is the agent alone. */
export const aliasDrafts = (input: AgentsInput['aliases']): Readonly<Record<string, AliasDraft>> =>
  Object.fromEntries(
    Object.entries(input ?? {}).map(([name, alias]) => {
      const { agent, model, prompt } = typeof alias === 'string' ? { agent: alias } : alias;
      return [name, { agent: agent ?? null, model: model ?? null, prompt: prompt ?? null }];
    }),
  );

const settleAliases = (
  drafts: Readonly<Record<string, AliasDraft>>,
  families: Readonly<Record<string, string>>,
  chosen: string,
): Readonly<Record<string, AgentAlias>> =>
  Object.fromEntries(
    Object.entries(drafts).map(([name, { agent, model, prompt }]) => [
      name,
      { agent: agent ?? familyOf(families, model) ?? chosen, model, prompt },
    ]),
  );

/** Modes as they are written, without what they leave open. */
export const modeDrafts = (input: AgentsInput['modes']): Readonly<Record<string, Partial<ModeUse>>> =>
  Object.fromEntries(
    Object.entries(input ?? {}).map(([name, { launch, tier }]) => [
      name,
      given({ launch, tier: tier === 'none' ? null : tier }),
    ]),
  );

/** Each word of each mode from the last layer that says it. */
function modesOf(
  layers: readonly (Readonly<Record<string, Partial<ModeUse>>> | undefined)[],
): Readonly<Record<string, ModeUse>> {
  const modes = new Map(Object.entries(DEFAULT_MODES));
  for (const [name, mode] of layers.flatMap((layer) => Object.entries(layer ?? {}))) {
    modes.set(name, { launch: 'unattended', tier: null, ...modes.get(name), ...mode });
  }
  return Object.fromEntries(modes);
}

type Named = {
  readonly described: Readonly<Record<string, AgentUse>>;
  readonly drafts: Readonly<Record<string, AliasDraft>>;
};

/**
 * The known families lead to an agent that somebody speaks of; or to any of them, where the default is one of them, or
 * there is none. Whoever has all work done by a program of their own does not mean another one when they name a model.
 */
function familiesOf(
  own: Readonly<Record<string, string>>,
  chosen: string | null,
  { described, drafts }: Named,
): Readonly<Record<string, string>> {
  const vendors = new Set(Object.values(DEFAULT_FAMILIES));
  const aliases = settleAliases(drafts, DEFAULT_FAMILIES, '');
  const isOpen = chosen === null || vendors.has(followAlias(aliases, chosen).name);
  const spokenOf = new Set([...Object.keys(described), ...Object.values(drafts).flatMap(({ agent }) => agent ?? [])]);
  const said = new Set(Object.keys(own).map((start) => start.toLowerCase()));
  const known = Object.entries(DEFAULT_FAMILIES).filter(
    ([start, agent]) => !said.has(start) && (isOpen || spokenOf.has(agent)),
  );
  return { ...Object.fromEntries(known), ...own };
}

/** Every name by which the plan leads to an agent. */
function namesIn(
  { tasks }: PlanInput,
  { default: chosen, families }: Pick<AgentSettings, 'default' | 'families'>,
): readonly string[] {
  const each = Object.values(tasks ?? {}).flatMap(
    (task) => task?.agent ?? familyOf(families, task?.model ?? null) ?? [],
  );
  return [...new Set([chosen, ...each])];
}

function withKnown(
  described: Readonly<Record<string, AgentUse>>,
  names: readonly string[],
  aliases: AgentSettings['aliases'],
): Readonly<Record<string, AgentUse>> {
  const ends = names.map((name) => followAlias(aliases, name).name);
  const wanted = [...ends, ...Object.values(described).flatMap(({ fallback }) => fallback ?? [])];
  const known = [...new Set(wanted)].flatMap((name) => {
    const use = Object.hasOwn(described, name) ? null : builtInUse(name);
    return use === null ? [] : [[name, use] as const];
  });
  return { ...Object.fromEntries(known), ...described };
}
