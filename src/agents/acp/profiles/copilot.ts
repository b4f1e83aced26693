import { join } from 'node:path';
import type { AgentSpec } from '../../../core/ports/agent.ts';
import { ANY_AGENT, NETWORK, type Profile } from '../profile.ts';

const MODES = 'https://agentclientprotocol.com/protocol/session-modes';

/** GitHub Copilot CLI. */
export const COPILOT: Profile = {
  ...ANY_AGENT,
  name: 'copilot',
  calledIn: ['copilot'],
  command: ['copilot'],
  protocol: '--acp',
  surroundings: {
    home: 'slot',
    // The session bus leads to the keyring where its login may be.
    passed: [
      'COPILOT_*',
      'GITHUB_TOKEN',
      'GH_TOKEN',
      'GH_HOST',
      'DBUS_SESSION_BUS_ADDRESS',
      'XDG_RUNTIME_DIR',
      ...NETWORK,
    ],
    // It unpacks 235 MB into its cache, which every slot would do again.
    set: { COPILOT_HOME: '.copilot', XDG_CACHE_HOME: '.cache' },
  },
  capabilities: { ...ANY_AGENT.capabilities, ask: 'tools', plan: false },
  tested: { from: '1.0.102', to: '1.0.102' },
  start: (spec, folder) => {
    const file = join(folder, 'copilot-mcp.json');
    return {
      args: [
        '--no-auto-update',
        '--no-ask-user',
        '--disallow-temp-dir',
        ...(spec.permissions === 'bypass' ? ['--allow-all-tools', '--allow-all-paths'] : []),
        ...(spec.model === null ? [] : [`--model=${spec.model}`]),
        // It takes none of the servers that a session comes with.
        ...(spec.tools === null ? [] : ['--additional-mcp-config', `@${file}`]),
      ],
      env: { COPILOT_AUTO_UPDATE: 'false', ...(spec.model === null ? {} : { COPILOT_MODEL: spec.model }) },
      must: {},
      files: spec.tools === null ? {} : { [file]: serversFile(spec.tools) },
    };
  },
  modelAtStart: true,
  modes: { work: `${MODES}#agent`, plan: `${MODES}#plan`, bypass: `${MODES}#agent` },
  tools: 'start',
  usage: 'process',
  saysRetry: /^Info: .*\bretrying\b/i,
};

const serversFile = ({ argv, env }: NonNullable<AgentSpec['tools']>): string => {
  const [command, ...args] = argv;
  return JSON.stringify({ mcpServers: { branchline: { type: 'local', command, args, env, tools: ['*'] } } });
};
