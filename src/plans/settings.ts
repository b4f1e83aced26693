import { BUDGET_LEVELS } from '../core/plan.ts';
import { type Path, readYaml, type YamlDocument } from './document.ts';
import { laterIn } from './later.ts';
import type { PlacedDiagnostic } from './place.ts';
import { flow, problemsOf } from './problems.ts';
import { senseOfUses } from './sense-uses.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings-defaults.ts';
import { PERSONAL_KEYS, type SettingsInput, settingsFields } from './settings-fields.ts';
import { planSettings, type SettingsLayer, settingsOf } from './settings-values.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Where settings come from, strongest first. `local` and `repository` are `.branchline/config.local.yaml` and
 * `.branchline/config.yaml`: both stand in a folder that somebody else may have filled.
 */
const SOURCE_NAMES = ['flags', 'environment', 'local', 'repository', 'user'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** A configuration file that the caller has read; or texts by key (`agents.max`) from flags or variables. */
export type SettingsSource =
  | { readonly name: SourceName; readonly file: string; readonly text: string }
  | { readonly name: SourceName; readonly values: Readonly<Record<string, string>> };

/** One key for `config explain`: who won, and everyone who named it, the winner first. */
type ExplainedSetting = {
  readonly key: string;
  readonly value: string;
  readonly from: string;
  readonly sources: readonly { readonly from: string; readonly value: string }[];
};

export type ReadSettings = {
  readonly settings: Settings;
  readonly explained: readonly ExplainedSetting[];
  /** Empty, or the settings must not be used. */
  readonly diagnostics: readonly PlacedDiagnostic[];
  /** What `readPlan` is to be given. */
  readonly around: Surroundings;
  /** Agents that a file in the repository describes: nobody may start their programs before a person has approved them. */
  readonly foreignAgents: readonly string[];
  /** Texts of files in the repository that name programs: a person's approval has to cover them as well as the plan. */
  readonly executable: readonly string[];
};

type Layer = SettingsLayer & { readonly name: SourceName; readonly from: string };
type Given = SettingsLayer['given'];

/** Merges settings, key by key (agents by name), strongest source first whatever the order of `sources`. Pure. */
export function readSettings(sources: readonly SettingsSource[]): ReadSettings {
  const sorted = [...sources].sort((a, b) => SOURCE_NAMES.indexOf(a.name) - SOURCE_NAMES.indexOf(b.name));
  const read = sorted.map((source) => ('text' in source ? readFile(source) : readValues(source)));
  const layers = read.map(({ layer }) => layer);
  const commands = (source: SettingsSource, at: number): readonly string[] =>
    'text' in source && isForeign(source.name) && namesPrograms(layers[at]) ? [source.text] : [];
  return {
    settings: settingsOf(layers),
    explained: explain(layers),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
    around: {
      over: planSettings(layers.filter(isOver)),
      under: planSettings(layers.filter((layer) => !isOver(layer))),
    },
    foreignAgents: foreignAgents(layers),
    executable: sorted.flatMap(commands),
  };
}

/** Of each agent the strongest source that describes it. */
function foreignAgents(layers: readonly Layer[]): readonly string[] {
  const names = new Set(layers.flatMap(({ given }) => [...given.keys()].filter((key) => key.startsWith(USE))));
  const sourceOf = (key: string) => layers.find(({ given }) => given.has(key))?.name;
  const isTheirs = (key: string): boolean => {
    const name = sourceOf(key);
    return name !== undefined && isForeign(name);
  };
  return [...names].filter(isTheirs).map((key) => key.slice(USE.length));
}

const USE = 'agents.use.';
const isOver = ({ name }: Layer): boolean => name === 'flags' || name === 'environment';
const isForeign = (name: SourceName): boolean => name === 'local' || name === 'repository';
/** What decides which program is started and what an agent is told. */
const DECIDING = /^agents\.(?:default$|(?:use|aliases|families|modes)\.)/;
const namesPrograms = (layer: Layer | undefined): boolean =>
  [...(layer?.given.keys() ?? [])].some((key) => DECIDING.test(key));

/** `agents.max-readonly` → `BRANCHLINE_AGENTS_MAX_READONLY`. */
const variableOf = (key: string): string => `BRANCHLINE_${key.replace(/[.-]/g, '_').toUpperCase()}`;

/** The settings among the variables of an environment, by key. Agents cannot be defined by variables. */
export function settingsInEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const keys = SIMPLE_KEYS.filter((key) => !TAKEN.has(key));
  const found = keys.map((key) => [key, environment[variableOf(key)] ?? ''] as const);
  return Object.fromEntries(found.filter(([, text]) => text !== ''));
}

/** BRANCHLINE_QUESTIONS tells an agent how it may ask; a Branchline that it starts must not take that for its own setting. */
const TAKEN: ReadonlySet<string> = new Set(['questions']);

type ReadLayer = { readonly layer: Layer; readonly diagnostics: readonly PlacedDiagnostic[] };

