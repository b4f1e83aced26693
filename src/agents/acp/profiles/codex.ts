import { ANY_AGENT, NETWORK, type Profile } from '../profile.ts';

/** Codex by way of `codex-acp`. */
export const CODEX_OVER_ACP: Profile = {
  ...ANY_AGENT,
  name: 'codex',
  calledIn: ['@agentclientprotocol/codex-acp', '@zed-industries/codex-acp'],
  command: ['codex-acp'],
  surroundings: {
    home: 'slot',
    passed: ['OPENAI_*', 'CODEX_*', 'MODEL_PROVIDER', ...NETWORK],
    set: { CODEX_HOME: '.codex' },
  },
  tested: { from: '2.6.0', to: '2.6.0' },
  start: ({ permissions }) => ({
    args: [],
    env: { NO_BROWSER: '1' },
    must: { INITIAL_AGENT_MODE: permissions === 'bypass' ? 'agent-full-access' : 'workspace-write' },
    files: {},
  }),
  // Its read-only mode would ask before every edit, but then cannot make a folder for a file that was allowed.
  modes: { work: 'workspace-write', plan: 'read-only', bypass: 'agent-full-access' },
};
