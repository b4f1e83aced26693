import { entriesOf, fieldOf, listOf, textOf } from '../json.ts';

/** Something that can be chosen in a session, and the request that chooses it. */
type Offer = {
  readonly current: string | null;
  readonly ids: readonly string[];
  /** What the agent calls them, beside the ids. */
  readonly names: Readonly<Record<string, string>>;
  readonly choose: (session: string, id: string) => { readonly method: string; readonly params: unknown };
};

/**
 * What an agent lets its client choose, by what it said when the session began: modes and models have requests of their
 * own in some agents, and are options among others in newer ones.
 */
export const modesOffered = (opened: unknown): readonly Offer[] => [
  ...listed(fieldOf(opened, 'modes'), {
    list: 'availableModes',
    id: 'id',
    current: 'currentModeId',
    choose: (sessionId, modeId) => ({ method: 'session/set_mode', params: { sessionId, modeId } }),
  }),
  ...options(opened, 'mode'),
];

export const modelsOffered = (opened: unknown): readonly Offer[] => [
  ...options(opened, 'model'),
  ...listed(fieldOf(opened, 'models'), {
    list: 'availableModels',
    id: 'modelId',
    current: 'currentModelId',
    choose: (sessionId, modelId) => ({ method: 'session/set_model', params: { sessionId, modelId } }),
  }),
];

type Listed = {
  readonly list: string;
  readonly id: string;
  readonly current: string;
  readonly choose: Offer['choose'];
};

const listed = (offered: unknown, { list, id, current, choose }: Listed): readonly Offer[] => {
  const entries = listOf(offered, list);
  if (entries.length === 0) return [];
  const named = entries.map((entry) => [textOf(fieldOf(entry, id)), textOf(fieldOf(entry, 'name'))] as const);
  return [offer(named, { current: textOf(fieldOf(offered, current)), choose })];
};

const options = (opened: unknown, category: string): readonly Offer[] =>
  listOf(opened, 'configOptions')
    .filter((option) => fieldOf(option, 'category') === category && fieldOf(option, 'type') === 'select')
    .map((option) => {
      const configId = textOf(fieldOf(option, 'id'));
      const choose: Offer['choose'] = (sessionId, value) => ({
        method: 'session/set_config_option',
        params: { sessionId, configId, value },
      });
      return offer(valuesIn(option), { current: textOf(fieldOf(option, 'currentValue')), choose });
    });

/** Options may stand in groups. */
const valuesIn = (option: unknown): readonly (readonly [string, string])[] =>
  listOf(option, 'options').flatMap((entry) => {
    const grouped = listOf(entry, 'options');
    const values = grouped.length > 0 ? grouped : [entry];
    return values.map((value) => [textOf(fieldOf(value, 'value')), textOf(fieldOf(value, 'name'))] as const);
  });

const offer = (
  named: readonly (readonly [string, string])[],
  { current, choose }: { readonly current: string; readonly choose: Offer['choose'] },
): Offer => ({
  current: current || null,
  ids: named.map(([id]) => id),
  names: Object.fromEntries(named),
  choose,
});

/**
 * The id that a person means by a name: itself, what the agent calls it, or the one id that has it as its main part, since
 * agents put a provider in front (`openai/gpt-5`) or an effort behind (`gpt-5[medium]`). null: none, or several.
 */
export const meant = (offered: Pick<Offer, 'ids' | 'names' | 'current'>, wanted: string): string | null => {
  const name = wanted.toLowerCase();
  const exact = offered.ids.find((id) => id.toLowerCase() === name);
  if (exact !== undefined) return exact;
  const called = entriesOf(offered.names).filter(([, label]) => textOf(label).toLowerCase() === name);
  if (called.length === 1) return called[0]?.[0] ?? null;
  const fitting = offered.ids.filter((id) => mainParts(id.toLowerCase()).includes(name));
  const effort = /\[\w+\]$/.exec(offered.current ?? '')?.[0] ?? '[medium]';
  return fitting.length > 1 ? (fitting.find((id) => id.endsWith(effort)) ?? null) : (fitting[0] ?? null);
};

const mainParts = (id: string): readonly string[] => {
  const bare = id.replace(/(?:\[\w+\]|\([\w-]+\))$/, '');
  return [bare, ...bare.split(/[/|]/).slice(-1)];
};
