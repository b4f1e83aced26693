import type { RunEvent, RunLevelEvent, TaskEvent } from '../core/event.ts';
import { isTaskEvent } from '../core/event.ts';
import { unreachable } from '../core/result.ts';
import { tokensOf } from '../core/spent.ts';
import { amount } from './amount.ts';
import { budgetText } from './budget-text.ts';
import { counted, took, utc } from './duration.ts';
import { explainFailure } from './explain-failure.ts';
import { branchName, quoted, short } from './phrase.ts';

/** What happened, as the rest of a sentence that begins with the run or the task. May hold anybody's text. */
export const eventText = (event: RunEvent): string => (isTaskEvent(event) ? taskText(event) : runText(event));

function runText(event: RunLevelEvent): string {
  switch (event.type) {
    case 'run-created':
      return `plan ${event.plan.name}, ${counted(event.plan.tasks.length, 'task')}, from ${short(event.base)} onto ${branchName(event.target)}`;
    case 'engine-started':
      return `process ${event.pid} on ${event.host}`;
    case 'engine-stopped':
      return event.why;
    case 'run-paused':
    case 'run-resumed':
      return `by ${event.by}`;
    case 'plan-amended':
      return `by ${event.by}, now ${counted(event.plan.tasks.length, 'task')}`;
    case 'target-moved':
      return `by someone else, from ${short(event.from)} to ${short(event.to)}`;
    case 'account-limited':
      return `${event.account} until ${utc(event.until)}: ${event.message}`;
    case 'account-pressed':
      return `${event.account} is held back: ${event.message}`;
    case 'budget-warning':
    case 'budget-reached':
      return budgetText(event);
    case 'final-check-finished':
      return checkText(event);
    case 'run-ended':
      return 'every task has ended';
    default:
      return unreachable(event);
  }
}

function taskText(event: TaskEvent): string {
  switch (event.type) {
    case 'task-ready':
      return 'can start';
    case 'task-started':
      return `with ${event.agent}${event.account === null ? '' : ` (${event.account})`}`;
    case 'worktree-ready':
      return `${event.path} at ${short(event.base)} in ${took(event.took_ms)}`;
    case 'agent-started':
      return `process ${event.pid}, log ${event.log}`;
    case 'agent-session':
      return `${event.session}${event.model === null ? '' : `, ${event.model}`}`;
    case 'agent-spent':
      return `${counted(tokensOf(event.spent), 'token')}, ${event.spent.usd === null ? 'price unknown' : amount(event.spent.usd, 'usd')}`;
    case 'agent-progress':
      return `${event.done} of ${event.of}: ${event.text}`;
    case 'agent-ended':
      return `${event.signal === null ? `code ${event.code}` : `signal ${event.signal}`} after ${took(event.took_ms)}`;
    case 'note-left':
      return `by ${event.by}: ${event.text}`;
    case 'words-delivered':
      return `${counted(event.count, 'word')} of people so far`;
    case 'question-raised':
    case 'task-asked':
      return `${event.question.text} (branchline answer ${quoted(event.question.id)} "…")`;
    case 'question-answered':
      return `${event.question}: ${event.answer}, by ${event.by}`;
    case 'task-woken':
      return 'its wait is over';
    case 'task-retried':
      return `by ${event.by}${event.note === null ? '' : `: ${event.note}`}`;
    case 'task-skipped':
      return event.because;
    case 'task-cancelled':
      return `by ${event.by}`;
    default:
      return workText(event);
  }
}

type WorkEvent = Extract<
  TaskEvent,
  {
    readonly type:
      | 'task-stopping'
      | 'task-reported'
      | 'task-verifying'
      | 'check-finished'
      | 'task-verified'
      | 'task-landing'
      | 'task-landed'
      | 'landing-lost'
      | 'attempt-failed'
      | 'task-taken-over'
      | 'worktree-rescued';
  }
>;

function workText(event: WorkEvent): string {
  switch (event.type) {
    case 'task-stopping':
      return explainFailure(event.task, event.because).what;
    case 'task-reported':
      return `${short(event.commit)}, ${counted(event.files, 'file')} changed`;
    case 'task-verifying':
      return `on ${short(event.onto)}`;
    case 'check-finished':
      return checkText(event);
    case 'task-verified':
      return `${short(event.merged.commit)} on ${short(event.merged.onto)}`;
    case 'task-landing':
      return 'moving the target';
    case 'task-landed':
      return short(event.commit);
    case 'landing-lost':
      return `the target moved to ${short(event.tip)}, verifying again`;
    case 'attempt-failed':
      return failedText(event);
    case 'task-taken-over':
      return `by ${event.by}, ${short(event.commit)}, ${counted(event.files, 'file')} changed`;
    case 'worktree-rescued':
      return `${event.ref} (${event.why})`;
    default:
      return unreachable(event);
  }
}

function failedText({ task, because, then, rescue }: Extract<TaskEvent, { readonly type: 'attempt-failed' }>): string {
  const { what, why } = explainFailure(task, because);
  const kept = rescue === null ? '' : `, kept at ${rescue}`;
  return `${because.reason}: ${what}: ${why}${kept}; ${remedyText(then)}`;
}

function remedyText(then: Extract<TaskEvent, { readonly type: 'attempt-failed' }>['then']): string {
  switch (then.do) {
    case 'rest':
      return `rests until ${utc(then.until)}${then.counts ? '' : ', costs no attempt'}`;
    case 'ask':
      return `asks: ${then.question.text} (branchline answer ${quoted(then.question.id)} "…")`;
    case 'block':
      return 'needs a person';
    case 'give-up':
      return 'gives up';
    default:
      return unreachable(then);
  }
}

function checkText({ command, code, took_ms }: { command: string; code: number | null; took_ms: number }): string {
  const verdict = code === 0 ? 'passed' : code === null ? 'did not end' : `failed with code ${code}`;
  return `${command} ${verdict} in ${took(took_ms)}`;
}
