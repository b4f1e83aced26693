import type { AgentSpec } from '../../core/ports/agent.ts';

/** Arguments after the program: the app server, with what every attempt of ours needs and nothing of a person's changed. */
export const SERVER_ARGUMENTS: readonly string[] = [
  'app-server',
  // Steps that are told, and questions outside of plan mode.
  '-c',
  'tools.update_plan.enabled=true',
  '--enable',
  'default_mode_request_user_input',
  '-c',
  'suppress_unstable_features_warning=true',
];

/** What a thread begins or goes on with. */
export function threadSettings(spec: AgentSpec): Readonly<Record<string, unknown>> {
  return {
    cwd: spec.cwd,
    ...(spec.model === null ? {} : { model: spec.model }),
    // `untrusted` asks about each patch, which is what lets a scope be kept to while the agent works.
    approvalPolicy: spec.permissions === 'bypass' ? 'never' : 'untrusted',
    sandbox: sandboxOf(spec),
    config: {
      'sandbox_workspace_write.exclude_slash_tmp': true,
      ...toolsOf(spec),
    },
  };
}

function sandboxOf({ permissions, launch }: AgentSpec): string {
  if (permissions === 'bypass') return 'danger-full-access';
  return launch === 'read-only' ? 'read-only' : 'workspace-write';
}

/** A minute more than the longest wait for an answer. */
const TOOL_TIMEOUT_SEC = 120;

function toolsOf({ tools }: AgentSpec): Readonly<Record<string, unknown>> {
  if (tools === null) return {};
  const [command, ...args] = tools.argv;
  const server = {
    command,
    args,
    env: tools.env,
    tool_timeout_sec: TOOL_TIMEOUT_SEC,
    default_tools_approval_mode: 'approve',
  };
  return { 'mcp_servers.branchline': server };
}
