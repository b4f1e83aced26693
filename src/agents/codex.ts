import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AgentDriver, AgentEnd, AgentEvent, AgentSession, AgentSpec, Capabilities } from '../core/ports/agent.ts';
import { err, ok } from '../core/result.ts';
import type { Clock } from '../core/time.ts';
import type { Running } from '../process/launch.ts';
import { type AttemptFiles, agentText, isReadable, prepareFiles } from './attempt-files.ts';
import { AttemptLog } from './attempt-log.ts';
import { Conversation, type Ending } from './codex/conversation.ts';
import { SERVER_ARGUMENTS } from './codex/settings.ts';
import type { DriverOptions } from './command.ts';
import { failed, failureOf, type Outcome, unheard } from './ending.ts';
import { probeProgram } from './probe.ts';

const CODEX_CAPABILITIES: Capabilities = {
  steer: true,
  ask: 'native',
  deny: 'goes-on',
  plan: true,
  cost: 'tokens',
  resume: 'exact',
  hooks: true,
  tools: true,
};

/** The one version that the driver was run against. */
const TESTED = { from: '0.169.0', to: '0.169.0' };

const PASSED_ON = [
  'OPENAI_*',
  'CODEX_*',
  'AZURE_OPENAI_*',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'https_proxy',
  'no_proxy',
];

/** Codex, as the person has installed it, over its app server: one process, one thread. */
export const codexDriver = ({ processes, clock }: DriverOptions): AgentDriver => ({
  name: 'codex',
  probe: (spec) => probeProgram(processes, spec, { capabilities: CODEX_CAPABILITIES, tested: TESTED }),
  // Its login lies below CODEX_HOME; what its commands write at home does not.
  surroundings: () => ({ home: 'slot', passed: PASSED_ON, set: { CODEX_HOME: '.codex' } }),
  start: async (spec, on) => {
    if (!(await isReadable(spec.brief))) return err({ reason: 'brief-missing', file: spec.brief });
    const files = await prepareFiles(spec);
    await makeHome(files.env['CODEX_HOME']);
    const launched = await processes.launch({
      ...spec,
      argv: [...spec.argv, ...SERVER_ARGUMENTS],
      env: files.env,
      stdin: { connect: true },
    });
    if (!launched.ok) return err({ reason: 'agent-missing', program: launched.error.program });
    return ok(await talkWith(launched.value, { spec, files, clock, on }));
  },
});

/** Told where its folder is, it makes none itself and gives up; left alone it would have made this one. */
const makeHome = async (folder: string | undefined): Promise<void> => {
  if (folder !== undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
};

type Attempt = {
  readonly spec: AgentSpec;
  readonly files: AttemptFiles;
  readonly clock: Clock;
  readonly on: (event: AgentEvent) => void;
};

/** How long the server may take to leave once its input has ended. */
const leave_ms = 2_000;
const grace_ms = 2_000;
/** How long an interrupted turn may take to end. */
const interrupt_ms = 1_500;

const talkWith = async (running: Running, { spec, files, clock, on }: Attempt): Promise<AgentSession> => {
  const { id, stream } = running;
  // It has ended before it could be met.
  if (stream === null) {
    const ended = running.ended.then((exit): AgentEnd => ({ exit, outcome: failed(failureOf(exit, clock.now())) }));
    return { id, ended, stop: running.stop, steer: unheard, answer: unheard };
  }
  const log = new AttemptLog(spec.log);
  const tell = (event: AgentEvent): void => {
    log.write(event);
    on(event);
  };
  const grounds = { worktree: spec.cwd, read: [], write: [dirname(files.report), dirname(files.question)] };
  const talk = new Conversation({ stream, spec, clock, tell, grounds });
  const text = spec.resume?.text ?? (await readFile(spec.brief, 'utf8'));
  const isGone = new AbortController();
  const gone = running.ended.finally(() => isGone.abort());
  const end = async (): Promise<AgentEnd> => {
    const ending = await talk.hold(text);
    if (ending !== null) on({ type: 'result' });
    await log.written();
    talk.end();
    await clock.until(clock.now() + leave_ms, isGone.signal);
    if (!isGone.signal.aborted) await running.stop(grace_ms);
    const exit = await gone;
    stream.destroy();
    return { exit, outcome: await outcomeOf(ending, { talk, report: files.report, exit, clock }) };
  };
  return {
    id,
    ended: end(),
    steer: (words) => talk.steer(words),
    answer: (question, words) => Promise.resolve(talk.questions.answer(question, words)),
    stop: async (grace) => {
      const enough = new AbortController();
      await Promise.race([talk.interrupt(), clock.until(clock.now() + interrupt_ms, enough.signal)]);
      enough.abort();
      talk.end();
      await running.stop(grace);
    },
  };
};

type Left = {
  readonly talk: Conversation;
  readonly report: string;
  readonly exit: AgentEnd['exit'];
  readonly clock: Clock;
};

const CLAIM_CHARS_MAX = 4096;

const outcomeOf = async (ending: Ending | null, { talk, report, exit, clock }: Left): Promise<Outcome> => {
  // It asked and was ended before anybody answered: a person must be asked all the same.
  const asked = talk.questions.unanswered;
  if (asked !== null) return { is: 'question', asked };
  if (ending?.is === 'failed') return failed(ending.failure);
  if (ending?.is === 'said')
    return { is: 'report', claim: (await agentText(report)) || ending.text.slice(-CLAIM_CHARS_MAX) };
  return exit.code === 0
    ? failed({ reason: 'agent-error', message: 'The agent left before it had finished its turn.' })
    : failed(failureOf(exit, clock.now()));
};
