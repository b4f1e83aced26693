import { ANY_AGENT, NETWORK, type Profile } from '../profile.ts';

/** Claude Code by way of `claude-agent-acp`. */
export const CLAUDE_OVER_ACP: Profile = {
  ...ANY_AGENT,
  name: 'claude',
  calledIn: ['@agentclientprotocol/claude-agent-acp', '@zed-industries/claude-code-acp'],
  command: ['claude-agent-acp'],
  surroundings: { home: 'person', passed: ['ANTHROPIC_*', 'CLAUDE_*', 'AWS_*', ...NETWORK], set: {} },
  capabilities: { ...ANY_AGENT.capabilities, deny: 'goes-on', cost: 'money' },
  tested: { from: '0.100.0', to: '0.100.0' },
  start: ({ model }) => ({
    args: [],
    env: {
      DISABLE_AUTOUPDATER: '1',
      // It is kept per repository, so that agents at work side by side would write into each other's.
      CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
      ...(model === null ? {} : { ANTHROPIC_MODEL: model }),
    },
    must: {},
    files: {},
  }),
  modelAtStart: true,
  modes: { work: 'default', plan: 'plan', bypass: 'bypassPermissions' },
};
