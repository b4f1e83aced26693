import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { agents, type Client, isInstalled, programOf } from '../../scripts/agents.mjs';
import { leftoversOf } from './leftovers.ts';
import type { ModelServer } from './model-server/server.ts';
import { type Place, settings } from './real-agent-settings.ts';
import { HERMETIC_GIT } from './repo.ts';

/** The clients that every run of the tests in CI has. */
export type UsualClient = 'claude' | 'codex' | 'gemini';
const USUAL_CLIENTS: readonly UsualClient[] = ['claude', 'codex', 'gemini'];

/** The clients to test: the usual ones, and with `npm run test:agents -- --all` the others as well. */
export const WANTED_CLIENTS: readonly Client[] =
  process.env['BRANCHLINE_TEST_AGENTS'] === 'all' ? [...USUAL_CLIENTS, 'opencode', 'copilot'] : USUAL_CLIENTS;

/** In CI nothing is left out: a client that is missing there makes its tests fail. */
export const isMissing = (client: Client): boolean => !process.env['CI'] && !isInstalled(client);

export const pinOf = (client: Client): string => agents[client].version;

export type AgentOptions = {
  readonly server: ModelServer;
  /** The script that it follows; without one, the key or a `[[script:ID]]` in its brief decides. */
  readonly script?: string;
  /** The key of its account: the model server's limits go by it. */
  readonly key?: string;
  /** How often it tries again by itself what the model refuses. */
  readonly retries?: number;
};

/**
 * A real client with a home and a configuration of its own, which talks to the model server and to nobody else. Homes lie
 * beside the sources, because one client's sandbox does not work from a home below /tmp. Giving a home up fails when a
 * process of it is still alive.
 */
export class RealAgent implements AsyncDisposable {
  readonly client: Client;
  /** The program, and what comes before all other arguments: `command` of `agents.use.<name>` in a plan. */
  readonly command: readonly string[];
  /** The variables that keep it to its home and to the model server: `env` of `agents.use.<name>` in a plan. */
  readonly env: Readonly<Record<string, string>>;
  /** The arguments with which it speaks the Agent Client Protocol. */
  readonly acp: readonly string[];
  readonly home: string;

  private constructor(client: Client, program: string, place: Place) {
    this.client = client;
    this.home = place.home;
    this.command = program.endsWith('.js') ? [process.execPath, program] : [program];
    const { env, acp } = settings(client, place);
    this.acp = acp;
    this.env = { ...only(place.home), ...env };
  }

  static async create(client: Client, { server, script, key, retries }: AgentOptions): Promise<RealAgent> {
    const program = programOf(client);
    if (program === null) throw new Error(`${client} is not installed: npm run test:agents installs it`);
    await mkdir(HOMES, { recursive: true });
    const home = await mkdtemp(join(HOMES, `${client}-`));
    const place: Place = { home, url: server.url(script), key: key ?? 'sk-test', retries: retries ?? 1 };
    const { files } = settings(client, place);
    await mkdir(join(home, 'tmp'));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(home, path)), { recursive: true });
      await writeFile(join(home, path), text);
    }
    return new RealAgent(client, program, place);
  }

  /** The whole environment of a process that a test starts itself: nothing of the machine but PATH. */
  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const PATH = process.env['PATH'] ?? '/usr/bin:/bin';
    return { PATH, ...HERMETIC_GIT, TMPDIR: join(this.home, 'tmp'), ...this.env, ...more };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const left = await leftoversOf(this.home);
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
    if (left.length > 0) throw new Error(`Still alive: ${left.map(({ pid, what }) => `${pid} ${what}`).join('; ')}`);
  }
}

const HOMES = fileURLToPath(new URL('../../.test-homes', import.meta.url));

/** What every program goes by: where its things are, and that nobody wants to be told about it. */
const only = (home: string): Readonly<Record<string, string>> => ({
  HOME: home,
  XDG_CONFIG_HOME: join(home, '.config'),
  XDG_DATA_HOME: join(home, '.local/share'),
  XDG_STATE_HOME: join(home, '.local/state'),
  XDG_CACHE_HOME: join(home, '.cache'),
  CI: 'true',
  DO_NOT_TRACK: '1',
  NO_UPDATE_NOTIFIER: '1',
  OTEL_SDK_DISABLED: 'true',
  NO_COLOR: '1',
  NO_PROXY: '127.0.0.1,localhost',
  no_proxy: '127.0.0.1,localhost',
});
