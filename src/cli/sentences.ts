import { DEADLINE } from '../core/deadline.ts';
import type { Entry } from '../core/event.ts';
import type { Status } from '../core/status.ts';
import { needsAttempts, needsBudget } from '../core/waiting-for.ts';
import { budgetText } from '../report/budget-text.ts';
import { counted } from '../report/duration.ts';
import { EXIT_CODES } from '../report/exit-code.ts';
import type { ExitCode } from '../report/explanation.ts';
import { branchName, quoted, typed } from '../report/phrase.ts';

/** How an invocation ended, in one sentence with every count in it. */
export function endOfRun({ plan, target, tasks, counts, state, why, finalChecks }: Status, exit: ExitCode): string {
  const open = tasks.length - counts.landed - counts.failed - counts.skipped - counts.cancelled;
  const others = [
    [counts.failed, 'failed'],
    [counts.skipped, 'skipped'],
    [counts.cancelled, 'cancelled'],
    [open, 'not ended'],
  ] as const;
  const rest = others.filter(([count]) => count > 0).map(([count, name]) => `, ${count} ${name}`);
  const landed = `${plan}: ${counts.landed} of ${counted(tasks.length, 'task')} landed on ${branchName(target)}`;
  const checks = finalChecks.failed === 0 ? '' : `, but ${counted(finalChecks.failed, 'final check')} failed`;
  const name = EXIT_CODES.find(({ code }) => code === exit)?.name ?? '';
  // That nothing drives a run which was just stopped goes without saying.
  const stopped = exit === 130 ? 'stopped by Ctrl-C' : exit === 143 ? 'stopped by a signal' : null;
  const reason = why === null ? '' : `: ${why}`;
  return `${landed}${rest.join('')}${checks} (${stopped ?? `${state === 'ended' && exit <= 1 ? 'ended' : name}${reason}`})`;
}

/** What a person should be called for, or null. */
export function needsPerson({ event }: Entry): string | null {
  if (event.type === 'task-asked') {
    return `${event.task} asks: ${event.question.text} (branchline answer ${quoted(event.question.id)})`;
  }
  if (event.type === 'budget-reached' && event.level === 'run') return `Used up: ${budgetText(event)}`;
  if (event.type !== 'attempt-failed') return null;
  if (event.then.do === 'ask') return `${event.task} asks: ${event.then.question.text}`;
  return event.then.do === 'block' ? `${event.task} needs a person: ${event.because.reason}` : null;
}

/** What to type after an invocation; null when all is where it was meant to be. */
export function nextStep(
  { questions, state, why, tasks, target, finalChecks }: Status,
  broughtAlong: boolean,
): string | null {
  const [question] = questions;
  if (question !== undefined) return `branchline answer ${quoted(question.id)} "…"`;
  const stuck = tasks.find((task) => task.state === 'blocked') ?? tasks.find((task) => task.state === 'failed');
  if (stuck !== undefined) return typed('explain', stuck.id);
  // Resuming it would change nothing.
  if (tasks.some(needsBudget)) return 'raise "budget" in the plan, then: branchline amend PLAN';
  if (tasks.some(needsAttempts)) return 'raise "attempts: { all: … }" in the plan, then: branchline amend PLAN';
  if (state === 'paused' && why?.includes(DEADLINE))
    return 'set a later deadline in the plan, then: branchline amend PLAN';
  if (state !== 'ended') return 'branchline resume';
  if (finalChecks.failed > 0 || tasks.some((task) => task.state !== 'landed')) return 'branchline report';
  return !broughtAlong && target.startsWith(OWN_BRANCHES) ? `git merge --ff-only ${branchName(target)}` : null;
}

/** Where work lands that could not land on the branch it was meant for: a person brings it over. */
const OWN_BRANCHES = 'refs/heads/branchline/';
