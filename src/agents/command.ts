import type { AgentDriver, AgentEnd, AgentEvent, Capabilities } from '../core/ports/agent.ts';
import type { Exit } from '../core/ports/process.ts';
import { err, ok } from '../core/result.ts';
import type { Clock } from '../core/time.ts';
import type { ProcessHost } from '../process/processes.ts';
import { type AttemptFiles, agentText, isReadable, prepareFiles, watchForContent } from './attempt-files.ts';
import { closingQuestion } from './closing-question.ts';
import { asked, failed, failureOf, type Outcome, unheard } from './ending.ts';
import { OWN_HOME, probeProgram } from './probe.ts';

export type DriverOptions = { readonly processes: ProcessHost; readonly clock: Clock };

/** Nobody knows what an unknown program can do: it works, it may ask at its end, and its files are its word. */
const COMMAND_CAPABILITIES: Capabilities = {
  steer: false,
  ask: 'end',
  deny: 'never',
  plan: false,
  cost: 'none',
  resume: 'none',
  hooks: false,
  tools: false,
};

/** The exit code with which a command says that it needs a person (EX_TEMPFAIL of sysexits). */
const askingCode = 75;

/**
 * Anything that can be started. Exit 0 is a report: what it wrote into the file named by BRANCHLINE_REPORT, else the end
 * of its log, unless that ends with a question. Exit 75 is a question: the file named by BRANCHLINE_QUESTION, else the report.
 * Everything else is a failure.
 */
export const commandDriver = ({ processes, clock }: DriverOptions): AgentDriver => ({
  name: 'command',
  probe: (spec) => probeProgram(processes, spec, { capabilities: COMMAND_CAPABILITIES, tested: null }),
  surroundings: () => OWN_HOME,
  start: async (spec, on) => {
    if (!(await isReadable(spec.brief))) return err({ reason: 'brief-missing', file: spec.brief });
    const files = await prepareFiles(spec);
    const launched = await processes.launch({
      ...spec,
      env: files.env,
      stdin: spec.briefOnStdin ? spec.brief : null,
      onOutput: outputTeller(on),
    });
    if (!launched.ok) return err({ reason: 'agent-missing', program: launched.error.program });
    const { id, ended, stop } = launched.value;
    // A question is a last word too: whoever waits for its answer is not at work any more.
    const unwatch = [files.report, files.question].map((file) => watchForContent(file, () => on({ type: 'result' })));
    const end = async (): Promise<AgentEnd> => {
      const exit = await ended;
      for (const stop of unwatch) stop();
      return { exit, outcome: await outcomeOf(exit, { files, clock, mayAsk: spec.questions !== 'forbid' }) };
    };
    return ok({ id, ended: end(), stop, steer: unheard, answer: unheard });
  },
});

/** The first output is what tells that the agent has begun. */
const outputTeller = (on: (event: AgentEvent) => void): ((bytes: number) => void) => {
  let hasStarted = false;
  return (bytes) => {
    if (!hasStarted) on({ type: 'started' });
    hasStarted = true;
    on({ type: 'output', bytes });
  };
};

type Ended = { readonly files: AttemptFiles; readonly clock: Clock; readonly mayAsk: boolean };

const outcomeOf = async (exit: Exit, { files, clock, mayAsk }: Ended): Promise<Outcome> => {
  if (exit.code === 0) return reportOf(exit, await agentText(files.report), mayAsk);
  const question = await agentText(files.question);
  if (exit.code === askingCode)
    return { is: 'question', asked: asked(question || (await agentText(files.report)) || exit.tail) };
  // It asked and then waited for an answer, until it was stopped: a person must be asked all the same.
  if (exit.code === null && question !== '') return { is: 'question', asked: asked(question) };
  return failed(failureOf(exit, clock.now()));
};

/** Whoever wrote no report and leaves with a question waits, although it looks finished. */
const reportOf = ({ tail }: Exit, report: string, mayAsk: boolean): Outcome => {
  const question = report === '' && mayAsk ? closingQuestion(tail) : null;
  return question === null ? { is: 'report', claim: report || tail } : { is: 'question', asked: asked(question) };
};
