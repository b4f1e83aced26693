import type { Action } from './action.ts';
import { DEADLINE, isPastDeadline, pastGrace } from './deadline.ts';
import { Dispatch } from './dispatch.ts';
import { nextOnTrain } from './landing.ts';
import type { TaskId } from './plan.ts';
import type { TaskRecord } from './record.ts';
import type { RunView } from './run.ts';
import type { Instant } from './time.ts';

/**
 * One decision, from facts alone. The order is the policy: finish what was started before starting more. Acting on a
 * decision makes it unnecessary: once its intents stand in the journal, the next decision at the same instant is empty.
 */
export function decide(view: RunView, now: Instant): readonly Action[] {
  if (view.endedAt !== null) return [];
  if (isSettled(view)) return end(view);
  // What is under way goes on to its end; nothing new begins.
  const finishing = [...nextOnTrain(view), ...overrun(view, now)];
  if (view.pausedBy !== null) return finishing;
  if (isPastDeadline(view.plan, now))
    return [...finishing, { do: 'pause', by: DEADLINE, why: 'The deadline of the plan has passed' }];
  // First: what is answered moves on at once, and the rest is decided by what then is so.
  const answers = defaults(view, now);
  if (answers.length > 0) return answers;
  const woken = view.tasksIn('resting').filter(({ state }) => state.is === 'resting' && state.until <= now);
  const freed = [...view.unblocked];
  const actions = [
    ...nextOnTrain(view),
    ...woken.map(({ id, attempt }): Action => ({ do: 'wake', task: id, attempt })),
    ...freed.map(({ id }): Action => ({ do: 'ready', task: id, attempt: 1 })),
    ...start(view, { now, fresh: [...woken, ...freed] }),
  ];
  const moves = actions.some((action) => action.do === 'start' || action.do === 'verify' || action.do === 'land');
  return moves
    ? actions
    : [...actions, ...whenStill(view, { woken: woken.length, fresh: woken.length + freed.length })];
}

/** Agents that are still at work when the grace after the deadline is over. */
function overrun(view: RunView, now: Instant): readonly Action[] {
  const because = pastGrace(view.plan, now);
  if (because === null) return [];
  return view.tasksIn('working').map(({ id, attempt }) => ({ do: 'stop', task: id, attempt, because }));
}

/** Questions whose time is up and for which the plan itself has an answer. */
function defaults(view: RunView, now: Instant): readonly Action[] {
  return [...view.tasksIn('asking'), ...view.tasksIn('working')].flatMap(({ id, attempt, question }): Action[] => {
    if (question === null || question.default === null || question.deadline === null) return [];
    if (question.deadline > now) return [];
    return [{ do: 'answer', task: id, attempt, question: question.id, answer: question.default }];
  });
}

const BUSY = ['working', 'stopping', 'reported', 'verifying', 'verified', 'landing'] as const;
const OPEN = [...BUSY, 'ready', 'asking', 'resting', 'blocked'] as const;

/** Every task has come to its end. */
const isSettled = (view: RunView): boolean => view.count('waiting', ...OPEN) === 0;

/** The final checks judge what landed; with nothing landed there is nothing to judge. */
function end(view: RunView): readonly Action[] {
  const { finalChecks } = view.plan;
  const due = view.count('landed') > 0 && !view.finalChecks.isDone(finalChecks.length);
  return [due ? { do: 'final-checks' } : { do: 'end' }];
}

type Fresh = {
  readonly now: Instant /** Ready as soon as this decision is acted on. */;
  readonly fresh: readonly TaskRecord[];
};

/** Places for whoever is ready, most urgent first. */
function start(view: RunView, { now, fresh }: Fresh): readonly Action[] {
  const dispatch = new Dispatch(view, now);
  const started: Action[] = [];
  const candidates = fresh.length === 0 ? view.ready() : [...view.ready(), ...fresh].sort((a, b) => a.rank - b.rank);
  for (const each of candidates) {
    if (dispatch.isFull) break;
    // What is woken or freed begins a new attempt; what is ready has its number already.
    const attempt = each.state.is === 'ready' ? each.attempt : each.attempt + 1;
    if (dispatch.begin(each) === null) started.push({ do: 'start', task: each.id, attempt });
  }
  return started;
}

/** How many tasks this very decision makes ready, and how many of them rested. */
type Moved = { readonly woken: number; readonly fresh: number };

/** Nothing moves by itself: the next stage is a person's word away, or what is left has no hope. */
function whenStill(view: RunView, { woken, fresh }: Moved): readonly Action[] {
  if (view.count(...BUSY, 'resting') > woken) return [];
  if (isStageOver(view)) return [{ do: 'pause', by: 'branchline', why: 'One group per invocation: resume to go on' }];
  // Whatever has just become ready has hope.
  if (fresh > 0) return [];
  const lost = [...view.hopeless].map(([id, blocker]) => ({ ...view.recordOf(id), blocker }));
  const lostReady = lost.filter(({ state }) => state.is === 'ready').length;
  if (view.count('asking', 'blocked') > 0 || view.count('ready') > lostReady || lost.length === 0) return [];
  const skipped = lost.map(
    ({ id, attempt, blocker }): Action => ({ do: 'skip', task: id, attempt, because: reason(view, blocker) }),
  );
  return lost.length === view.count('waiting', 'ready') ? [...skipped, ...end(view)] : skipped;
}

/** The stages that this invocation may open are done, and there is another. */
const isStageOver = ({ index, open, stageGate }: RunView): boolean =>
  index.isStaged && Number.isFinite(open.stage) && open.stage > stageGate;

function reason(view: RunView, blocker: TaskId): string {
  return `${blocker}, which it needs, ${WORDS[view.stateOf(blocker).is] ?? 'will not land'}`;
}

const WORDS: Partial<Record<string, string>> = {
  failed: 'failed',
  cancelled: 'was cancelled',
  skipped: 'was skipped',
  waiting: 'will not land',
};
