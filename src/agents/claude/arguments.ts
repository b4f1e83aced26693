import type { AgentSpec } from '../../core/ports/agent.ts';

/** Whether the session begins with a plan that a person has to approve. One that goes on is past that: its text says what was decided. */
export const beginsWithPlan = ({ launch, resume, questions }: AgentSpec): boolean =>
  launch === 'plan-first' && resume === null && questions !== 'forbid';

/** The mode in which the client asks us about whatever the task's own rules do not settle. */
const permissionMode = (spec: AgentSpec): string => {
  if (spec.launch === 'read-only') return 'default';
  if (beginsWithPlan(spec)) return 'plan';
  if (spec.permissions === 'bypass') return 'bypassPermissions';
  return spec.launch === 'ask' ? 'default' : 'acceptEdits';
};

/** The client's command line. `toolsFile`: the file that names Branchline's own tools; null: it gets none. */
export const argumentsFor = (spec: AgentSpec, toolsFile: string | null): readonly string[] => [
  ...spec.argv,
  '-p',
  ...['--input-format', 'stream-json'],
  ...['--output-format', 'stream-json'],
  '--verbose',
  // Without it a message's tokens are only known when the whole turn is over.
  '--include-partial-messages',
  ...['--permission-prompt-tool', 'stdio'],
  ...['--permission-mode', permissionMode(spec)],
  ...['--disallowedTools', withheld(spec).join(',')],
  ...(spec.model === null ? [] : ['--model', spec.model]),
  ...(toolsFile === null ? [] : ['--mcp-config', toolsFile]),
  ...(spec.resume === null ? ['--session-id', spec.session] : ['--resume', spec.resume.session]),
];

/** Tools that reach beyond one task in one worktree: other sessions, schedules, worktrees of the client's own. */
const NEVER = [
  'ListAgents',
  'SendMessage',
  'CronCreate',
  'CronDelete',
  'CronList',
  'ScheduleWakeup',
  'RemoteTrigger',
  'EnterWorktree',
  'ExitWorktree',
  'Workflow',
];

const withheld = (spec: AgentSpec): readonly string[] => [
  ...NEVER,
  ...(beginsWithPlan(spec) ? [] : ['EnterPlanMode']),
  ...(spec.questions === 'forbid' ? ['AskUserQuestion'] : []),
];

/** Branchline's own tools as the client's `--mcp-config` wants them. */
export const toolsConfig = ({ argv, env }: NonNullable<AgentSpec['tools']>): string => {
  const [command, ...args] = argv;
  // Always loaded: tools that must first be searched for are not found by an agent that wants to ask.
  return JSON.stringify({ mcpServers: { branchline: { type: 'stdio', command, args, env, alwaysLoad: true } } });
};

/**
 * Settings of the client that one task in one worktree needs; what the person or the plan says wins. Five retries of a
 * refused request take about a quarter of a minute: whoever waits longer waits in the engine, and holds no place.
 * Background work would outlive the turn's result, and automatic memory is shared by all worktrees of a repository.
 */
export const CLIENT_SETTINGS: Readonly<Record<string, string>> = {
  CLAUDE_CODE_MAX_RETRIES: '5',
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
  DISABLE_AUTOUPDATER: '1',
};

/** What the client may see of the person's environment: its login, its endpoint, its limits; nothing of a session around us. */
export const PASSED_ON: readonly string[] = [
  'ANTHROPIC_*',
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_*',
  'CLAUDE_CODE_SKIP_*',
  'CLAUDE_CODE_MAX_*',
  'CLAUDE_CODE_DISABLE_*',
  'CLAUDE_CODE_ENABLE_*',
  'CLAUDE_CODE_CLIENT_*',
  'CLAUDE_CODE_API_KEY_HELPER_TTL_MS',
  'CLAUDE_CODE_SUBAGENT_MODEL',
  'CLAUDE_CODE_EFFORT_LEVEL',
  'MAX_THINKING_TOKENS',
  'API_TIMEOUT_MS',
  'BASH_DEFAULT_TIMEOUT_MS',
  'BASH_MAX_*',
  'MCP_TIMEOUT',
  'MCP_TOOL_TIMEOUT',
  'ENABLE_TOOL_SEARCH',
  'DISABLE_TELEMETRY',
  'DISABLE_ERROR_REPORTING',
  'DISABLE_PROMPT_CACHING*',
  'DO_NOT_TRACK',
  'IS_SANDBOX',
  'AWS_*',
  'GOOGLE_*',
  'CLOUD_ML_REGION',
  'VERTEX_*',
  'AZURE_*',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];
