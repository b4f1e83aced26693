import type { Failure, LimitKind } from '../core/failure.ts';
import type { TaskId } from '../core/plan.ts';
import { unreachable } from '../core/result.ts';
import { duration, utc } from './duration.ts';
import { explainSpending } from './explain-spending.ts';
import type { Explanation } from './explanation.ts';
import { lastLine, listed, typed } from './phrase.ts';

/** Why an attempt gave nothing to land, and what a person should do about it. */
export function explainFailure(task: TaskId, failure: Failure): Explanation {
  switch (failure.reason) {
    case 'agent-missing':
    case 'exited':
    case 'signalled':
    case 'agent-error':
    case 'engine-stopped':
    case 'answered-late':
      return explainProcess(task, failure);
    case 'no-first-event':
    case 'silent':
    case 'hung-after-result':
    case 'over-time':
    case 'past-deadline':
      return explainClock(task, failure);
    case 'limited':
    case 'login':
    case 'context-full':
    case 'unknown-model':
    case 'session-lost':
      return explainVendor(task, failure);
    case 'over-budget':
    case 'no-progress':
    case 'going-in-circles':
      return explainSpending(task, failure);
    case 'no-change':
    case 'work-elsewhere':
    case 'out-of-scope':
    case 'nested-repository':
    case 'missing-artifacts':
      return explainWork(task, failure);
    case 'conflict':
    case 'check-failed':
    case 'tampered-checks':
      return explainVerdict(task, failure);
    case 'setup-failed':
    case 'brief-missing':
    case 'workspace':
      return explainStart(task, failure);
    default:
      return unreachable(failure);
  }
}

type Of<Reason extends Failure['reason']> = Extract<Failure, { readonly reason: Reason }>;

function explainProcess(
  task: TaskId,
  failure: Of<'agent-missing' | 'exited' | 'signalled' | 'agent-error' | 'engine-stopped' | 'answered-late'>,
): Explanation {
  const again = `Read it with: ${typed('logs', task)}; then: ${typed('retry', task)}`;
  switch (failure.reason) {
    case 'agent-missing':
      return {
        what: `The agent of ${task} could not be started`,
        why: `There is no program ${failure.program} on this machine`,
        next: `Install it, or name another agent or a "fallback" in the plan (branchline amend PLAN); see who is there with: branchline agents; then: ${typed('retry', task)}`,
      };
    case 'exited':
      return {
        what: `The agent of ${task} gave up`,
        why: `It ended with code ${failure.code}${lastLine(failure.tail)}`,
        next: again,
      };
    case 'signalled':
      return {
        what: `The agent of ${task} was killed`,
        why: `Signal ${failure.signal}${lastLine(failure.tail)}`,
        next: again,
      };
    case 'agent-error':
      return { what: `The agent of ${task} reported an error`, why: failure.message, next: again };
    case 'engine-stopped':
      return {
        what: `${task} was cut off`,
        why: 'The program that drove the run stopped while its agent was at work; what was in its worktree is kept',
        next: 'It is tried again when the run goes on: branchline resume',
      };
    case 'answered-late':
      return {
        what: `The agent of ${task} ended before it heard the answer to ${failure.question}`,
        why: 'The answer came at that moment',
        next: 'It goes on with the answer by itself, at no attempt',
      };
    default:
      return unreachable(failure);
  }
}

function explainClock(
  task: TaskId,
  failure: Of<'no-first-event' | 'silent' | 'hung-after-result' | 'over-time' | 'past-deadline'>,
): Explanation {
  const limit = duration(failure.limit_ms);
  const next = (clock: string) =>
    `See what it did with: ${typed('logs', task)}; allow more time with timeout: { ${clock}: … } in the plan, then: ${typed('retry', task)}`;
  switch (failure.reason) {
    case 'no-first-event':
      return {
        what: `The agent of ${task} never began`,
        why: `Nothing came from it within ${limit}`,
        next: next('first-event'),
      };
    case 'silent':
      return {
        what: `The agent of ${task} fell silent`,
        why: `Nothing came from it for ${limit}`,
        next: next('silence'),
      };
    case 'hung-after-result':
      return {
        what: `The agent of ${task} did not end`,
        why: `It had given its result and was still there ${limit} later`,
        next: next('after-result'),
      };
    case 'over-time':
      return {
        what: `The agent of ${task} took too long`,
        why: `It worked for more than ${limit}`,
        next: next('wall'),
      };
    case 'past-deadline':
      return {
        what: `The agent of ${task} was still at work after the deadline`,
        why: `The plan's deadline was ${limit} ago; what it did is kept`,
        next: 'Set a later deadline in the plan: branchline amend PLAN, then: branchline resume',
      };
    default:
      return unreachable(failure);
  }
}

