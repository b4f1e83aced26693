/** In place of a reason: it is carried over. */
export const TAKEN = 'taken';

const TRACKER = 'The tasks of a plan stand in it; issues are brought in from their tracker';
const REVIEW = 'What an agent may do is said of agents (agents.use.codex.permissions), and a person decides it';
const SCREEN = 'It is about the screen of the other program';

/** The settings that Symphony describes, and why each is not carried over. */
export const LEFT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tracker: {
    kind: TRACKER,
    endpoint: TRACKER,
    api_key: 'Keys do not belong in a plan',
    project_slug: TRACKER,
    assignee: TRACKER,
    active_states: TRACKER,
    terminal_states: TRACKER,
  },
  polling: { interval_ms: 'A plan is read once, and amended' },
  workspace: { root: 'Where worktrees are is a setting of this machine (state-dir)' },
  worker: { ssh_hosts: 'Agents work on this machine' },
  hooks: {
    after_create: TAKEN,
    before_run: TAKEN,
    after_run: 'There is nothing yet that runs after an attempt',
    before_remove: 'There is nothing yet that runs before a worktree is given up',
    timeout_ms: 'A plan has no clock for set-up alone',
  },
  agent: {
    max_concurrent_agents: TAKEN,
    max_turns: 'An attempt ends when the agent is done or one of its clocks has run out',
    max_retry_backoff_ms: 'A plan says how long the first rest is, not the longest',
    max_concurrent_agents_by_state: 'A plan has no states of a tracker',
  },
  codex: {
    command: 'How Codex is started is known; another program is named under agents.use.codex.command',
    model: TAKEN,
    reasoning_effort: 'A plan has no field for it',
    service_tier: 'A plan has no field for it',
    approval_policy: REVIEW,
    thread_sandbox: REVIEW,
    turn_sandbox_policy: REVIEW,
    turn_timeout_ms: TAKEN,
    read_timeout_ms: 'How long Codex may take to answer is not settable',
    stall_timeout_ms: TAKEN,
  },
  observability: { dashboard_enabled: SCREEN, refresh_ms: SCREEN, render_interval_ms: SCREEN },
  server: { port: SCREEN, host: SCREEN },
};
