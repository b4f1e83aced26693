import { z } from 'zod';
import { timeout } from './fields-shapes.ts';
import { field, kinds as k } from './kinds.ts';

/** Drivers that this version has, and those that it only knows by name. */
export const DRIVERS_LATER = ['claude', 'codex'] as const;

const places = k.either('a whole number or "unlimited"', [z.literal('unlimited'), k.whole(1, 10_000)]);

export const agentUseFields = z.strictObject(
  {
    driver: field(k.choice(['command', 'acp', ...DRIVERS_LATER]), {
      about:
        'How it is spoken to: "command" is any program that takes a brief and exits; "acp" speaks the Agent Client Protocol.',
      unit: 'one word',
      default: 'command',
      example: 'acp',
      later: DRIVERS_LATER,
    }),
    command: field(k.argvOrShell, {
      about:
        'Program and arguments; a text runs with sh -c. Nothing from a task is put into it: the brief is the file $BRANCHLINE_BRIEF.',
      unit: 'command',
      default: null,
      example: ['my-agent', '--print'],
    }),
    model: field(k.label, { about: 'Model that it uses.', unit: 'name', default: null, example: 'gpt-5', later: true }),
    env: field(k.variableMap, {
      about: 'Environment variables that it gets besides the allowed ones.',
      unit: 'names and values',
      default: {},
      example: { LOG_LEVEL: 'warn' },
    }),
    account: field(k.label, {
      about: 'Agents with the same account share its cap and its limits.',
      unit: 'name',
      default: null,
      example: 'team',
    }),
    'account-max': field(k.whole(1, 10_000), {
      about: 'Attempts of this account that may work at once.',
      unit: 'attempts',
      default: 'no cap of its own',
      example: 2,
    }),
    'brief-on-stdin': field(k.flag, {
      about: 'Write the brief to standard input too. It is a file in any case.',
      unit: 'true or false',
      default: false,
      example: true,
    }),
    prompt: field(k.template, {
      about: 'Template of what the agent is told.',
      unit: 'text',
      default: null,
      example: '{brief}',
      later: true,
    }),
    sandbox: field(k.anything, {
      about: 'What it is kept from reaching.',
      unit: 'map',
      default: null,
      example: { network: 'none' },
      later: true,
    }),
    timeout: field(timeout, {
      about: 'Clocks of its attempts; one duration means the whole attempt.',
      unit: 'durations',
      default: 'timeout of the plan',
      example: { silence: '5m' },
    }),
  },
  { error: 'a map of the settings of an agent' },
);

export const agentFields = z.strictObject(
  {
    default: field(k.id, {
      about: 'Agent of the tasks that name none.',
      unit: 'name',
      default: 'the only agent under "use"',
      example: 'claude',
    }),
    max: field(places, {
      about: 'Places: how many attempts may work at once.',
      unit: 'attempts, or unlimited',
      default: 3,
      example: 8,
    }),
    'max-readonly': field(places, {
      about: 'How many may work at once if all of them only read.',
      unit: 'attempts, or unlimited',
      default: 5,
      example: 10,
    }),
    'readonly-rule': field(k.choice(['all', 'mixed']), {
      about: 'When "max-readonly" holds: if all at work only read, or for the readers beside the writers.',
      unit: 'one word',
      default: 'all',
      example: 'mixed',
      later: ['mixed'],
    }),
    pool: field(
      z.strictObject(
        {
          slots: field(k.whole(1, 10_000), {
            about: 'Slots kept on disk.',
            unit: 'slots',
            default: null,
            example: 8,
            later: true,
          }),
        },
        { error: 'a map' },
      ),
      { about: 'The pool of slots.', unit: 'map', default: null, example: { slots: 8 }, later: true },
    ),
    aliases: field(k.anything, {
      about: 'Other names of agents.',
      unit: 'map',
      default: null,
      example: { fast: 'codex' },
      later: true,
    }),
    use: field(z.record(k.id, agentUseFields, { error: 'a map of agents by their names' }), {
      about: 'Settings of each agent, by its name.',
      unit: 'map',
      default: {},
      example: { mine: { command: ['my-agent', '--print'] } },
    }),
  },
  { error: 'a map of the settings of agents' },
);
