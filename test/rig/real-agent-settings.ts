import { join } from 'node:path';
import { type Client, home as installed, programOf } from '../../scripts/agents.mjs';

/** Where a client lives and whom it talks to. */
export type Place = {
  readonly home: string;
  readonly url: string;
  readonly key: string;
  readonly retries: number;
};

/** What it takes to keep one client to its place: files in its home, variables, and how it is made to speak ACP. */
export type Settings = {
  readonly files: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly acp: readonly string[];
};

/** Telemetry, updates and extras are switched off in all of them: nothing may leave the machine. */
export function settings(client: Client, place: Place): Settings {
  switch (client) {
    case 'claude':
    case 'claude-acp':
      return { files: {}, env: claudeEnv(place), acp: [] };
    case 'codex':
      return codex(place);
    case 'codex-acp':
      return codexAcp(place);
    case 'gemini':
      return gemini(place);
    case 'opencode':
      return opencode(place);
    case 'copilot':
      return copilot(place);
  }
}

const claudeEnv = ({ home, url, key, retries }: Place): Readonly<Record<string, string>> => ({
  CLAUDE_CONFIG_DIR: join(home, '.claude'),
  CLAUDE_CODE_TMPDIR: join(home, 'tmp'),
  ANTHROPIC_BASE_URL: url,
  ANTHROPIC_API_KEY: key,
  ANTHROPIC_MODEL: 'claude-sonnet-4-5',
  // Otherwise half of the tools are declared only after a search.
  ENABLE_TOOL_SEARCH: 'false',
  CLAUDE_CODE_MAX_RETRIES: String(retries),
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
  CLAUDE_CODE_ENABLE_TELEMETRY: '0',
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_FEEDBACK_COMMAND: '1',
  DISABLE_INSTALLATION_CHECKS: '1',
});

const codexKey = ({ home, key }: Place) => ({ CODEX_HOME: join(home, '.codex'), OPENAI_API_KEY: key });

/** With this model the client patches files itself; its plan tool has to be switched on. */
function codex(place: Place): Settings {
  const { url, retries } = place;
  const config = `
model = "gpt-5.5"
model_provider = "scripted"
check_for_update_on_startup = false

[model_providers.scripted]
name = "scripted"
base_url = "${url}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
requires_openai_auth = false
supports_websockets = false
request_max_retries = ${retries}
stream_max_retries = ${retries}

[analytics]
enabled = false

[tools.update_plan]
enabled = true

[features]
plugins = false
apps = false
remote_plugin = false
`;
  return { files: { '.codex/config.toml': config }, env: codexKey(place), acp: [] };
}

function codexAcp(place: Place): Settings {
  const { files } = codex(place);
  const program = programOf('codex');
  return {
    files,
    env: {
      ...codexKey(place),
      MODEL_PROVIDER: 'scripted',
      NO_BROWSER: '1',
      INITIAL_AGENT_MODE: 'workspace-write',
      ...(program === null ? {} : { CODEX_PATH: program }),
    },
    acp: [],
  };
}

/** Without a kind of login in its settings it refuses to start, whatever the variables say. */
function gemini({ home, url, key, retries }: Place): Settings {
  const config = {
    security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, maxAttempts: retries + 1 },
  };
  return {
    files: { '.gemini/settings.json': JSON.stringify(config) },
    env: {
      GEMINI_CLI_HOME: home,
      GEMINI_API_KEY: key,
      GEMINI_MODEL: 'gemini-2.5-pro',
      GOOGLE_GEMINI_BASE_URL: url,
      // Otherwise it starts itself once more, and the outer process swallows signals.
      GEMINI_CLI_NO_RELAUNCH: 'true',
      GEMINI_CLI_DISABLE_AUTO_UPDATE: '1',
      GEMINI_TELEMETRY_ENABLED: 'false',
    },
    acp: ['--acp'],
  };
}

function opencode({ url, key }: Place): Settings {
  const model = {
    tool_call: true,
    limit: { context: 200_000, output: 32_000 },
    cost: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 },
  };
  const provider = {
    npm: '@ai-sdk/openai-compatible',
    options: { baseURL: `${url}/v1`, apiKey: key },
    models: { scripted: model },
  };
  const config = {
    autoupdate: false,
    share: 'disabled',
    snapshot: false,
    enabled_providers: ['scripted'],
    provider: { scripted: provider },
    model: 'scripted/scripted',
    small_model: 'scripted/scripted',
  };
  return {
    files: {},
    env: {
      OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_SHARE: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    },
    acp: ['acp'],
  };
}

const copilot = ({ home, url, key }: Place): Settings => ({
  files: {},
  env: {
    COPILOT_HOME: join(home, '.copilot'),
    COPILOT_OFFLINE: 'true',
    COPILOT_AUTO_UPDATE: 'false',
    COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
    COPILOT_PROVIDER_API_KEY: key,
    COPILOT_MODEL: 'scripted',
    // It unpacks 235 MB of itself in there, once for all homes.
    XDG_CACHE_HOME: join(installed, 'copilot', 'cache'),
  },
  acp: ['--acp'],
});
