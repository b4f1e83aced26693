import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { AgentFound, Finding } from '../cli/world-port.ts';

const run = promisify(execFile);

type Host = {
  readonly nodeVersion: string;
  readonly stateDir: string;
  readonly platform: string;
  readonly sqlite: () => Promise<Finding>;
  readonly repository: () => Promise<Finding>;
  readonly agents: () => Promise<readonly Finding[]>;
};

/** Everything that Branchline needs of this machine, each looked at, never assumed. */
export async function examine(host: Host): Promise<readonly Finding[]> {
  return [
    nodeFinding(host.nodeVersion),
    await gitFinding(),
    await host.sqlite(),
    await stateFinding(host.stateDir),
    platformFinding(host.platform),
    await host.repository(),
    ...(await host.agents()),
  ];
}

/** Who is there, in short. A known agent that is not installed is no lack; one that somebody described is. */
export function agentFindings(agents: readonly AgentFound[]): readonly Finding[] {
  const there = agents.filter(({ installed }) => installed);
  const absent = agents.filter(({ installed, from }) => !installed && from !== 'known');
  if (there.length + absent.length === 0) {
    const names = agents.map(({ name }) => name).join(', ');
    const detail = `none of those that are known is installed (${names}); any program can be one: branchline agents`;
    return [{ name: 'agents', ok: true, detail, next: null }];
  }
  return [
    ...there.map((agent) => ({ name: `agent ${agent.name}`, ok: true, detail: agentDetail(agent), next: null })),
    ...absent.map(({ name, command, from, install }) => ({
      name: `agent ${name}`,
      ok: false,
      detail: `there is no program ${command[0]} (${from})`,
      next: install === null ? 'Install it, or correct its "command"' : `Install it with: ${install}`,
    })),
  ];
}

function agentDetail({ version, asked, inRange, tested, title }: AgentFound): string {
  const known = version ?? (asked ? 'does not say its version' : 'is there');
  const range = inRange === false && tested !== null ? `, tested with ${tested.from} to ${tested.to}` : '';
  return `${title === null ? '' : `${title}: `}${known}${range}`;
}

function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const fits = major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  const old = major === 20 ? ' (past its end of life: support ends with the next major version of Branchline)' : '';
  const next = fits ? null : 'Install Node 20.19, 22.12, 24 or newer';
  return { name: 'node', ok: fits, detail: `${version}${old}`, next };
}

async function gitFinding(): Promise<Finding> {
  const shown = await run('git', ['--version']).catch(() => null);
  if (shown === null) return { name: 'git', ok: false, detail: 'not found', next: 'Install git 2.39 or newer' };
  const detail = shown.stdout.trim();
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(detail) ?? [];
  const fits = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 39);
  return { name: 'git', ok: fits, detail, next: fits ? null : 'Install git 2.39 or newer' };
}

async function stateFinding(stateDir: string): Promise<Finding> {
  const name = 'state folder';
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    await access(stateDir, constants.W_OK);
    return { name, ok: true, detail: stateDir, next: null };
  } catch (refused) {
    const why = refused instanceof Error ? refused.message : String(refused);
    return { name, ok: false, detail: why, next: 'Make it writable, or set BRANCHLINE_STATE_DIR to a folder that is' };
  }
}

function platformFinding(platform: string): Finding {
  const known = platform === 'linux' || platform === 'darwin';
  const detail = platform === 'darwin' ? 'macOS: meant to work, not tested' : platform;
  return { name: 'system', ok: known, detail, next: known ? null : 'Use Linux or macOS' };
}
