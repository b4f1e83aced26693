import type { Budget, Cap, ModeUse, QuestionRules } from './plan.ts';

/**
 * What the modes of work mean where nobody says otherwise. The last three are words for how hard a task is: they choose
 * no way of working, only which of an agent's models does it.
 */
export const DEFAULT_MODES: Readonly<Record<string, ModeUse>> = {
  quick: { launch: 'unattended', tier: 'small' },
  tdd: { launch: 'unattended', tier: null },
  swarm: { launch: 'unattended', tier: null },
  spike: { launch: 'unattended', tier: null },
  pair: { launch: 'plan-first', tier: null },
  checkpoint: { launch: 'ask', tier: null },
  'analysis-only': { launch: 'read-only', tier: null },
  trivial: { launch: 'unattended', tier: 'small' },
  standard: { launch: 'unattended', tier: 'medium' },
  complex: { launch: 'unattended', tier: 'large' },
};

/** Which agents work with which models, by how the models' names begin. */
export const DEFAULT_FAMILIES: Readonly<Record<string, string>> = {
  claude: 'claude',
  sonnet: 'claude',
  opus: 'claude',
  haiku: 'claude',
  gpt: 'codex',
  o1: 'codex',
  o3: 'codex',
  o4: 'codex',
  codex: 'codex',
  gemini: 'gemini',
  qwen: 'qwen',
};

export const DEFAULT_QUESTIONS: QuestionRules = { policy: 'live', wait_ms: 45_000, deadline_ms: null, default: null };

export const NO_CAP: Cap = { tokens: null, usd: null };
export const NO_BUDGET: Budget = { attempt: NO_CAP, task: NO_CAP, run: NO_CAP, day: NO_CAP };
