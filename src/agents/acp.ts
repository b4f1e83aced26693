import { appendFile } from 'node:fs/promises';
import type { AgentDriver, AgentEnd, AgentEvent, AgentSpec, Capabilities } from '../core/ports/agent.ts';
import type { Exit } from '../core/ports/process.ts';
import { err, ok } from '../core/result.ts';
import type { Clock } from '../core/time.ts';
import type { Running } from '../process/launch.ts';
import { converse } from './acp-turn.ts';
import { agentText, isReadable, prepareFiles } from './attempt-files.ts';
import type { DriverOptions } from './command.ts';
import { failed, failureOf, type Outcome, unheard } from './ending.ts';
import { OWN_HOME, probeProgram } from './probe.ts';

/** Of an agent that speaks the protocol and of which nothing more is known. */
const ACP_CAPABILITIES: Capabilities = {
  steer: false,
  ask: 'native',
  deny: 'ends-turn',
  plan: true,
  cost: 'none',
  resume: 'none',
  hooks: false,
  tools: false,
};

/** Any agent that speaks the Agent Client Protocol on its standard input and output: one session, one turn. */
export const acpDriver = ({ processes, clock }: DriverOptions): AgentDriver => ({
  name: 'acp',
  probe: (spec) => probeProgram(processes, spec, { capabilities: ACP_CAPABILITIES, tested: null }),
  surroundings: () => OWN_HOME,
  start: async (spec, on) => {
    if (!(await isReadable(spec.brief))) return err({ reason: 'brief-missing', file: spec.brief });
    const files = await prepareFiles(spec);
    const launched = await processes.launch({ ...spec, env: files.env, stdin: { connect: true } });
    if (!launched.ok) return err({ reason: 'agent-missing', program: launched.error.program });
    const { id, stop } = launched.value;
    return ok({
      id,
      stop,
      steer: unheard,
      answer: unheard,
      ended: followTurn(launched.value, { spec, clock, on, report: files.report }),
    });
  },
});

type Turn = {
  readonly spec: AgentSpec;
  readonly clock: Clock;
  readonly on: (event: AgentEvent) => void;
  readonly report: string;
};

/** How long an agent may take to leave once its turn is over and its input has ended; some never do. */
const leave_ms = 500;
const grace_ms = 2000;

const followTurn = async (running: Running, { spec, clock, on, report }: Turn): Promise<AgentEnd> => {
  const log = logWriter(spec.log);
  const { stream } = running;
  const tell = (event: AgentEvent): void => {
    log.write(event);
    on(event);
  };
  const talk = { spec, clock, on: tell, report: () => agentText(report) };
  const outcome = stream === null ? null : await converse({ stream, ...talk });
  if (outcome !== null) on({ type: 'result' });
  await log.written();
  stream?.end();
  const left = new AbortController();
  const isGone = running.ended.then(() => left.abort());
  await clock.until(clock.now() + leave_ms, left.signal);
  if (!left.signal.aborted) await running.stop(grace_ms);
  await isGone;
  stream?.destroy();
  const exit = await running.ended;
  return { exit, outcome: outcome ?? brokenOff(exit, clock) };
};

/** The process ended before its turn did. */
const brokenOff = (exit: Exit, clock: Clock): Outcome =>
  exit.code === 0
    ? failed({ reason: 'agent-error', message: 'The agent left before it had finished its turn.' })
    : failed(failureOf(exit, clock.now()));

/** The log of an agent that talks in messages is what a person would want to read of them. */
const logWriter = (log: string) => {
  let pending = '';
  let writing: Promise<void> | null = null;
  const flush = async (): Promise<void> => {
    while (pending !== '') {
      const text = pending;
      pending = '';
      await appendFile(log, text);
    }
    writing = null;
  };
  return {
    write: (event: AgentEvent): void => {
      if (event.type === 'text') pending += event.text;
      else if (event.type === 'tool') pending += `\n[${event.kind}: ${event.title} (${event.status})]\n`;
      else if (event.type === 'permission')
        pending += `\n[${event.granted ? 'allowed' : 'rejected'}: ${event.title} ${event.paths.join(' ')}]\n`;
      if (pending !== '') writing ??= flush();
    },
    written: async (): Promise<void> => {
      await writing;
    },
  };
};
