import { z } from 'zod';
import { SYSTEMS } from '../core/state-words.ts';
import { agentUseFields } from './fields-agents.ts';
import { planBudget } from './fields-budget.ts';
import { aliases, families, modes } from './fields-choice.ts';
import { prices } from './fields-prices.ts';
import { questions } from './fields-questions.ts';
import { field, kinds as k } from './kinds.ts';
import { DEFAULT_SETTINGS } from './settings-defaults.ts';

const places = k.either('a whole number or "unlimited"', [z.literal('unlimited'), k.whole(1, 10_000)]);

const agents = z.strictObject(
  {
    default: field(k.id, {
      about: 'Agent of tasks and plans that name none.',
      unit: 'name',
      default: null,
      example: 'mine',
    }),
    max: field(places, { about: 'Places of plans that do not say.', unit: 'attempts', default: 3, example: 8 }),
    'max-readonly': field(places, {
      about: 'Places if all tasks at work only read.',
      unit: 'attempts',
      default: 5,
      example: 10,
    }),
    aliases: field(aliases, {
      about: 'Other names of agents, for every plan.',
      unit: 'map',
      default: {},
      example: { fast: { agent: 'claude', model: 'haiku' } },
    }),
    families: field(families, {
      about: 'Which agent works with which models, for every plan.',
      unit: 'map',
      default: {},
      example: { deepseek: 'opencode' },
    }),
    modes: field(modes, {
      about: 'What modes of work mean, for every plan.',
      unit: 'map',
      default: {},
      example: { quick: { tier: 'medium' } },
    }),
    use: field(z.record(k.id, agentUseFields, { error: 'a map of agents by their names' }), {
      about: 'Agents of every plan, by their names.',
      unit: 'map',
      default: {},
      example: { mine: { command: ['my-agent'] } },
    }),
  },
  { error: 'a map of the settings of agents' },
);

const notify = z.strictObject(
  {
    command: field(k.command, {
      about: 'Command run when a person is needed or a run ends.',
      unit: 'command',
      default: null,
      example: ['notify-send', 'Branchline'],
    }),
    webhook: field(k.url, {
      about: 'Address that gets the same as JSON.',
      unit: 'web address',
      default: null,
      example: 'https://example.org/hook',
    }),
  },
  { error: 'a map' },
);

const address = (name: string, url: string) =>
  z.strictObject(
    {
      url: field(k.url, {
        about: `Where the interface of ${name} is. Its token goes there. Not taken from a repository.`,
        unit: 'web address',
        default: url,
        example: url,
      }),
    },
    { error: 'a map' },
  );

const trackers = z.strictObject(
  {
    github: field(address('GitHub', DEFAULT_SETTINGS.trackers.github), {
      about: 'GitHub, or a server of your own.',
      unit: 'map',
      default: {},
      example: { url: 'https://github.example.org/api/v3' },
    }),
    linear: field(address('Linear', DEFAULT_SETTINGS.trackers.linear), {
      about: 'Linear.',
      unit: 'map',
      default: {},
      example: { url: DEFAULT_SETTINGS.trackers.linear },
    }),
  },
  { error: 'a map' },
);

const retention = z.strictObject(
  {
    days: field(k.whole(0, 3650), {
      about: 'How long the trash is kept.',
      unit: 'days',
      default: DEFAULT_SETTINGS.retentionDays,
      example: 30,
    }),
  },
  { error: 'a map' },
);

/** Every setting. The key of one is its path with dots: `agents.max`; its variable is `BRANCHLINE_AGENTS_MAX`. */
export const settingsFields = z.strictObject(
  {
    plan: field(k.path, {
      about: 'Plan that commands take when none is named.',
      unit: 'path',
      default: null,
      example: 'plans/next.yaml',
    }),
    agents: field(agents, {
      about: 'Agents, and how many work at once.',
      unit: 'map',
      default: {},
      example: { max: 8 },
    }),
    profile: field(k.choice(SYSTEMS), {
      about: 'Way of working of plans that name none; docs/profiles.md has them.',
      unit: 'one word',
      default: null,
      example: 'ccc',
    }),
    questions: field(questions, {
      about: 'What becomes of questions in plans that do not say.',
      unit: 'one word or a map',
      default: { policy: 'live', wait: '45s' },
      example: 'park',
    }),
    budget: field(planBudget, {
      about: 'What may be used up by plans that do not say, cap by cap.',
      unit: 'map',
      default: {},
      example: { day: '$50' },
    }),
    'brief-template': field(k.path, {
      about:
        'File of the repository that holds its own text for briefs, with places such as {what} for what Branchline has to say. It is read from the commit that a run starts from, and approved together with the plan.',
      unit: 'path',
      default: '.branchline/brief.md, if it is there',
      example: 'docs/brief-template.md',
    }),
    notify: field(notify, {
      about: 'How a person is told.',
      unit: 'map',
      default: {},
      example: { command: ['notify-send', 'Branchline'] },
    }),
    trackers: field(trackers, {
      about: 'Where issues are read and created; docs/trackers.md.',
      unit: 'map',
      default: {},
      example: { github: { url: 'https://github.example.org/api/v3' } },
    }),
    'state-dir': field(k.title, {
      about: 'Folder of runs, hubs and worktrees. Not taken from a repository.',
      unit: 'absolute path',
      default: '$XDG_STATE_HOME/branchline',
      example: '/var/lib/branchline',
    }),
    retention: field(retention, { about: 'What is kept how long.', unit: 'map', default: {}, example: { days: 30 } }),
    colour: field(k.choice(['auto', 'always', 'never']), {
      about: 'Colours on the terminal.',
      unit: 'one word',
      default: DEFAULT_SETTINGS.colour,
      example: 'never',
    }),
    'max-wait': field(k.clock, {
      about: 'How long a run waits for a limit to pass.',
      unit: 'duration or off',
      default: 'off',
      example: '30m',
    }),
    'update-checkout': field(k.flag, {
      about: 'Bring a clean checkout of the target along.',
      unit: 'true or false',
      default: DEFAULT_SETTINGS.updateCheckout,
      example: true,
    }),
    prices: field(prices, {
      about:
        'What models cost you, before the table that Branchline brings. A name that ends in * stands for all that begin so.',
      unit: 'map',
      default: {},
      example: { 'my-model': { fresh: 3, output: 15 } },
    }),
    editor: field(k.command, {
      about: 'Program that opens a folder or a file. Not taken from a repository.',
      unit: 'command',
      default: '$VISUAL, then $EDITOR',
      example: ['code', '--wait'],
    }),
  },
  { error: 'a map of settings' },
);

export type SettingsInput = z.output<typeof settingsFields>;

/** What a repository may not decide for the person who cloned it: its file would be obeyed before anyone read it. */
export const PERSONAL_KEYS: ReadonlySet<string> = new Set([
  ...['state-dir', 'editor', 'notify.command', 'notify.webhook', 'trackers.github.url', 'trackers.linear.url'],
]);