function explainVendor(
  task: TaskId,
  failure: Of<'limited' | 'login' | 'context-full' | 'unknown-model' | 'session-lost'>,
): Explanation {
  switch (failure.reason) {
    case 'limited':
      return {
        what: `${task} rests: ${LIMITS[failure.limit]}`,
        why: failure.message,
        next:
          failure.until === null
            ? 'It is tried again by itself and costs the task no attempt'
            : `It goes on by itself at ${utc(failure.until)} and costs the task no attempt`,
      };
    case 'login':
      return {
        what: `The agent of ${task} is not logged in`,
        why: failure.message,
        next: `Log in with the agent's own program, then: ${typed('retry', task)}`,
      };
    case 'context-full':
      return {
        what: `The agent of ${task} ran out of context`,
        why: failure.message,
        next: `A new attempt begins with an empty context; a smaller task or a shorter brief helps: branchline amend PLAN`,
      };
    case 'unknown-model':
      return {
        what: `The agent of ${task} does not know the model ${failure.model}`,
        why: failure.message,
        next: `Name another in the plan (branchline amend PLAN); see what is there with: branchline agents; then: ${typed('retry', task)}`,
      };
    case 'session-lost':
      return {
        what: `The agent of ${task} could not go on with its conversation`,
        why: failure.message,
        next: 'It begins a new one in the same worktree, by itself and at no attempt',
      };
    default:
      return unreachable(failure);
  }
}

const LIMITS: Readonly<Record<LimitKind, string>> = {
  burst: 'too many requests at once',
  window: "the account's usage window is used up",
  weekly: "the account's weekly limit is used up",
  credits: 'the account has no credit left',
  overload: 'the service is overloaded',
  network: 'the service cannot be reached',
};

function explainWork(
  task: TaskId,
  failure: Of<'no-change' | 'work-elsewhere' | 'out-of-scope' | 'nested-repository' | 'missing-artifacts'>,
): Explanation {
  switch (failure.reason) {
    case 'no-change':
      return {
        what: `${task} changed nothing`,
        why: 'Its agent ended well, but its worktree is as it was at the start',
        next: `Say more in its brief, or allow it in the plan with no-change: { allowed: true, reason: … }; then: ${typed('retry', task)}`,
      };
    case 'work-elsewhere':
      return {
        what: `${task} left its work beside its branch`,
        why: `Nothing is on the branch, but commits are kept at ${listed(failure.refs)}`,
        next: `Look at them with: ${typed('diff', task)}; take over what belongs in with: ${typed('shell', task)} and: ${typed('take', task)}`,
      };
    case 'out-of-scope':
      return {
        what: `${task} changed files that it may not touch`,
        why: listed(failure.paths),
        next: `Widen its scope in the plan (branchline amend PLAN), or: ${typed('retry', task)} --note "stay inside your scope"`,
      };
    case 'nested-repository':
      return {
        what: `${task} made a repository inside the repository`,
        why: `${listed(failure.paths)}; what is in there was kept but cannot be landed as it is`,
        next: `Look at it with: ${typed('shell', task)}; then: ${typed('take', task)} or: ${typed('retry', task)}`,
      };
    case 'missing-artifacts':
      return {
        what: `${task} did not write what it was asked for`,
        why: `Missing: ${listed(failure.paths)}`,
        next: `${typed('retry', task)} --note "write the artifacts that the plan names"`,
      };
    default:
      return unreachable(failure);
  }
}

function explainVerdict(task: TaskId, failure: Of<'conflict' | 'check-failed' | 'tampered-checks'>): Explanation {
  switch (failure.reason) {
    case 'conflict':
      return {
        what: `${task} could not be merged`,
        why: `It and what has landed since both changed ${listed(failure.paths)}`,
        next: `Merge it by hand with: ${typed('shell', task)} and then: ${typed('take', task)}; or: ${typed('retry', task)}`,
      };
    case 'check-failed':
      return {
        what: `A check of ${task} failed on the merged tree`,
        why: `${failure.command} ended ${failure.code === null ? 'without an exit code' : `with code ${failure.code}`}${lastLine(failure.tail)}`,
        next: `The whole output is in ${failure.log}; mend it with: ${typed('shell', task)} and: ${typed('take', task)}, or: ${typed('retry', task)}`,
      };
    case 'tampered-checks':
      return {
        what: `${task} changed what checks it`,
        why: listed(failure.paths),
        next: `Read it with: ${typed('diff', task)}; if it is right: ${typed('take', task)}; else: ${typed('retry', task)} --note "leave the tests alone"`,
      };
    default:
      return unreachable(failure);
  }
}

function explainStart(task: TaskId, failure: Of<'setup-failed' | 'brief-missing' | 'workspace'>): Explanation {
  switch (failure.reason) {
    case 'setup-failed':
      return {
        what: `The set-up of ${task} failed before its agent could start`,
        why: `${failure.command} ended ${failure.code === null ? 'without an exit code' : `with code ${failure.code}`}${lastLine(failure.tail)}`,
        next: `Try it by hand with: ${typed('shell', task)}; then: ${typed('retry', task)}`,
      };
    case 'brief-missing':
      return {
        what: `The brief of ${task} is not there`,
        why: `${failure.file} is not in the commit that the task starts from`,
        next: `Commit the file or put the text into the plan (branchline amend PLAN), then: ${typed('retry', task)}`,
      };
    case 'workspace':
      return {
        what: `No worktree could be made for ${task}`,
        why: failure.message,
        next: `See what is wrong with: branchline doctor; free space with: branchline gc; then: ${typed('retry', task)}`,
      };
    default:
      return unreachable(failure);
  }
}
