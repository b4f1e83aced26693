import { type ChildProcess, spawn } from 'node:child_process';
import type { GitFailure } from '../core/ports/git.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type LaneCommand, Lanes } from './lanes.ts';

/**
 * Whose settings a call obeys. `sealed`: nobody's but the ones we wrote, for everything that touches agents' files.
 * `user`: the user's own (identity, safe.directory), for looking at and landing in the user's repository.
 */
export type Profile = 'sealed' | 'user';

/** Where a call works. Nothing is ever discovered from the folder that it runs in. */
export type Place = {
  readonly profile: Profile;
  readonly cwd: string;
  /** null: found from `cwd`, which only the first look at the user's repository does. */
  readonly gitDir: string | null;
  readonly workTree?: string;
  readonly env?: Readonly<Record<string, string>>;
};

export type Ran = { readonly code: number | null; readonly stdout: Buffer; readonly stderr: string };
export type RunOptions = { readonly stdin?: string | Buffer; readonly stdout_max?: number };

const OUTPUT_MAX = 512 << 20;
const STDERR_MAX = 64 << 10;
/** A program that starts git but a few times would pay for the lanes and gain nothing. */
const DIRECT_MAX = 8;

/** No hook, no monitor, no housekeeping and no remote helper runs because of a call of ours. */
const ALWAYS = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.untrackedCache': 'false',
  'protocol.ext.allow': 'never',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'submodule.recurse': 'false',
  'core.filesRefLockTimeout': '5000',
  'core.packedRefsTimeout': '10000',
};

/** Attributes and ignore rules come from the tree and from the hub alone; no driver is configured anywhere. */
const SEALED = { 'core.attributesFile': '/dev/null', 'core.splitIndex': 'false', 'index.version': '2' };

/** The parts of the environment that git and its transport programs need; every GIT_* of the caller stays out. */
const PASSED = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'TMPDIR', 'USER', 'LOGNAME', 'SystemRoot'];
const USER_PASSED = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'];

/** Starts git: C locale, no prompt, pager, editor or hook, bounded output, and every start counted. */
export class Git {
  readonly #env: Readonly<Record<string, string>>;
  readonly #lanes = new Map<Profile, Lanes>();
  #started = 0;

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  /** How many processes were started so far. */
  get started(): number {
    return this.#started;
  }

  /** Runs to the end. The exit code is the caller's to judge; `code` is null when git is missing or was killed. */
  run(place: Place, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const isPlain = options.stdin === undefined && options.stdout_max === undefined;
    const command = { cwd: place.cwd, env: place.env ?? {}, words: ['git', ...argvOf(place, args)] };
    if (isPlain && this.#started >= DIRECT_MAX && Lanes.takes(command)) return this.#runInLane(place, command);
    const child = this.start(place, args);
    child.stdin?.end(options.stdin ?? '');
    return finished(child, options.stdout_max ?? OUTPUT_MAX);
  }

  /** As `run`, for calls whose every other exit code than 0 is a failure. */
  async output(place: Place, args: readonly string[], options: RunOptions = {}): Promise<Result<Buffer, GitFailure>> {
    const ran = await this.run(place, args, options);
    return ran.code === 0 ? ok(ran.stdout) : err(failure(args, ran));
  }

  /** `from | to`, with `stdin` for the first. Both must end with 0. */
  async pipe(from: readonly [Place, readonly string[]], to: readonly [Place, readonly string[]], stdin: string) {
    const first = this.start(...from);
    const second = this.start(...to);
    if (first.stdout !== null && second.stdin !== null) first.stdout.pipe(second.stdin);
    const firstStderr = collect(first.stderr, STDERR_MAX);
    first.stdin?.end(stdin);
    const firstCode = closed(first);
    const ran = await finished(second, OUTPUT_MAX);
    const code = await firstCode;
    if (code !== 0) return err(failure(from[1], { code, stdout: Buffer.alloc(0), stderr: text(firstStderr) }));
    return ran.code === 0 ? ok(undefined) : err(failure(to[1], ran));
  }

  /** Starts without waiting. Standard streams are pipes, and errors on them never throw. */
  start(place: Place, args: readonly string[]): ChildProcess {
    this.#started += 1;
    const env = { ...this.#environment(place.profile), ...place.env };
    const child = spawn('git', argvOf(place, args), { cwd: place.cwd, env, stdio: 'pipe' });
    // A child that ends early closes its pipes under us; its exit code tells the story.
    for (const stream of [child, child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
    return child;
  }

  /** Ends what was kept for further calls. */
  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lanes) => lanes.close()));
    this.#lanes.clear();
  }

  async #runInLane({ profile }: Place, command: LaneCommand): Promise<Ran> {
    this.#started += 1;
    const lanes = this.#lanes.get(profile) ?? new Lanes(this.#environment(profile));
    this.#lanes.set(profile, lanes);
    const { code, stdout, stderr } = await lanes.run(command);
    return { code, stdout, stderr: stderr.toString('utf8', 0, STDERR_MAX) };
  }

  #environment(profile: Profile): Record<string, string> {
    const env: Record<string, string> = {};
    const names = profile === 'user' ? [...PASSED, ...USER_PASSED] : PASSED;
    for (const name of names) if (this.#env[name] !== undefined) env[name] = this.#env[name];
    const sealed = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_ATTR_NOSYSTEM: '1' };
    return {
      ...env,
      ...(profile === 'sealed' ? sealed : {}),
      ...asVariables(profile === 'sealed' ? { ...ALWAYS, ...SEALED } : ALWAYS),
      LC_ALL: 'C',
      LANG: 'C',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: 'false',
      SSH_ASKPASS: 'false',
      GIT_EDITOR: 'false',
      GIT_PAGER: 'cat',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_REPLACE_OBJECTS: '1',
    };
  }
}

function argvOf(place: Place, args: readonly string[]): readonly string[] {
  const where = [
    ...(place.gitDir === null ? [] : [`--git-dir=${place.gitDir}`]),
    ...(place.workTree === undefined ? [] : [`--work-tree=${place.workTree}`]),
  ];
  return [...where, ...args];
}

/** Settings that win over every file, as `-c` does, but are said once to a lane and not with each of its calls. */
function asVariables(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const numbered = Object.entries(settings).flatMap(([name, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, name],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(numbered.length / 2), ...Object.fromEntries(numbered) };
}

/** What a person needs to see of a call that failed. */
export function failure(args: readonly string[], ran: Ran): GitFailure {
  return { reason: 'git', command: `git ${args.join(' ')}`.slice(0, 500), code: ran.code, stderr: ran.stderr };
}

async function finished(child: ChildProcess, stdout_max: number): Promise<Ran> {
  const stdout = collect(child.stdout, stdout_max, () => child.kill());
  const stderr = collect(child.stderr, STDERR_MAX);
  const code = await closed(child);
  return { code, stdout: Buffer.concat(stdout), stderr: text(stderr) };
}

function closed(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
}

/** Keeps the first `max` bytes and lets the rest go by, so that a full pipe never blocks the child. */
function collect(stream: NodeJS.ReadableStream | null, max: number, onFull?: () => void): Buffer[] {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (size < max) chunks.push(size + chunk.length > max ? chunk.subarray(0, max - size) : chunk);
    size += chunk.length;
    if (size > max) onFull?.();
  });
  return chunks;
}

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
