import { z } from 'zod';
import { LAUNCH_MODES, TIERS } from '../core/plan.ts';
import { field, kinds as k } from './kinds.ts';

/** An agent's models by their size. */
export const tiers = z.strictObject(
  {
    small: field(k.model, { about: 'Its small model.', unit: 'name', default: null, example: 'haiku' }),
    medium: field(k.model, { about: 'Its model of medium size.', unit: 'name', default: null, example: 'sonnet' }),
    large: field(k.model, { about: 'Its large model.', unit: 'name', default: null, example: 'opus' }),
  },
  { error: `a map of models by their size: ${TIERS.join(', ')}` },
);

const alias = k.either('the name of an agent, or a map with "agent", "model" and "prompt"', [
  k.id,
  z.strictObject({
    agent: field(k.id, {
      about: 'Agent, or another alias.',
      unit: 'name',
      default: 'the agent that works with the model, else agents.default',
      example: 'claude',
    }),
    model: field(k.model, {
      about: "Model, in place of the agent's own.",
      unit: 'name',
      default: null,
      example: 'opus',
    }),
    prompt: field(k.template, {
      about: 'Text in front of the brief.',
      unit: 'text',
      default: null,
      example: 'Be a security reviewer.',
    }),
  }),
]);

export const aliases = z.record(k.id, alias, { error: 'a map of other names of agents' });

export const families = z.record(k.label, k.id, {
  error: 'a map of how the names of models begin, and of the agents that work with them',
});

const mode = z.strictObject(
  {
    launch: field(k.choice(LAUNCH_MODES), {
      about:
        'How the agent is started: it works through; it shows a plan and waits; it stops at checkpoints; it writes nothing.',
      unit: 'one word',
      default: 'unattended',
      example: 'plan-first',
    }),
    tier: field(k.choice([...TIERS, 'none']), {
      about: 'Which of the agent\'s models, by its name under "tiers"; an agent without one takes its own.',
      unit: 'one word',
      default: 'none',
      example: 'large',
    }),
  },
  { error: 'a map with "launch" and "tier"' },
);

export const modes = z.record(k.id, mode, { error: 'a map of modes of work by their names' });
