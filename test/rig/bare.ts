import { DEFAULT_QUESTIONS, NO_BUDGET } from '../../src/core/agent-defaults.ts';
import type { AgentSettings, AgentUse, Plan, Task } from '../../src/core/plan.ts';
import type { AgentSpec } from '../../src/core/ports/agent.ts';
import type { EngineParts } from '../../src/engine/parts.ts';

/** What a plan says about models, questions and budgets when it says nothing, for tests that make plans by hand. */
export const bareTask = {
  model: null,
  mode: null,
  account: null,
  permissions: null,
  questions: {},
  budget: {},
} satisfies Partial<Task>;

export const barePlan = {
  questions: DEFAULT_QUESTIONS,
  budget: NO_BUDGET,
  briefTemplate: null,
} satisfies Partial<Plan>;
export const bareAgents = { aliases: {}, families: {}, modes: {} } satisfies Partial<AgentSettings>;

export const bareUse = {
  profile: null,
  model: null,
  tiers: {},
  prompt: null,
  fallback: null,
  permissions: 'scope',
} satisfies Partial<AgentUse>;

export const bareSpec = {
  profile: null,
  model: null,
  launch: 'unattended',
  permissions: 'scope',
  outOfScope: () => [],
  scopeInWords: '**',
  questions: 'live',
  session: '00000000-0000-4000-8000-000000000000',
  resume: null,
  tools: null,
} satisfies Partial<AgentSpec>;

/** An engine whose agents get nothing of the person's, and no desk. */
export const bareParts = {
  matching: () => ({}),
  home: null,
  desks: {
    open: async () => ({ answer: async () => false, deliver: async () => false, close: async () => undefined }),
  },
  agentTools: null,
} satisfies Partial<EngineParts>;
