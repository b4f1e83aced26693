import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { AgentDriver, AgentEnd, AgentEvent, AgentSession, AgentSpec } from '../core/ports/agent.ts';
import type { Exit } from '../core/ports/process.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Clock } from '../core/time.ts';
import type { Running } from '../process/launch.ts';
import { Conversation } from './acp/conversation.ts';
import type { Profile } from './acp/profile.ts';
import { profileNamed } from './acp/profiles.ts';
import { type AttemptFiles, agentText, isReadable, prepareFiles } from './attempt-files.ts';
import { AttemptLog } from './attempt-log.ts';
import type { DriverOptions } from './command.ts';
import { failed, failureOf, type Outcome, unheard } from './ending.ts';
import type { Grounds } from './places.ts';
import { probeProgram } from './probe.ts';

/**
 * Any agent that speaks the Agent Client Protocol on its standard input and output. What is particular to one of them
 * stands in its profile.
 */
export const acpDriver = (driver: DriverOptions): AgentDriver => {
  const options = { ...driver, costs: new Map<string, number>() };
  return {
    name: 'acp',
    probe: (spec) => {
      const { capabilities, tested, command } = profileNamed(spec.profile);
      const argv = spec.argv.length > 0 ? spec.argv : command;
      return probeProgram(options.processes, { ...spec, argv }, { capabilities, tested });
    },
    surroundings: (profile) => profileNamed(profile).surroundings,
    start: (spec, on) => start(options, spec, on),
  };
};

const start = async (
  { processes, clock, costs }: DriverOptions & Pick<Terms, 'costs'>,
  spec: AgentSpec,
  on: (event: AgentEvent) => void,
): Promise<Result<AgentSession, Failure>> => {
  if (!(await isReadable(spec.brief))) return err({ reason: 'brief-missing', file: spec.brief });
  const files = await prepareFiles(spec);
  const profile = profileNamed(spec.profile);
  const { args, env, must, files: own } = profile.start(spec, `${spec.log}.out`);
  for (const [path, text] of Object.entries(own)) await writePrivate(path, text);
  const launched = await processes.launch({
    ...spec,
    argv: [...argvFor(spec, profile), ...args],
    env: { ...env, ...files.env, ...must },
    stdin: { connect: true },
  });
  if (!launched.ok) return err({ reason: 'agent-missing', program: launched.error.program });
  const turn = new Attempt(launched.value, { spec, profile, clock, on, files, costs });
  return ok({
    id: launched.value.id,
    steer: unheard,
    answer: (question, text) => Promise.resolve(turn.answer(question, text)),
    stop: (grace_ms) => turn.stop(grace_ms),
    ended: turn.ended,
  });
};

const writePrivate = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: 0o600 });
};

const argvFor = (spec: AgentSpec, { command, protocol }: Profile): readonly string[] => {
  const argv = spec.argv.length > 0 ? spec.argv : command;
  return protocol === null || argv.includes(protocol) ? argv : [...argv, protocol];
};

type Terms = {
  readonly spec: AgentSpec;
  readonly profile: Profile;
  readonly clock: Clock;
  readonly on: (event: AgentEvent) => void;
  readonly files: AttemptFiles;
  readonly costs: Map<string, number>;
};

/** How long an agent may take to leave once its input has ended; some never do. */
const LEAVE_MS = 500;
const GRACE_MS = 2_000;
/** How much of the time to stop in an agent gets for ending its turn by itself. */
const POLITE_SHARE = 0.5;

/** An agent's process and the conversation with it. */
class Attempt {
  readonly #running: Running;
  readonly #terms: Terms;
  readonly #log: AttemptLog;
  readonly #talk: Conversation | null;
  readonly ended: Promise<AgentEnd>;

  constructor(running: Running, terms: Terms) {
    const { spec, files, on } = terms;
    this.#running = running;
    this.#terms = terms;
    this.#log = new AttemptLog(spec.log);
    const tell = (event: AgentEvent): void => {
      this.#log.write(event);
      on(event);
    };
    const talk = { ...terms, on: tell, grounds: groundsOf(spec, files), report: () => agentText(files.report) };
    this.#talk = running.stream === null ? null : new Conversation({ ...talk, stream: running.stream });
    this.ended = this.#follow();
  }

  answer(question: string, text: string): boolean {
    return this.#talk?.answer(question, text) ?? false;
  }

  /** Ends the turn and the input first, so that the agent writes down what its session needs to be gone on with. */
  async stop(grace_ms: number): Promise<void> {
    const before_ms = this.#terms.clock.monotonic_ms();
    if (this.#talk?.interrupt() === true) {
      await this.#within(this.#talk.over, grace_ms * POLITE_SHARE);
      this.#running.stream?.end();
      await this.#within(this.#running.ended, Math.min(LEAVE_MS, grace_ms * (1 - POLITE_SHARE)));
    }
    const left_ms = grace_ms - (this.#terms.clock.monotonic_ms() - before_ms);
    await this.#running.stop(Math.max(0, left_ms));
  }

  async #follow(): Promise<AgentEnd> {
    const { on } = this.#terms;
    const outcome = this.#talk === null ? null : await this.#talk.over;
    if (outcome !== null) on({ type: 'result' });
    await this.#log.written();
    this.#running.stream?.end();
    await this.#within(this.#running.ended, LEAVE_MS);
    if (this.#talk?.wasInterrupted !== true) await this.#running.stop(GRACE_MS);
    const exit = await this.#running.ended;
    this.#running.stream?.destroy();
    return { exit, outcome: outcome ?? this.#brokenOff(exit) };
  }

  /** The process ended before its turn did. */
  #brokenOff(exit: Exit): Outcome {
    if (exit.code !== 0) return failed(failureOf(exit, this.#terms.clock.now()));
    const why =
      this.#talk?.wasInterrupted === true
        ? 'The agent was told to stop.'
        : 'The agent left before it had finished its turn.';
    return failed({ reason: 'agent-error', message: why });
  }

  /** Waits for it, but no longer than that. */
  async #within(event: Promise<unknown>, limit_ms: number): Promise<void> {
    const { clock } = this.#terms;
    const over = new AbortController();
    const settled = event.then(
      () => over.abort(),
      () => over.abort(),
    );
    await Promise.race([settled, clock.until(clock.now() + limit_ms, over.signal)]);
    over.abort();
  }
}

/** The files that Branchline names to an agent, and its folder for what passes. */
const groundsOf = ({ cwd, brief, env }: AgentSpec, files: AttemptFiles): Grounds => ({
  worktree: cwd,
  read: [brief],
  write: [files.report, files.question, env['BRANCHLINE_DESK'], env['TMPDIR']].filter((path) => path !== undefined),
});
