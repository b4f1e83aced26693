import { ANY_AGENT, NETWORK, type Profile } from '../profile.ts';

const ASKING = { edit: 'ask', bash: 'ask', external_directory: 'ask' };
const BYPASS = { edit: 'allow', bash: 'allow', external_directory: 'allow' };

/** opencode. */
export const OPENCODE: Profile = {
  ...ANY_AGENT,
  name: 'opencode',
  calledIn: ['opencode'],
  command: ['opencode'],
  protocol: 'acp',
  surroundings: {
    home: 'slot',
    // Whose models it works with is up to its own settings, so any vendor's key may be meant.
    passed: ['OPENCODE_*', 'OPENAI_*', 'ANTHROPIC_*', 'GEMINI_*', 'GOOGLE_*', 'OPENROUTER_*', ...NETWORK],
    // Logins and sessions are in the first, settings in the second.
    set: { XDG_DATA_HOME: '.local/share', OPENCODE_CONFIG_DIR: '.config/opencode' },
  },
  capabilities: { ...ANY_AGENT.capabilities, ask: 'tools', cost: 'money' },
  tested: { from: '1.18.33', to: '1.18.33' },
  start: ({ permissions }) => ({
    args: [],
    env: {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      // When a vendor says that the context is full, it would compact and try again without end.
      OPENCODE_DISABLE_AUTOCOMPACT: '1',
    },
    // By itself it edits without asking.
    must: { OPENCODE_PERMISSION: JSON.stringify(permissions === 'bypass' ? BYPASS : ASKING) },
    files: {},
  }),
  modes: { work: 'build', plan: 'plan', bypass: 'build' },
  writesItself: true,
};
