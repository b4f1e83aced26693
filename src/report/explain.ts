import type { Entry, TaskEvent } from '../core/event.ts';
import { isTaskEvent } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import { unreachable } from '../core/result.ts';
import type { TaskStatus } from '../core/status.ts';
import { needsAttempts, needsBudget } from '../core/waiting-for.ts';
import { counted, utc } from './duration.ts';
import { explainFailure } from './explain-failure.ts';
import type { Explanation } from './explanation.ts';
import { listed, quoted, short, typed } from './phrase.ts';
import { thereInstead } from './there-instead.ts';

/** What is known beside the journal. `isDriven`: an engine is on the run; `installed`: known agents whose program is here. */
type Here = { readonly isDriven?: boolean; readonly installed?: readonly string[] | null };

/** What happened to a task, why, and what to type next. Of `entries` only the task's own and the plan are read. */
export function explain(task: TaskStatus, entries: readonly Entry[], here: Here = {}): Explanation {
  const { isDriven = true, installed = null } = here;
  if (!isDriven && UNDER_WAY.has(task.state)) return explainLeft(task);
  const own = entries
    .map(({ event }) => event)
    .filter((event) => isTaskEvent(event))
    .filter((event) => event.task === task.id);
  switch (task.state) {
    case 'waiting':
    case 'ready':
      return explainWaiting(task);
    case 'working':
    case 'stopping':
    case 'resting':
      return explainAttempt(task);
    case 'asking':
      return explainAsking(task, own);
    case 'reported':
    case 'verifying':
    case 'verified':
    case 'landing':
      return explainLanding(task);
    case 'blocked':
    case 'failed':
    case 'landed':
    case 'skipped':
    case 'cancelled':
      return explainEnd(task, own, { plan: planIn(entries), agent: task.agent, installed });
    default:
      return unreachable(task.state);
  }
}

/** The plan that the run works by now. */
function planIn(entries: readonly Entry[]): Plan | null {
  const plans = entries.flatMap(({ event }) =>
    event.type === 'run-created' || event.type === 'plan-amended' ? [event.plan] : [],
  );
  return plans.at(-1) ?? null;
}

const UNDER_WAY: ReadonlySet<TaskStatus['state']> = new Set([
  ...(['working', 'stopping', 'reported', 'verifying', 'verified', 'landing'] as const),
]);

/** What was under way when the engine stopped or died: nothing happens to it until somebody resumes the run. */
const explainLeft = ({ id, state, attempt }: TaskStatus): Explanation => ({
  what: `${id} was ${state} when its engine stopped`,
  why: `No engine drives this run; what attempt ${attempt} left is kept`,
  next: 'branchline resume',
});

function explainWaiting(task: TaskStatus): Explanation {
  const { id, state, waitingFor } = task;
  const why = waitingFor.length > 0 ? `It waits for ${listed(waitingFor)}` : 'It waits for a place';
  if (needsBudget(task)) {
    return {
      what: `${id} cannot start`,
      why,
      next: 'Raise "budget" in the plan: branchline amend PLAN; see where it went with: branchline costs',
    };
  }
  if (needsAttempts(task)) {
    return { what: `${id} cannot start`, why, next: 'Raise "attempts: { all: … }" in the plan: branchline amend PLAN' };
  }
  const dead = waitingFor.map((each) => STUCK.exec(each)?.[1]).find((each) => each !== undefined);
  return state === 'ready'
    ? {
        what: `${id} can start`,
        why,
        next: 'Nothing: it starts by itself. If the run is not driven: branchline resume',
      }
    : {
        what: `${id} has not started`,
        why,
        next:
          dead === undefined
            ? 'Nothing: it starts by itself when that is done; the whole picture: branchline status'
            : `It does not start without that. See why: ${typed('explain', dead)}; try again: ${typed('retry', dead)}`,
      };
}

/** A need that does not land by itself, as `waitingFor` words it. */
const STUCK = /^(.*) \((?:failed|cancelled|skipped|blocked)\)$/;

