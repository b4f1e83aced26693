import { Dispatch, type Hindrance } from './dispatch.ts';
import { isTerminal } from './evolve.ts';
import { cycles, linksOf } from './graph.ts';
import type { TaskRecord } from './record.ts';
import type { RunView } from './run.ts';
import type { Instant } from './time.ts';
import { attemptsWords, usedUpWords } from './waiting-for.ts';

/** How a run stands when nothing is left to decide: what would move it on. `why` is one sentence. */
export type Standing =
  | { readonly state: 'busy' }
  | { readonly state: 'resting'; readonly until: Instant; readonly why: string }
  | { readonly state: 'waiting'; readonly why: string }
  | { readonly state: 'paused'; readonly why: string }
  | { readonly state: 'deadlocked'; readonly why: string }
  | { readonly state: 'ended' };

/** Where a run stands at an instant. Meant for when `decide` has nothing more to say; before that, it is `busy`. */
export function standing(view: RunView, now: Instant): Standing {
  if (view.endedAt !== null) return { state: 'ended' };
  if (view.count('working', 'stopping', 'reported', 'verifying', 'verified', 'landing') > 0) return { state: 'busy' };
  if (view.pausedBy !== null) return { state: 'paused', why: `Paused by ${view.pausedBy}` };
  if (view.records.every(({ state }) => isTerminal(state))) return { state: 'busy' };
  if (view.unblocked.size > 0) return { state: 'busy' };
  const hindered = hindrances(view, now);
  if (hindered === null) return { state: 'busy' };
  return (
    attemptsUsedUp(view, hindered) ??
    runSpentUp(view, hindered) ??
    rest(view, hindered, now) ??
    waitForPerson(view, hindered) ??
    deadlock(view, hindered)
  );
}

/** Why each ready task does not start; null when one can. */
function hindrances(view: RunView, now: Instant): Hindered | null {
  const dispatch = new Dispatch(view, now);
  const found = new Map<TaskRecord, Hindrance>();
  for (const task of view.ready()) {
    const hindrance = dispatch.hindrance(task);
    if (hindrance === null) return null;
    found.set(task, hindrance);
  }
  return found;
}

type Hindered = ReadonlyMap<TaskRecord, Hindrance>;

/** Whoever rests would find nothing left when it wakes: there is no use in waiting for that. */
function runSpentUp(view: RunView, hindered: Hindered): Standing | null {
  const first = [...hindered.values()].find((each) => each.is === 'budget' && each.level === 'run');
  if (first?.is !== 'budget') return null;
  return { state: 'waiting', why: inWords([usedUpWords(first), ...persons(view)]) };
}

/** The same of attempts: what rests would have none left. */
function attemptsUsedUp(view: RunView, hindered: Hindered): Standing | null {
  const first = [...hindered.values()].find((each) => each.is === 'attempts');
  if (first?.is !== 'attempts') return null;
  return { state: 'waiting', why: inWords([attemptsWords(first), ...persons(view)]) };
}

/** The first instant at which something moves by itself. */
function rest(view: RunView, hindered: Hindered, now: Instant): Standing | null {
  let until = Number.POSITIVE_INFINITY;
  let why = '';
  const offer = (instant: Instant, sentence: string): void => {
    if (instant >= until) return;
    until = instant;
    why = sentence;
  };
  for (const { id, state } of view.tasksIn('resting')) {
    if (state.is === 'resting') offer(state.until, `${id} rests after ${state.because.reason}`);
  }
  for (const { id, question } of view.tasksIn('asking')) {
    if (question?.default != null && question.deadline !== null)
      offer(question.deadline, `${id} asks, and the plan answers for you when the time is up`);
  }
  for (const hindrance of hindered.values()) {
    if (hindrance.is === 'account' && hindrance.until !== null) {
      offer(hindrance.until, `${hindrance.account} is limited`);
    }
    if (hindrance.is === 'budget' && hindrance.until !== null) offer(hindrance.until, usedUpWords(hindrance));
  }
  if (!Number.isFinite(until)) return null;
  return until <= now ? { state: 'busy' } : { state: 'resting', until, why };
}

function waitForPerson(view: RunView, hindered: Hindered): Standing | null {
  const spentUp = [...hindered].filter(([, { is }]) => is === 'budget').map(([{ id }]) => `${id} needs more budget`);
  const reasons = [...persons(view), ...spentUp];
  return reasons.length === 0 ? null : { state: 'waiting', why: inWords(reasons) };
}

function persons(view: RunView): readonly string[] {
  const asking = view.tasksIn('asking').map(({ id }) => `${id} asks`);
  const blocked = view
    .tasksIn('blocked')
    .map(({ id, because }) => `${id} is blocked (${because?.reason ?? 'unknown'})`);
  return [...asking, ...blocked];
}

/** Nothing works, rests or asks, and tasks are left: says what stands in the way. */
function deadlock(view: RunView, hindered: Hindered): Standing {
  const [stuck] = hindered;
  if (stuck !== undefined) return { state: 'deadlocked', why: `${stuck[0].id} can never start: ${never(stuck[1])}` };
  const waiting = view.tasksIn('waiting').map(({ id }) => id);
  const [cycle] = cycles(linksOf(waiting, (id) => view.index.before(id)));
  if (cycle !== undefined) {
    return { state: 'deadlocked', why: `These need each other: ${cycle.map((at) => waiting[at]).join(' -> ')}` };
  }
  const [hopeless] = view.hopeless;
  if (hopeless === undefined) return { state: 'busy' };
  return { state: 'deadlocked', why: `${hopeless[0]} needs ${hopeless[1]}, which will not land` };
}

function never(hindrance: Hindrance): string {
  switch (hindrance.is) {
    case 'place':
      return 'the plan gives it no place (agents.max)';
    case 'account':
      return `account ${hindrance.account} allows nothing`;
    case 'excluded':
      return `${hindrance.by} holds ${hindrance.relation.relation === 'free' ? 'its scope' : hindrance.relation.witness}`;
    case 'resource':
      return `resource ${hindrance.resource} is taken`;
    default:
      return `it waits for its ${hindrance.is}`;
  }
}

const inWords = (reasons: readonly string[]): string =>
  reasons.length <= 3 ? reasons.join(', ') : `${reasons.slice(0, 3).join(', ')} and ${reasons.length - 3} more`;
