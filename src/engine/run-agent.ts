import type { Failure } from '../core/failure.ts';
import type { AgentEnd, AgentSession } from '../core/ports/agent.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import type { Asked, Question } from '../core/question.ts';
import { err, ok, type Result } from '../core/result.ts';
import { agentSpec } from './agent-spec.ts';
import type { Claim } from './attempt.ts';
import { type Context, taskOf } from './context.ts';
import { DeskTalk } from './desk-talk.ts';
import { Hearing } from './hearing.ts';
import type { Prepared } from './prepare.ts';
import { choiceFor, questionRules, timeoutsOf } from './settings.ts';
import { questionOf, Talk } from './talk.ts';
import { Watch } from './watch.ts';

/** What an agent brought: a claim to be checked, or a question that somebody has to answer. */
export type AgentRun =
  | { readonly is: 'report'; readonly claim: string }
  | { readonly is: 'question'; readonly question: Question };

/** Starts the agent, keeps its clocks, lets it ask, and waits until it and everything it started are gone. */
export async function runAgent(context: Context, claim: Claim, prepared: Prepared): Promise<Result<AgentRun, Failure>> {
  const { parts, journal } = context;
  const { key } = claim;
  const { use, name } = choiceFor(context, key.task);
  const spec = agentSpec(context, claim, prepared);
  if (use === undefined || spec === null) return err({ reason: 'agent-missing', program: name });
  const used = context.ledger.usedUp(key);
  if (used !== null) return err(used);
  const work = open(context, claim, prepared);
  try {
    await work.desk.open(prepared.desk);
    const account = accountAsked(context, key.task);
    if (account !== null) await context.pacing.turn(account, claim.signal);
    // Told to stop while it waited for its turn.
    if (claim.signal.aborted) return err({ reason: 'engine-stopped' });
    const started = await parts.drivers[use.driver].start(spec, (event) => work.hearing.hear(event));
    if (!started.ok) return err(started.error);
    work.begin(started.value);
    const { pid, startTime } = started.value.id;
    await journal.append([{ type: 'agent-started', ...fence(key), pid, startTime, host: parts.host, log: spec.log }]);
    context.notify();
    return await ended(context, claim, { ...work, session: started.value, prepared });
  } finally {
    context.running.delete(key);
    await work.desk.close();
    await work.talk.close();
    await work.hearing.settled();
  }
}

/** The account whose vendor the agent is going to ask; null: a plain command asks nobody unless an account is named for it. */
function accountAsked(context: Context, task: string): string | null {
  const { use, name, account } = choiceFor(context, task);
  return account ?? (use?.driver === 'command' ? null : name);
}

type Work = {
  readonly watch: Watch;
  readonly talk: Talk;
  readonly hearing: Hearing;
  readonly desk: DeskTalk;
  /** Resolves with why the agent has to be ended; else never. */
  readonly because: Promise<Failure>;
  readonly begin: (session: AgentSession) => void;
};

function open(context: Context, { key }: Claim, { slot, told }: Prepared): Work {
  const { parts } = context;
  const task = taskOf(context, key.task);
  const mark = `${key.run}/${key.task}/${key.attempt}`;
  const watch = new Watch({
    timeouts: timeoutsOf(context, task),
    clock: parts.clock,
    cpu_ms: () => parts.processes.cpu_ms(mark),
  });
  const talk = new Talk(context, key);
  let end: (because: Failure) => void = () => undefined;
  const because = new Promise<Failure>((resolve) => {
    end = resolve;
  });
  let session: AgentSession | null = null;
  const hearing = new Hearing({
    context,
    key,
    watch,
    talk,
    told,
    end: (failure) => end(failure),
    hasMoved: async () => (await slot.rescue('a look at it while its agent worked')).length > 0,
    answer: async (question, text) => (await session?.answer(question, text)) ?? false,
  });
  context.running.add(key, (failure) => end(failure));
  const begin = (begun: AgentSession): void => {
    session = begun;
    talk.with(begun);
    // Should nobody come to wait for its end, the end must not be what ends us.
    begun.ended.catch(() => undefined);
  };
  const desk = new DeskTalk({ context, key, talk, hearing });
  return { watch, talk, hearing, desk, because, begin };
}

type Working = Work & { readonly session: AgentSession; readonly prepared: Prepared };

async function ended(context: Context, claim: Claim, work: Working): Promise<Result<AgentRun, Failure>> {
  const { key } = claim;
  const end = await watched(context, claim, work);
  await work.desk.settle();
  await work.talk.close();
  if (!end.ok) return err(end.error);
  const { exit, outcome, parked } = end.value;
  await context.journal.append([
    { type: 'agent-ended', ...fence(key), code: exit.code, signal: exit.signal, took_ms: exit.took_ms },
  ]);
  if (parked !== null) return ok({ is: 'question', question: parked });
  // Whatever else it ended with: somebody still has to hear or to be heard.
  if (work.talk.open !== null) return ok({ is: 'question', question: work.talk.open });
  if (work.talk.late !== null) return err({ reason: 'answered-late', question: work.talk.late });
  if (outcome.is === 'failure') return err(outcome.failure);
  if (outcome.is === 'report') return ok({ is: 'report', claim: work.desk.claimWith(outcome.claim) });
  return ok({ is: 'question', question: asQuestion(context, key, outcome.asked) });
}

function asQuestion(context: Context, key: AttemptKey, asked: Asked): Question {
  const rules = questionRules(context, key.task);
  return questionOf(asked, { id: `${key.task}.${key.attempt}`, rules, now: context.parts.clock.now() });
}

type Watched = AgentEnd & { readonly parked: Question | null };

/** The agent's end, the question that it is parked for, or why it was ended. A rescue ref stands before anything is killed. */
async function watched(context: Context, claim: Claim, work: Working): Promise<Result<Watched, Failure>> {
  const { session, watch, talk, because } = work;
  const stop = new AbortController();
  const overdue = watch.overdue(AbortSignal.any([stop.signal, claim.signal]));
  const parked = talk.parked.then((question) => ({ parked: question }));
  const first = await Promise.race([session.ended, overdue, because, parked]);
  stop.abort();
  if (first !== null && 'exit' in first) return ok({ ...first, parked: null });
  const isFailure = first !== null && 'reason' in first;
  const why = first === null ? 'told to stop' : isFailure ? first.reason : 'asked and waits';
  for (const ref of await work.prepared.slot.rescue(why)) {
    await context.journal.append([{ type: 'worktree-rescued', ...fence(claim.key), ref, why }]);
  }
  // Whoever owns the attempt by now has an agent of its own, which is not late.
  if (isFailure && (await context.parts.store.holds(claim.key, claim.fence))) {
    await context.journal.append([{ type: 'task-stopping', ...fence(claim.key), because: first }]);
    context.notify();
  }
  await session.stop(STOP_GRACE_MS);
  const end = await session.ended;
  if (first !== null && 'parked' in first) return ok({ ...end, parked: first.parked });
  return first === null || end.outcome.is === 'question' ? ok({ ...end, parked: null }) : err(first);
}

/** Long enough to flush a file, short enough that nobody waits for an agent that ignores TERM. */
const STOP_GRACE_MS = 3_000;

const fence = ({ task, attempt }: AttemptKey): { task: string; attempt: number } => ({ task, attempt });
