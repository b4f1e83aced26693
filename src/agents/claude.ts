import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentDriver, AgentEnd, AgentEvent, AgentSession, AgentSpec, Capabilities } from '../core/ports/agent.ts';
import type { Exit } from '../core/ports/process.ts';
import { err, ok } from '../core/result.ts';
import type { Clock } from '../core/time.ts';
import type { Running } from '../process/launch.ts';
import { type AttemptFiles, agentText, isReadable, prepareFiles } from './attempt-files.ts';
import { AttemptLog } from './attempt-log.ts';
import { argumentsFor, beginsWithPlan, CLIENT_SETTINGS, PASSED_ON, toolsConfig } from './claude/arguments.ts';
import { Conversation } from './claude/conversation.ts';
import { classOf, failureIn, outcomeIn } from './claude/outcome.ts';
import type { DriverOptions } from './command.ts';
import { failed, failureOf, type Outcome, unheard } from './ending.ts';
import type { Grounds } from './places.ts';
import { probeProgram } from './probe.ts';

const CLAUDE_CAPABILITIES: Capabilities = {
  steer: true,
  ask: 'native',
  deny: 'goes-on',
  plan: true,
  cost: 'money',
  resume: 'exact',
  hooks: true,
  tools: true,
};

/** First and last version of the client that the driver was run against. */
const TESTED = { from: '2.1.197', to: '2.1.329' };

/** Claude Code, as the person has installed it, over its stream of JSON messages and its control protocol. */
export const claudeDriver = ({ processes, clock }: DriverOptions): AgentDriver => ({
  name: 'claude',
  probe: (spec) => probeProgram(processes, spec, { capabilities: CLAUDE_CAPABILITIES, tested: TESTED }),
  surroundings: () => ({ home: 'person', passed: PASSED_ON, set: {} }),
  start: async (spec, on) => {
    if (!(await isReadable(spec.brief))) return err({ reason: 'brief-missing', file: spec.brief });
    const files = await prepareFiles(spec);
    const launched = await processes.launch({
      ...spec,
      argv: argumentsFor(spec, await toolsFile(spec)),
      env: { ...CLIENT_SETTINGS, ...files.env },
      stdin: { connect: true },
    });
    if (!launched.ok) return err({ reason: 'agent-missing', program: launched.error.program });
    return ok(await talkWith(launched.value, { spec, files, clock, on }));
  },
});

type Attempt = {
  readonly spec: AgentSpec;
  readonly files: AttemptFiles;
  readonly clock: Clock;
  readonly on: (event: AgentEvent) => void;
};

const talkWith = async (running: Running, { spec, files, clock, on }: Attempt): Promise<AgentSession> => {
  const { id, stream } = running;
  // It has ended before it could be met.
  if (stream === null) {
    const ended = running.ended.then((exit): AgentEnd => ({ exit, outcome: withoutResult(exit, clock) }));
    return { id, ended, stop: running.stop, steer: unheard, answer: unheard };
  }
  const log = new AttemptLog(spec.log);
  const tell = (event: AgentEvent): void => {
    log.write(event);
    on(event);
  };
  const talk = new Conversation({ stream, spec, clock, tell, grounds: groundsOf(spec, files) });
  talk.begin(spec.resume?.text ?? (await readFile(spec.brief, 'utf8')));
  const ending = new Ending(running, talk, clock);
  const end = async (): Promise<AgentEnd> => {
    await talk.over;
    const failure = talk.failure ?? (talk.result === null ? null : failureIn(talk.result, talk.known));
    // A refused login has been told as it came, and a turn that we ended is no error.
    if (failure !== null && talk.failure === null && !talk.isInterrupted) tell(fatal(failure, talk));
    if (talk.result !== null) on({ type: 'result' });
    const exit = await ending.leave();
    await log.written();
    return { exit, outcome: await outcomeOf({ talk, exit, clock, report: files.report }) };
  };
  return {
    id,
    ended: end(),
    steer: (text) => Promise.resolve(talk.steer(text)),
    answer: (question, text) => Promise.resolve(talk.questions.answer(question, text)),
    stop: (grace_ms) => ending.stop(grace_ms),
  };
};

const fatal = (failure: NonNullable<Conversation['failure']>, { result }: Conversation): AgentEvent => ({
  type: 'error',
  of: classOf(failure, result),
  fatal: true,
  message: 'message' in failure ? failure.message.slice(0, 300) : failure.reason,
});

