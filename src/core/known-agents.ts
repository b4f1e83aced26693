import type { AgentUse, DriverName } from './plan.ts';

/** Agents that work without a word of settings, in the order in which one of them is taken when nobody says which. */
export const KNOWN_AGENTS = ['claude', 'codex', 'gemini', 'opencode', 'copilot', 'qwen'] as const;
export type KnownAgentName = (typeof KNOWN_AGENTS)[number];

type KnownAgent = {
  /** What its maker calls it. */
  readonly title: string;
  readonly driver: DriverName;
  /** What a person types to have the program of that name. */
  readonly install: string;
};

const KNOWN: Readonly<Record<KnownAgentName, KnownAgent>> = {
  claude: { title: 'Claude Code', driver: 'claude', install: 'npm install --global @anthropic-ai/claude-code' },
  codex: { title: 'Codex', driver: 'codex', install: 'npm install --global @openai/codex' },
  gemini: { title: 'Gemini CLI', driver: 'acp', install: 'npm install --global @google/gemini-cli' },
  opencode: { title: 'opencode', driver: 'acp', install: 'npm install --global opencode-ai' },
  copilot: { title: 'GitHub Copilot CLI', driver: 'acp', install: 'npm install --global @github/copilot' },
  qwen: { title: 'Qwen Code', driver: 'acp', install: 'npm install --global @qwen-code/qwen-code' },
};

/** What is known of an agent by its name; null: nobody but the plan knows it. */
export const knownAgent = (name: string): (KnownAgent & { readonly program: string }) | null =>
  isKnownAgent(name) ? { ...KNOWN[name], program: name } : null;

const isKnownAgent = (name: string): name is KnownAgentName => KNOWN_AGENTS.some((known) => known === name);

/** Agents whose ways over the Agent Client Protocol are known; the first two through adapters. */
export const ACP_PROFILES = ['claude', 'codex', 'gemini', 'opencode', 'copilot', 'qwen'] as const;
export type AcpProfile = (typeof ACP_PROFILES)[number];

const ACP_COMMANDS: Readonly<Record<AcpProfile, readonly string[]>> = {
  claude: ['claude-agent-acp'],
  codex: ['codex-acp'],
  gemini: ['gemini', '--acp'],
  opencode: ['opencode', 'acp'],
  copilot: ['copilot', '--acp'],
  qwen: ['qwen', '--acp'],
};

/** Names that the maker promises to keep for small, medium and large models; where there are none, nothing is guessed. */
const TIERS_OF: Readonly<Partial<Record<DriverName, Readonly<Record<string, string>>>>> = {
  claude: { small: 'haiku', medium: 'sonnet', large: 'opus' },
};

export type SaidOfAgent = { readonly driver?: DriverName | undefined; readonly profile?: string | undefined };

/**
 * What an agent of this name is where its settings leave it open. `command` null: nothing says how it is started. An
 * agent that speaks a protocol, and of which only a profile is named, is that one.
 */
export function baseUse(
  name: string,
  said: SaidOfAgent = {},
): Omit<AgentUse, 'command'> & { readonly command: readonly string[] | null } {
  const driver = said.driver ?? (said.profile === undefined ? knownAgent(name)?.driver : 'acp') ?? 'command';
  const profile = ACP_PROFILES.find((known) => known === (said.profile ?? name)) ?? null;
  return {
    driver,
    command: commandOf(driver, profile),
    profile: driver === 'acp' ? profile : null,
    model: null,
    tiers: TIERS_OF[driver] ?? {},
    prompt: null,
    fallback: null,
    env: {},
    account: null,
    accountMax: null,
    briefOnStdin: false,
    permissions: 'scope',
    timeout: {},
  };
}

function commandOf(driver: DriverName, profile: AcpProfile | null): readonly string[] | null {
  if (driver === 'claude' || driver === 'codex') return [driver];
  return driver === 'acp' && profile !== null ? ACP_COMMANDS[profile] : null;
}

/** A known agent as it is without any setting; null: nothing is known of it. */
export function builtInUse(name: string): AgentUse | null {
  const { command, ...use } = baseUse(name);
  return command === null ? null : { ...use, command };
}
