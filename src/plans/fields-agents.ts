import { z } from 'zod';
import { ACP_PROFILES } from '../core/known-agents.ts';
import { DRIVERS, PERMISSIONS } from '../core/plan.ts';
import { aliases, families, modes, tiers } from './fields-choice.ts';
import { timeout } from './fields-shapes.ts';
import { field, kinds as k } from './kinds.ts';

const places = k.either('a whole number or "unlimited"', [z.literal('unlimited'), k.whole(1, 10_000)]);

export const agentUseFields = z.strictObject(
  {
    driver: field(k.choice(DRIVERS), {
      about:
        'How it is spoken to: "claude" and "codex" in their own words; "acp" over the Agent Client Protocol; "command" is any program that takes a brief and exits.',
      unit: 'one word',
      default: 'what is known of its name, else command',
      example: 'acp',
    }),
    command: field(k.argvOrShell, {
      about:
        'Program and arguments; a text runs with sh -c. Nothing from a task is put into it: the brief is the file $BRANCHLINE_BRIEF. The drivers "claude" and "codex" add arguments of their own.',
      unit: 'command',
      default: 'what is known of its driver and profile',
      example: ['my-agent', '--print'],
    }),
    profile: field(k.choice(ACP_PROFILES), {
      about: 'Which of the agents with ways of their own it is, if its driver is "acp".',
      unit: 'one word',
      default: 'its name, if that is one of them',
      example: 'gemini',
    }),
    model: field(k.model, {
      about: 'Model that it uses. The driver "command" tells it in $BRANCHLINE_MODEL.',
      unit: 'name',
      default: 'whichever it takes by itself',
      example: 'gpt-5',
    }),
    tiers: field(tiers, {
      about: 'Its models by size, for modes of work that ask for one.',
      unit: 'map',
      default: 'haiku, sonnet and opus for the driver "claude", else none',
      example: { small: 'gpt-5-mini', large: 'gpt-5' },
    }),
    fallback: field(k.id, {
      about:
        'Agent, by its name under "use", that takes over when this one is not installed or does not know its model. Without it the task waits for a person.',
      unit: 'name',
      default: null,
      example: 'codex',
    }),
    permissions: field(k.choice(PERMISSIONS), {
      about:
        'What becomes of something that the scope does not allow: "scope" refuses it with the reason, "ask" asks a person, "bypass" lets it through.',
      unit: 'one word',
      default: 'scope',
      example: 'ask',
    }),
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
      about: 'Text in front of every brief that it gets.',
      unit: 'text',
      default: null,
      example: 'Answer in English.',
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
      about: 'Agent, or alias of one, of the tasks that name none.',
      unit: 'name',
      default: 'the only agent under "use", else the first that is installed',
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
    aliases: field(aliases, {
      about: 'Other names of agents, each with a model and a text in front of the brief. One word is the agent alone.',
      unit: 'map',
      default: {},
      example: { reviewer: { agent: 'claude', model: 'opus', prompt: 'Be a security reviewer.' }, fast: 'codex' },
    }),
    families: field(families, {
      about:
        'Which agent works with which models, by how their names begin; the longest beginning wins. Those of claude, codex, gemini and qwen are known, and hold where the plan speaks of that agent or leaves the choice among them.',
      unit: 'map',
      default: {},
      example: { deepseek: 'opencode' },
    }),
    modes: field(modes, {
      about:
        'What the modes of work mean. Known are quick, tdd, swarm and spike (unattended), pair (plan-first), checkpoint (ask), analysis-only (read-only), and trivial, standard and complex, which choose a small, medium or large model, as quick chooses a small one.',
      unit: 'map',
      default: {},
      example: { careful: { launch: 'ask', tier: 'large' } },
    }),
    use: field(z.record(k.id, agentUseFields, { error: 'a map of agents by their names' }), {
      about:
        'Settings of each agent, by its name. claude, codex, gemini, opencode, copilot and qwen are known without; what stands here is put over what is known.',
      unit: 'map',
      default: {},
      example: { mine: { command: ['my-agent', '--print'] } },
    }),
  },
  { error: 'a map of the settings of agents' },
);