function readFile({ name, file, text }: Extract<SettingsSource, { readonly text: string }>): ReadLayer {
  const document = readYaml(text.slice(0, 1_048_576));
  const value = document.value ?? {};
  const faults = document.faults.map(({ why, next, place }) => ({
    ...{ code: 'yaml', severity: 'error' as const, what: 'The YAML cannot be read', why, next },
    ...{ task: null, field: null, file, ...place },
  }));
  const wrong = problemsOf(settingsFields, value, 'the configuration');
  const later = laterIn(settingsFields, value);
  const senseless = wrong.length > 0 ? [] : senseOfUses((value as SettingsInput).agents);
  const mute = senseless.filter(({ severity }) => severity === undefined);
  const problems = [...wrong, ...later, ...mute].map((problem) => diagnosticOf(document, { file, ...problem }));
  const given = problems.length > 0 ? new Map<string, unknown>() : flatten(value as SettingsInput);
  const foreign = isForeign(name) ? [...given.keys()].filter((key) => PERSONAL_KEYS.has(key)) : [];
  const refused = foreign.map((key) =>
    diagnosticOf(document, { file, path: key.split('.'), part: 'key', ...notHere(key) }),
  );
  return { layer: { name, from: file, given }, diagnostics: [...faults, ...problems, ...refused] };
}

const notHere = (key: string) => ({
  code: 'personal-setting',
  what: `"${key}" cannot be set by a file in a repository`,
  why: 'Whoever clones the repository would obey it before reading it',
  next: `Set it in your own configuration file or with ${variableOf(key)}`,
});

type Said = { readonly code: string; readonly what: string; readonly why: string; readonly next: string };
type Where = { readonly file: string; readonly path: Path; readonly part: 'key' | 'value' };

function diagnosticOf(document: YamlDocument, { file, path, part, ...said }: Said & Where): PlacedDiagnostic {
  const { code, what, why, next } = said;
  const place = document.placeOf(path, part);
  return { code, severity: 'error', what, why, next, task: null, field: path.join('.'), file, ...place };
}

function readValues({ name, values }: Extract<SettingsSource, { readonly values: object }>): ReadLayer {
  const given = new Map<string, unknown>();
  const diagnostics: PlacedDiagnostic[] = [];
  for (const [key, text] of Object.entries(values)) {
    const value = TEXT_KEYS.has(key) ? text : readYaml(text).value;
    const nested = key.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
    const file = name === 'environment' ? variableOf(key) : `--${key}`;
    const [problem] = problemsOf(settingsFields, nested, 'the configuration');
    if (problem) diagnostics.push(diagnosticOf(readYaml(''), { file, ...problem }));
    else given.set(key, value);
  }
  return { layer: { name, from: name, given }, diagnostics };
}

function flatten({ agents, notify, retention, budget, prices, trackers, ...plain }: SettingsInput): Given {
  const { use, aliases, families, modes, ...rest } = agents ?? {};
  const below = (prefix: string, map: object | undefined) =>
    Object.entries(map ?? {}).map(([key, value]) => [`${prefix}${key}`, value as unknown] as const);
  return new Map([
    ...below('', plain),
    ...below('agents.', rest),
    ...Object.entries({ use, aliases, families, modes }).flatMap(([key, map]) => below(`agents.${key}.`, map)),
    ...below('notify.', notify),
    ...below('retention.', retention),
    ...below('trackers.github.', trackers?.github),
    ...below('trackers.linear.', trackers?.linear),
    ...below('prices.', prices),
    ...below('budget.', budget),
  ]);
}

const SIMPLE_KEYS = [
  ...['plan', 'agents.default', 'agents.max', 'agents.max-readonly', 'notify.command', 'notify.webhook'],
  ...['trackers.github.url', 'trackers.linear.url'],
  ...['state-dir', 'retention.days', 'colour', 'max-wait', 'update-checkout', 'editor', 'brief-template', 'questions'],
  ...BUDGET_LEVELS.map((level) => `budget.${level}` as const),
] as const;
/** Values that are taken letter by letter: a file called `1.0` is no number. */
const TEXT_KEYS: ReadonlySet<string> = new Set([
  'plan',
  'agents.default',
  'state-dir',
  'notify.webhook',
  'trackers.github.url',
  'trackers.linear.url',
  'colour',
  'max-wait',
  'brief-template',
]);

function explain(layers: readonly Layer[]): readonly ExplainedSetting[] {
  const named = new Set([...SIMPLE_KEYS, ...layers.flatMap(({ given }) => [...given.keys()])]);
  return [...named].map((key) => {
    const sources = layers
      .filter(({ given }) => given.has(key))
      .map(({ from, given }) => ({ from, value: flow(given.get(key)) }));
    const [winner] = sources;
    return { key, value: winner?.value ?? defaultOf(key), from: winner?.from ?? 'default', sources };
  });
}

function defaultOf(key: string): string {
  const found = key
    .split('.')
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], DEFAULTS);
  return found === undefined ? '' : String(found);
}

const DEFAULTS = {
  agents: { max: 3, 'max-readonly': 5 },
  trackers: {
    github: { url: DEFAULT_SETTINGS.trackers.github },
    linear: { url: DEFAULT_SETTINGS.trackers.linear },
  },
  retention: { days: DEFAULT_SETTINGS.retentionDays },
  'state-dir': '$XDG_STATE_HOME/branchline',
  colour: DEFAULT_SETTINGS.colour,
  'max-wait': 'off',
  'update-checkout': DEFAULT_SETTINGS.updateCheckout,
  editor: '$VISUAL, then $EDITOR',
};
