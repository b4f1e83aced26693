// The real clients that tests run, each at the one version that they were tried with, and where their programs lie.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Git knows nothing of this folder: nobody who works on Branchline has to have a gigabyte of clients. */
export const home = fileURLToPath(new URL('../.agents', import.meta.url));

const platform = `${process.platform}-${process.arch}`;

/**
 * `program` is what is spawned: the native one where there is one, because a wrapper that is killed leaves the agent
 * behind. `*` stands for the one folder there is.
 */
export const agents = {
  codex: {
    package: '@openai/codex',
    version: '0.169.0',
    program: `@openai/codex-${platform}/vendor/*/bin/codex`,
    usual: true,
  },
  claude: {
    package: '@anthropic-ai/claude-code',
    version: '2.1.329',
    program: `@anthropic-ai/claude-code-${platform}/claude`,
    usual: true,
  },
  gemini: {
    package: '@google/gemini-cli',
    version: '0.61.0',
    program: '@google/gemini-cli/bundle/gemini.js',
    usual: true,
  },
  opencode: {
    package: 'opencode-ai',
    version: '1.18.33',
    program: `opencode-${platform}/bin/opencode`,
    usual: false,
  },
  copilot: {
    package: '@github/copilot',
    version: '1.0.102',
    program: `@github/copilot-${platform}/copilot`,
    usual: false,
  },
  'claude-acp': {
    package: '@agentclientprotocol/claude-agent-acp',
    version: '0.100.0',
    program: '@agentclientprotocol/claude-agent-acp/dist/index.js',
    usual: false,
  },
  'codex-acp': {
    package: '@agentclientprotocol/codex-acp',
    version: '2.6.0',
    program: '@agentclientprotocol/codex-acp/dist/index.js',
    usual: false,
  },
};

/** Names of the clients that CI tests, or of all. */
export const namesOf = (all) => Object.keys(agents).filter((name) => all || agents[name].usual);

export const folderOf = (name) => join(home, name);

export const stampOf = (name) => join(folderOf(name), 'installed');

/** What the stamp of an installation says: the pin, and the machine that it was installed for. */
export const pinOf = (name) => `${agents[name].package}@${agents[name].version} ${platform}\n`;

/** The path of a client's program; null when it is not there. */
export function programOf(name) {
  const [before, after] = join(folderOf(name), 'node_modules', agents[name].program).split('/*/');
  if (after === undefined) return existsSync(before) ? before : null;
  if (!existsSync(before)) return null;
  const path = readdirSync(before).map((each) => join(before, each, after));
  return path.find((each) => existsSync(dirname(each)) && existsSync(each)) ?? null;
}

/** Installed to the end, at the pin. */
export function isInstalled(name) {
  const stamp = stampOf(name);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === pinOf(name) && programOf(name) !== null;
}

/** Those of the clients that have to be there and are not. */
export const missing = (all) => namesOf(all).filter((name) => !isInstalled(name));
