import { expect, test } from 'vitest';
import { entriesOf, taskStatus } from '../../test/rig/made-up-run.ts';
import { plainPlan, plainTask } from '../../test/simulation/plans.ts';
import { builtInUse } from '../core/known-agents.ts';
import type { Plan } from '../core/plan.ts';
import { explain } from './explain.ts';
import { thereInstead } from './there-instead.ts';

const base = plainPlan([plainTask('api')]);
const claude = builtInUse('claude');
const plan: Plan = {
  ...base,
  agents: {
    ...base.agents,
    use: { ...base.agents.use, ...(claude === null ? {} : { claude: { ...claude, model: 'opus-9' } }) },
    aliases: {
      rev: { agent: 'claude', model: 'sonnet-9', prompt: null },
      two: { agent: 'two', model: 'x', prompt: null },
    },
  },
};
const missing = { reason: 'agent-missing', program: 'claude' } as const;
const unknown = { reason: 'unknown-model', model: 'opus-9', message: 'no such model' } as const;

test('in place of a program that is not there the plan’s other agents are named, and what is installed', () => {
  expect(thereInstead(missing, { plan, agent: 'claude', installed: ['codex', 'qwen'] })).toBe(
    'the plan has one, two too; installed here: codex, qwen',
  );
  expect(thereInstead(missing, { plan: null, agent: 'claude', installed: [] })).toBe(
    'installed here: none that is known',
  );
  expect(thereInstead(missing, { plan: null, agent: null, installed: null })).toBe('');
});

test('in place of a model that is not known those are named that the plan has for that agent', () => {
  expect(thereInstead(unknown, { plan, agent: 'claude', installed: null })).toBe(
    'models that the plan names for claude: haiku, sonnet, opus, sonnet-9',
  );
  expect(thereInstead(unknown, { plan, agent: 'one', installed: null })).toBe('');
});

test('an explanation takes the plan from the journal', () => {
  const entries = entriesOf([
    { type: 'run-created', plan, planHash: 'h', repository: '/r', base: 'b', target: 'refs/heads/main' },
  ]);
  const blocked = taskStatus('api', 'blocked', { agent: 'claude', because: missing });
  expect(explain(blocked, entries, { installed: ['gemini'] }).why).toContain(
    'There is no program claude on this machine; the plan has one, two too; installed here: gemini',
  );
});
