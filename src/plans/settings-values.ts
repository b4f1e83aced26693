import type { AgentUse } from '../core/plan.ts';
import type { Prices } from '../core/prices.ts';
import type { SystemName } from '../core/state-words.ts';
import type { AgentsInput, QuestionsInput } from './fields.ts';
import { type BudgetInput, budgetDraft } from './fields-budget.ts';
import { priceOf } from './fields-prices.ts';
import { agentUseOf, aliasDrafts, modeDrafts } from './fill-agents.ts';
import { questionsOf } from './fill-questions.ts';
import { given } from './given.ts';
import { milliseconds } from './kinds.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings-defaults.ts';
import type { PlanSettings } from './surroundings.ts';

/** What one source says, by key; every value has passed the schema. Of several the first is the strongest. */
export type SettingsLayer = { readonly given: ReadonlyMap<string, unknown> };

function first(layers: readonly SettingsLayer[], key: string): unknown {
  return layers.find(({ given }) => given.has(key))?.given.get(key);
}

/** The settings that these sources come to. */
export function settingsOf(layers: readonly SettingsLayer[]): Settings {
  const said = <K extends keyof Settings>(name: K, key: string): Settings[K] =>
    (first(layers, key) as Settings[K] | undefined) ?? DEFAULT_SETTINGS[name];
  const wait = first(layers, 'max-wait') as string | undefined;
  const { notify } = DEFAULT_SETTINGS;
  return {
    plan: said('plan', 'plan'),
    defaultAgent: said('defaultAgent', 'agents.default'),
    max: placesOf(layers, 'agents.max'),
    maxReadonly: placesOf(layers, 'agents.max-readonly'),
    use: usesOf(layers),
    briefTemplate: said('briefTemplate', 'brief-template'),
    notify: { ...notify, ...planSettings(layers).notify },
    trackers: {
      github: (first(layers, 'trackers.github.url') as string | undefined) ?? DEFAULT_SETTINGS.trackers.github,
      linear: (first(layers, 'trackers.linear.url') as string | undefined) ?? DEFAULT_SETTINGS.trackers.linear,
    },
    stateDir: said('stateDir', 'state-dir'),
    retentionDays: said('retentionDays', 'retention.days'),
    colour: said('colour', 'colour'),
    maxWait_ms: wait === undefined || wait === 'off' ? DEFAULT_SETTINGS.maxWait_ms : milliseconds(wait),
    updateCheckout: said('updateCheckout', 'update-checkout'),
    prices: pricesOf(layers),
    editor: said('editor', 'editor'),
  };
}

function placesOf(layers: readonly SettingsLayer[], key: string): number | null | undefined {
  const said = first(layers, key) as number | 'unlimited' | undefined;
  return said === 'unlimited' ? null : said;
}

/** What stands below a key, each name as a whole from the strongest source that has it: half of one and half of another is neither. */
function named(layers: readonly SettingsLayer[], prefix: string): Readonly<Record<string, unknown>> {
  const values = new Map<string, unknown>();
  for (const { given: said } of layers.toReversed()) {
    for (const [key, value] of said) if (key.startsWith(prefix)) values.set(key.slice(prefix.length), value);
  }
  return Object.fromEntries(values);
}

type UseInput = Parameters<typeof agentUseOf>[1];

function usesOf(layers: readonly SettingsLayer[]): Readonly<Record<string, AgentUse>> {
  const uses = Object.entries(named(layers, 'agents.use.')).flatMap(([name, value]) => {
    const use = agentUseOf(name, value as UseInput);
    return use === null ? [] : [[name, use] as const];
  });
  return Object.fromEntries(uses);
}

/** Each model's price as a whole from the strongest source that has it. */
const pricesOf = (layers: readonly SettingsLayer[]): Prices =>
  Object.fromEntries(
    Object.entries(named(layers, 'prices.')).map(([model, price]) => [model, priceOf(price as PriceInput)]),
  );
type PriceInput = Parameters<typeof priceOf>[0];

/** What these sources say about plans that leave it open, or, of flags and variables, in spite of them. */
export function planSettings(layers: readonly SettingsLayer[]): PlanSettings {
  const said = <T>(key: string): T | undefined => first(layers, key) as T | undefined;
  return {
    ...given({
      agent: said<string>('agents.default'),
      max: placesOf(layers, 'agents.max'),
      maxReadonly: placesOf(layers, 'agents.max-readonly'),
      profile: said<SystemName>('profile'),
    }),
    use: usesOf(layers),
    aliases: aliasDrafts(named(layers, 'agents.aliases.') as AgentsInput['aliases']),
    families: named(layers, 'agents.families.') as Readonly<Record<string, string>>,
    modes: modeDrafts(named(layers, 'agents.modes.') as AgentsInput['modes']),
    questions: questionsOf(said<QuestionsInput>('questions')),
    budget: budgetDraft(named(layers, 'budget.') as BudgetInput),
    notify: given({
      command: said<NonNullable<Settings['notify']['command']>>('notify.command'),
      webhook: said<string>('notify.webhook'),
    }),
  };
}