function explainAttempt(task: TaskStatus): Explanation {
  const { id, because, attempt, attempts } = task;
  const which = `attempt ${attempt}, ${attempts.used} of ${counted(attempts.max, 'attempt')} used`;
  if (task.state === 'working') {
    const progress =
      task.progress === null ? '' : `, ${task.progress.done} of ${task.progress.of}: ${task.progress.text}`;
    return {
      what: `${task.agent} works on ${id}`,
      why: `Since ${utc(task.since)} (${which})${progress}`,
      next: `Watch it with: ${typed('logs', id)} --follow; stop it with: ${typed('cancel', id)}`,
    };
  }
  const failure = because === null ? null : explainFailure(id, because);
  const why = failure === null ? which : `${failure.what}: ${failure.why} (${which})`;
  if (task.state === 'stopping') {
    return {
      what: `The agent of ${id} is being stopped`,
      why,
      next: 'Nothing: its work is kept, and what comes next follows by itself',
    };
  }
  const until = task.until === null ? '' : ` until ${utc(task.until)}`;
  return {
    what: `${id} rests${until} before its next attempt`,
    why,
    next: `Nothing: it goes on by itself. Not to wait: ${typed('retry', id)}`,
  };
}

function explainAsking(task: TaskStatus, own: readonly TaskEvent[]): Explanation {
  const asked = own.filter((event) => event.type === 'task-asked').at(-1)?.question;
  // A failure can also end in a question; the event of the failure then holds it.
  const remedy = own.filter((event) => event.type === 'attempt-failed').at(-1)?.then;
  const question = asked ?? (remedy?.do === 'ask' ? remedy.question : undefined);
  const options = question === undefined || question.options.length === 0 ? '' : ` (${question.options.join(' | ')})`;
  return {
    what: `${task.id} asks, since ${utc(task.since)}`,
    why: question === undefined ? 'Its agent wants to know something' : `${question.text}${options}`,
    next: question === undefined ? 'branchline answer' : `branchline answer ${quoted(question.id)} "…"`,
  };
}

function explainLanding({ id, state, commit, files, waitingFor }: TaskStatus): Explanation {
  const what = {
    reported: `The agent of ${id} says that it is done`,
    verifying: `${id} is being checked on the merged tree`,
    verified: `${id} passed its checks`,
    landing: `${id} is being landed`,
  }[state === 'reported' || state === 'verifying' || state === 'verified' ? state : 'landing'];
  const work = commit === null ? 'Its work was taken in' : `Commit ${short(commit)}`;
  const count = files === null ? '' : `, ${counted(files, 'file')} changed`;
  const turn = waitingFor.length > 0 ? `; it waits for ${listed(waitingFor)}` : '';
  return {
    what,
    why: `${work}${count}${turn}`,
    next: `Nothing: it lands by itself. Read it with: ${typed('diff', id)}`,
  };
}

type Known = Parameters<typeof thereInstead>[1];

function explainEnd(task: TaskStatus, own: readonly TaskEvent[], known: Known): Explanation {
  const { id, because, attempts, rescued } = task;
  const kept = rescued.length > 0 ? `; what it left is kept at ${listed(rescued)}` : '';
  if (task.state === 'landed') return explainLanded(task);
  if (task.state === 'cancelled') {
    const by = own.filter((event) => event.type === 'task-cancelled').at(-1)?.by;
    return {
      what: `${id} was cancelled`,
      why: `By ${by ?? 'a person'}${kept}`,
      next: `To take it up again: ${typed('retry', id)}`,
    };
  }
  if (task.state === 'skipped') {
    const why = own.filter((event) => event.type === 'task-skipped').at(-1)?.because ?? 'What it needs did not land';
    return { what: `${id} was skipped`, why, next: `Mend what it needs, then: ${typed('retry', id)}` };
  }
  const failure: Explanation =
    because === null
      ? { what: 'no reason was recorded', why: 'the journal holds no failure', next: typed('logs', id) }
      : explainFailure(id, because);
  const what =
    task.state === 'blocked' ? `${id} needs a person` : `${id} failed after ${counted(attempts.used, 'attempt')}`;
  const instead = because === null ? '' : thereInstead(because, known);
  const there = instead === '' ? '' : `; ${instead}`;
  return { what: `${what}: ${failure.what}`, why: `${failure.why}${there}${kept}`, next: failure.next };
}

function explainLanded({ id, landed, files }: TaskStatus): Explanation {
  const count = files === null ? '' : `, ${counted(files, 'file')} changed`;
  return {
    what: `${id} has landed`,
    why: landed === null ? 'Nothing had to change' : `Commit ${short(landed)} is on the target${count}`,
    next: landed === null ? 'branchline report' : `git show ${landed}`,
  };
}
