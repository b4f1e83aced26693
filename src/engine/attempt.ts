import { continuationOf } from '../core/continuation.ts';
import type { Failure } from '../core/failure.ts';
import type { Harvest, Slot } from '../core/ports/git.ts';
import type { Verdict } from '../core/ports/queue.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import type { Question } from '../core/question.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type Context, isCurrent, taskOf } from './context.ts';
import { failAttempt } from './fail.ts';
import { markOf } from './parts.ts';
import { prepare } from './prepare.ts';
import { type AgentRun, runAgent } from './run-agent.ts';

/** A claim on an attempt: the queue delivered it, the store gave it a fence, and `signal` ends it. */
export type Claim = { readonly key: AttemptKey; readonly fence: number; readonly signal: AbortSignal };

/**
 * One attempt from claim to report: worktree, set-up, brief, agent, harvest. May be called again for the same attempt
 * after a crash (its fence is then above 1): what the last owner left is ended and rescued first.
 */
export async function performAttempt(context: Context, claim: Claim): Promise<Verdict> {
  const { slots } = context.parts.repository;
  try {
    return await perform(context, claim);
  } catch (broken) {
    // Nothing may go on working for an attempt that nobody watches any more; its worktree stays as it is for the next.
    const slot = await slots.held(claim.key).catch(() => null);
    const { run, task, attempt } = claim.key;
    await context.parts.processes.end(markOf(run, task, attempt), slot?.dir ?? null, 2_000);
    await Promise.allSettled([slot?.rescue('something unexpected happened')]);
    await Promise.allSettled([slot?.abandon()]);
    throw broken;
  }
}

async function perform(context: Context, claim: Claim): Promise<Verdict> {
  if (context.journal.view.stateOf(claim.key.task).is !== 'working' || !isCurrent(context, claim.key))
    return { done: true };
  if (claim.fence > 1) await clearAfterCrash(context, claim.key);
  if (claim.fence > 1 && (await askedBeforeCrash(context, claim))) return { done: true };
  const prepared = await prepare(context, claim);
  // First: a set-up that we ourselves ended is no failure of the task.
  if (claim.signal.aborted) return abandon(context, claim, prepared.ok ? prepared.value.slot : null);
  if (!prepared.ok) return settleFailure(context, claim, { because: prepared.error, slot: null });
  const { slot } = prepared.value;
  const ran = await runAgent(context, claim, prepared.value);
  if (claim.signal.aborted) return abandon(context, claim, slot);
  if (!ran.ok) return settleFailure(context, claim, { because: ran.error, slot });
  return settleReport(context, claim, { slot, ran: ran.value });
}

type Ended = { readonly slot: Slot; readonly ran: AgentRun };

async function settleReport(context: Context, claim: Claim, { slot, ran }: Ended): Promise<Verdict> {
  if (ran.is === 'question') return settleQuestion(context, claim, { slot, question: ran.question });
  const harvested = await harvest(context, claim.key, slot);
  if (!harvested.ok) return settleFailure(context, claim, { because: harvested.error, slot });
  if (!(await holds(context, claim))) return abandon(context, claim, slot);
  const { commit, changes } = harvested.value;
  await context.journal.append([
    { type: 'task-reported', ...taskKey(claim.key), commit, base: slot.base, files: changes.length, claim: ran.claim },
  ]);
  await slot.release();
  context.notify();
  return { done: true };
}

/** A task that may end without a change reports its base: there is nothing to land, and nothing is missing. */
async function harvest(context: Context, key: AttemptKey, slot: Slot): Promise<Result<Harvest, Failure>> {
  const task = taskOf(context, key.task);
  const message = `${task.title}\n\nBranchline-Run: ${key.run}\nBranchline-Task: ${key.task}\nBranchline-Attempt: ${key.attempt}\n`;
  const harvested = await slot.harvest(message);
  if (harvested.ok) return harvested;
  if (harvested.error.reason !== 'no-change' || !task.noChange.allowed) return err(harvested.error);
  return ok({ commit: slot.base, changes: [], rescued: [] });
}

async function settleQuestion(
  context: Context,
  claim: Claim,
  ended: { slot: Slot; question: Question },
): Promise<Verdict> {
  const [rescue] = await ended.slot.rescue('the agent asked a question and ended');
  if (!(await holds(context, claim))) return abandon(context, claim, ended.slot);
  // Let go of first: whoever reads the question may look into the worktree at once.
  await ended.slot.abandon();
  await context.journal.append([
    ...(rescue === undefined ? [] : [rescuedEvent(claim.key, rescue, 'asked')]),
    { type: 'task-asked', ...taskKey(claim.key), question: ended.question },
  ]);
  context.notify();
  return { done: true };
}

async function settleFailure(
  context: Context,
  claim: Claim,
  failed: { readonly because: Failure; readonly slot: Slot | null },
): Promise<Verdict> {
  const [rescue] = failed.slot === null ? [] : await failed.slot.rescue(failed.because.reason);
  if (!(await holds(context, claim))) return abandon(context, claim, failed.slot);
  // A person may want to look into it, and the next attempt of the task takes it over with its set-up.
  await failed.slot?.abandon();
  await failAttempt(context, claim.key, { because: failed.because, rescue: rescue ?? null });
  context.notify();
  return { done: true };
}

/** Somebody else owns the task now, or we are told to stop: end what runs, keep every byte, say nothing more. */
async function abandon(context: Context, { key }: Claim, slot: Slot | null): Promise<Verdict> {
  await context.parts.processes.end(markOf(key.run, key.task, key.attempt), slot?.dir ?? null, 2_000);
  const refs = slot === null ? [] : await slot.rescue('abandoned');
  for (const ref of refs) await context.journal.append([rescuedEvent(key, ref, 'abandoned')]);
  if (isCurrent(context, key)) {
    await slot?.abandon();
    return { done: false, retry_ms: 0 };
  }
  await slot?.release();
  return { done: true };
}

async function clearAfterCrash(context: Context, key: AttemptKey): Promise<void> {
  const slot = await context.parts.repository.slots.held(key);
  await context.parts.processes.end(markOf(key.run, key.task, key.attempt), slot?.dir ?? null, 1_000);
  if (slot === null) return;
  for (const ref of await slot.rescue('the engine died')) {
    await context.journal.append([rescuedEvent(key, ref, 'the engine died')]);
  }
  // What its agent's conversation knows stays as it is, for the conversation to go on.
  const isGoneOnWith = continuationOf(context.journal.view.recordOf(key.task)).is !== 'fresh';
  await (isGoneOnWith ? slot.abandon() : slot.release());
}

/** The agent that waited for an answer died with the engine. Its question did not: the task waits on, without a place. */
async function askedBeforeCrash(context: Context, claim: Claim): Promise<boolean> {
  const { question } = context.journal.view.recordOf(claim.key.task);
  if (question === null || !(await holds(context, claim))) return false;
  const { since: _, ...asked } = question;
  await context.journal.append([{ type: 'task-asked', ...taskKey(claim.key), question: asked }]);
  context.notify();
  return true;
}

const holds = ({ parts }: Context, { key, fence }: Claim): Promise<boolean> => parts.store.holds(key, fence);
const taskKey = ({ task, attempt }: AttemptKey): { task: string; attempt: number } => ({ task, attempt });
const rescuedEvent = (key: AttemptKey, ref: string, why: string) =>
  ({ type: 'worktree-rescued', ...taskKey(key), ref, why }) as const;
