import { randomUUID } from 'node:crypto';
import type { Failure } from '../core/failure.ts';
import type { Task } from '../core/plan.ts';
import type { AgentEnd, AgentEvent, AgentSession } from '../core/ports/agent.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import type { Asked } from '../core/question.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Claim } from './attempt.ts';
import { type Context, planOf, taskOf } from './context.ts';
import { environmentOf } from './environment.ts';
import { markOf } from './parts.ts';
import type { Prepared } from './prepare.ts';
import { choiceFor, timeoutsOf } from './settings.ts';
import { LOG_BYTES_MAX } from './setup.ts';
import { Watch } from './watch.ts';

/** What an agent brought: a claim to be checked, or a question that somebody has to answer. */
export type AgentRun =
  | { readonly is: 'report'; readonly claim: string }
  | { readonly is: 'question'; readonly asked: Asked };

const scopeInWords = ({ scope, kind, artifacts }: Task): string =>
  kind === 'research' ? `nothing but ${artifacts.join(', ')}` : (scope?.may.join(', ') ?? 'whatever the task needs');

/** Starts the agent, keeps its four clocks, and waits until it and everything it started are gone. */
export async function runAgent(context: Context, claim: Claim, prepared: Prepared): Promise<Result<AgentRun, Failure>> {
  const { parts, journal } = context;
  const { key } = claim;
  const plan = planOf(context);
  const task = taskOf(context, key.task);
  const choice = choiceFor(context, key.task);
  const { use, name } = choice;
  if (use === undefined) return err({ reason: 'agent-missing', program: name });
  const log = `${prepared.folder}/agent.log`;
  const mark = markOf(key.run, key.task, key.attempt);
  const watch = new Watch({
    timeouts: timeoutsOf(context, task),
    clock: parts.clock,
    cpu_ms: () => parts.processes.cpu_ms(mark),
  });
  const started = await parts.drivers[use.driver].start(
    {
      key,
      argv: use.command,
      profile: use.profile,
      model: choice.model,
      launch: choice.launch,
      permissions: choice.permissions,
      outOfScope: parts.outOfScope(plan, task),
      scopeInWords: scopeInWords(task),
      questions: { ...plan.questions, ...task.questions }.policy,
      session: randomUUID(),
      resume: null,
      tools: null,
      cwd: prepared.slot.dir,
      env: agentEnvironment(context, claim, prepared),
      brief: prepared.brief,
      briefOnStdin: use.briefOnStdin,
      log,
      logBytes_max: LOG_BYTES_MAX,
      mark,
    },
    listener(context, key, watch),
  );
  if (!started.ok) return err(started.error);
  const session = started.value;
  // Should nobody come to wait for its end, the end must not be what ends us.
  session.ended.catch(() => undefined);
  await journal.append([
    {
      type: 'agent-started',
      ...fence(key),
      pid: session.id.pid,
      startTime: session.id.startTime,
      host: parts.host,
      log,
    },
  ]);
  context.notify();
  const end = await watched(context, claim, { session, watch, prepared });
  if (!end.ok) return err(end.error);
  const { exit, outcome } = end.value;
  await journal.append([
    { type: 'agent-ended', ...fence(key), code: exit.code, signal: exit.signal, took_ms: exit.took_ms },
  ]);
  return outcome.is === 'failure' ? err(outcome.failure) : ok(outcome);
}

type Watched = { readonly session: AgentSession; readonly watch: Watch; readonly prepared: Prepared };

/** The agent's end, or the failure of the clock that ended it. A rescue ref stands before anything is killed. */
async function watched(context: Context, claim: Claim, run: Watched): Promise<Result<AgentEnd, Failure>> {
  const { session, watch, prepared } = run;
  const stop = new AbortController();
  const overdue = watch.overdue(AbortSignal.any([stop.signal, claim.signal]));
  const first = await Promise.race([session.ended, overdue]);
  stop.abort();
  if (first !== null && 'exit' in first) return ok(first);
  const why = first === null ? 'told to stop' : first.reason;
  for (const ref of await prepared.slot.rescue(why)) {
    await context.journal.append([{ type: 'worktree-rescued', ...fence(claim.key), ref, why }]);
  }
  // Whoever owns the attempt by now has an agent of its own, which is not late.
  if (first !== null && (await context.parts.store.holds(claim.key, claim.fence))) {
    await context.journal.append([{ type: 'task-stopping', ...fence(claim.key), because: first }]);
    context.notify();
  }
  await session.stop(STOP_GRACE_MS);
  const end = await session.ended;
  return first === null || end.outcome.is === 'question' ? ok(end) : err(first);
}

/** Long enough to flush a file, short enough that nobody waits for an agent that ignores TERM. */
const STOP_GRACE_MS = 3_000;

/** Hears an agent. Its plan is written down where it has changed: an agent may tell it again with every word it says. */
function listener({ journal }: Context, key: AttemptKey, watch: Watch): (event: AgentEvent) => void {
  let told = '';
  let telling: Promise<unknown> = Promise.resolve();
  return (event) => {
    watch.hear(event);
    if (event.type !== 'plan') return;
    const text = event.items.find(({ done }) => !done)?.text ?? '';
    const done = event.items.filter((item) => item.done).length;
    const progress = { done, of: event.items.length, text: text.slice(0, 200) };
    if (JSON.stringify(progress) === told) return;
    told = JSON.stringify(progress);
    // Progress that cannot be written is not missed; if the state cannot be written at all, the attempt's end says so.
    telling = telling
      .then(() => journal.append([{ type: 'agent-progress', ...fence(key), ...progress }]))
      .catch(() => undefined);
  };
}

function agentEnvironment(context: Context, { key }: Claim, { slot, folder, brief }: Prepared): Record<string, string> {
  const task = taskOf(context, key.task);
  return {
    ...environmentOf(context, { slot, key, task, agent: choiceFor(context, task.id).use?.env ?? {} }),
    BRANCHLINE_BRIEF: brief,
    BRANCHLINE_REPORT: `${folder}/report.md`,
  };
}

const fence = ({ task, attempt }: AttemptKey): { task: string; attempt: number } => ({ task, attempt });
