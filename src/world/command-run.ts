import type { RunCommand } from '../cli/world-port.ts';
import { isPastDeadline } from '../core/deadline.ts';
import type { RunEvent } from '../core/event.ts';
import { isTerminal } from '../core/evolve.ts';
import type { TaskId } from '../core/plan.ts';
import type { TaskRecord } from '../core/record.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunView } from '../core/run.ts';
import { utc } from '../report/duration.ts';
import type { Refusal } from '../report/explanation.ts';
import { answerRun } from './answer-run.ts';
import { noSuchTask } from './no-such-task.ts';
import type { Opened } from './opened.ts';
import { readView } from './run-view.ts';
import { type Taken, takeOver } from './take-over.ts';

/** How often a command that lost a race against the engine looks again before it says so. */
const TRIES_MAX = 5;

/**
 * A command from any process: it becomes an entry of the journal, and the engine (if one drives the run) sees it there.
 * Says in words what does not fit the state of things, and then changes nothing.
 */
export async function commandRun(opened: Opened, run: string, command: RunCommand): Promise<Result<void, Refusal>> {
  for (let tries = 1; ; tries += 1) {
    const view = await readView(opened.store, run);
    const found = await meaningOf(opened, view, command);
    if (!found.ok) return found;
    const { events, accepted, refused } = found.value;
    if (events.length === 0) return ok(undefined);
    const appended = await opened.store.append(run, events);
    await (appended.ok ? accepted() : refused());
    if (appended.ok) return ok(undefined);
    // The engine was quicker: what the command means is judged again by what is so now.
    if (tries === TRIES_MAX) return err(tooBusy(command));
  }
}

async function meaningOf(opened: Opened, view: RunView, command: RunCommand): Promise<Result<Taken, Refusal>> {
  if (command.do === 'take') return takeOver(opened, view, command.task);
  const events = eventsOf(view, command, opened);
  return events.ok ? ok({ events: events.value, accepted: nothing, refused: nothing }) : events;
}

const nothing = (): Promise<void> => Promise.resolve();

type Other = Exclude<RunCommand, { readonly do: 'take' }>;

function eventsOf(
  view: RunView,
  command: Other,
  { environment, ignoreCase, clock }: Opened,
): Result<readonly RunEvent[], Refusal> {
  const by = environment.variables['USER'] ?? 'someone';
  switch (command.do) {
    case 'pause':
      return view.pausedBy === null ? ok([{ type: 'run-paused', by }]) : err(pausedAlready(view));
    case 'resume':
      if (view.pausedBy === null) return ok([]);
      return isPastDeadline(view.plan, clock.now()) ? err(tooLate(view)) : ok([{ type: 'run-resumed', by }]);
    case 'cancel':
      return cancel(view, command.task, by);
    case 'retry':
      return retry(view, command, by);
    case 'answer':
      return answerRun(view, command, { by, ignoreCase });
    case 'tell':
      return tell(view, command, by);
  }
}

function cancel(view: RunView, task: TaskId | null, by: string): Result<readonly RunEvent[], Refusal> {
  // What is landing may be on the target already; everything else of the run can be called off beside it.
  const open = view.records.filter(({ state }) => !isTerminal(state) && state.is !== 'landing');
  if (task === null) return ok(open.map(({ id, attempt }) => ({ type: 'task-cancelled', task: id, attempt, by })));
  const found = view.has(task) ? view.recordOf(task) : null;
  if (found === null) return err(noSuchTask(view, task));
  if (isTerminal(found.state)) return err(isOver(found));
  if (found.state.is === 'landing') return err(isLanding(task));
  return ok([{ type: 'task-cancelled', task, attempt: found.attempt, by }]);
}

type Retry = Extract<RunCommand, { readonly do: 'retry' }>;

function retry(view: RunView, { task, note }: Retry, by: string): Result<readonly RunEvent[], Refusal> {
  if (!view.has(task)) return err(noSuchTask(view, task));
  const { state, attempt } = view.recordOf(task);
  if (!RETRIED.has(state.is)) return err(notNow(task, state.is));
  return ok([{ type: 'task-retried', task, attempt, by, note }]);
}

const RETRIED: ReadonlySet<string> = new Set(['failed', 'blocked', 'resting', 'asking', 'cancelled', 'skipped']);

type Tell = Extract<RunCommand, { readonly do: 'tell' }>;

function tell(view: RunView, { task, text }: Tell, by: string): Result<readonly RunEvent[], Refusal> {
  if (!view.has(task)) return err(noSuchTask(view, task));
  const found = view.recordOf(task);
  if (isTerminal(found.state) && found.state.is !== 'failed') return err(isOver(found));
  return ok([{ type: 'note-left', task, attempt: found.attempt, text, by }]);
}

const pausedAlready = ({ pausedBy, run }: RunView): Refusal => ({
  what: `Run ${run} is paused already`,
  why: `${pausedBy} paused it`,
  next: 'Go on with: branchline resume',
});
const tooLate = ({ plan, run }: RunView): Refusal => ({
  what: `Run ${run} cannot go on`,
  why: `The deadline of its plan has passed (${utc(plan.deadline ?? 0)})`,
  next: 'Set a later one in the plan, then: branchline amend PLAN, and resume',
});
const isOver = ({ id, state }: TaskRecord): Refusal => ({
  what: `${id} has ended already`,
  why: `It is ${state.is}`,
  next: state.is === 'landed' ? 'Undo landed work with git revert' : `Try it again with: branchline retry ${id}`,
});
const isLanding = (task: TaskId): Refusal => ({
  what: `${task} is landing at this moment`,
  why: 'It may be on the target already, so it cannot be called off any more',
  next: 'If it has landed, undo it with git revert',
});
const notNow = (task: TaskId, state: string): Refusal => ({
  what: `${task} cannot be tried again now`,
  why: `It is ${state}`,
  next: state === 'landed' ? 'Plan a further task for what is missing' : `Cancel it first: branchline cancel ${task}`,
});
const tooBusy = (command: RunCommand): Refusal => ({
  what: `The run changed each time while trying to ${command.do}`,
  why: 'Its engine was quicker',
  next: 'Try again',
});