/** How long the client may be quiet, once its input has ended, before it is ended; usually it leaves within 0.2 s. */
const leave_ms = 3000;
const grace_ms = 2000;
/** How much of the time to stop in the client gets for ending its turn and leaving by itself. */
const POLITE_SHARE = 0.5;
/** How long what it said last may take to reach us once it is gone. */
const echo_ms = 500;

/** Lets the client leave, and sees to it that it does. */
class Ending {
  readonly #running: Running;
  readonly #talk: Conversation;
  readonly #clock: Clock;

  constructor(running: Running, talk: Conversation, clock: Clock) {
    this.#running = running;
    this.#talk = talk;
    this.#clock = clock;
  }

  /** Its exit, after its turn is over. It may well go on for a while: with what was said to it just before. */
  async leave(): Promise<Exit> {
    this.#talk.end();
    const gone = this.#gone();
    while (!gone.aborted) {
      const patience = this.#talk.heardAt + leave_ms;
      if (this.#talk.failure !== null || patience <= this.#clock.now()) await this.#running.stop(grace_ms);
      else await this.#clock.until(patience, gone);
    }
    const exit = await this.#running.ended;
    await this.#heardOut();
    return exit;
  }

  /** Ends the turn so that the session can be gone on with; then the client, should it not leave by itself. */
  async stop(stop_ms: number): Promise<void> {
    const gone = this.#gone();
    const polite_ms = stop_ms * POLITE_SHARE;
    const until = this.#clock.now() + polite_ms;
    await this.#within(polite_ms, this.#talk.interrupt());
    this.#talk.end();
    await this.#clock.until(until, gone);
    await this.#running.stop(stop_ms - polite_ms);
  }

  /** What it said last may still be on its way to us. */
  async #heardOut(): Promise<void> {
    await this.#within(echo_ms, this.#talk.closed);
  }

  #gone(): AbortSignal {
    const gone = new AbortController();
    void this.#running.ended.finally(() => gone.abort());
    return gone.signal;
  }

  async #within(limit_ms: number, what: Promise<void>): Promise<void> {
    const done = new AbortController();
    void what.finally(() => done.abort());
    await this.#clock.until(this.#clock.now() + limit_ms, done.signal);
  }
}

type Ended = { readonly talk: Conversation; readonly exit: Exit; readonly clock: Clock; readonly report: string };

const outcomeOf = async ({ talk, exit, clock, report }: Ended): Promise<Outcome> => {
  const { unanswered } = talk.questions;
  if (unanswered !== null) return { is: 'question', asked: unanswered };
  if (talk.failure !== null) return failed(talk.failure);
  if (talk.result === null) return lostSession(talk, exit) ?? withoutResult(exit, clock);
  const outcome = outcomeIn(talk.result, talk.known, await agentText(report));
  // The last word of a client that then falls is not its last word. One that stayed was ended by us.
  return outcome.is === 'report' && exit.code !== null && exit.code !== 0 && exit.code < 128
    ? failed(failureOf(exit, clock.now()))
    : outcome;
};

/** The process ended before its turn did. */
const withoutResult = (exit: Exit, clock: Clock): Outcome =>
  exit.code === 0
    ? failed({ reason: 'agent-error', message: 'The agent left before it had finished its turn.' })
    : failed(failureOf(exit, clock.now()));

/** Some versions only say on standard error that they do not know a session. */
const lostSession = ({ known }: Conversation, { tail }: Exit): Outcome | null => {
  const { resume } = known.spec;
  const line = tail.split('\n').find((one) => /no conversation found/i.test(one));
  return resume === null || line === undefined
    ? null
    : failed({ reason: 'session-lost', session: resume.session, message: line.trim() });
};

/** Beside its worktree, an agent writes where Branchline tells it to, into its own folder for passing files, and its plan. */
const groundsOf = (spec: AgentSpec, { report, question, env }: AttemptFiles): Grounds => {
  const config = env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? spec.cwd, '.claude');
  const own = [report, question, env['BRANCHLINE_DESK'], env['TMPDIR']].filter((path) => path !== undefined);
  return { worktree: spec.cwd, read: [], write: beginsWithPlan(spec) ? [...own, join(config, 'plans')] : own };
};

/** Branchline's own tools in a file of its own: what stands on a command line is seen by everybody. */
const toolsFile = async ({ tools, log }: AgentSpec): Promise<string | null> => {
  if (tools === null) return null;
  const folder = `${log}.out`;
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'tools.json');
  await writeFile(file, toolsConfig(tools), { mode: 0o600 });
  return file;
};
