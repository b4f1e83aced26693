import type { Failure } from '../core/failure.ts';
import type { TaskId } from '../core/plan.ts';
import { unreachable } from '../core/result.ts';
import { amount } from './amount.ts';
import type { Explanation } from './explanation.ts';
import { typed } from './phrase.ts';

type Spending = Extract<Failure, { readonly reason: 'over-budget' | 'no-progress' | 'going-in-circles' }>;

/** Failures of attempts that used up more than they brought. */
export function explainSpending(task: TaskId, failure: Spending): Explanation {
  const look = `See what it did with: ${typed('logs', task)}`;
  switch (failure.reason) {
    case 'over-budget':
      return {
        what: `${task} used up the budget of ${BUDGETS[failure.level]}`,
        why: `${amount(failure.spent, failure.unit)} of ${amount(failure.cap, failure.unit)}; what was in its worktree is kept`,
        next: `See where it went with: branchline costs; ${afterwards(failure, task)}`,
      };
    case 'no-progress':
      return {
        what: `The agent of ${task} went on without changing a file`,
        why: `The model answered ${failure.calls} times since the last change of a file`,
        next: `${look}; then: ${typed('retry', task)} --note "…"`,
      };
    case 'going-in-circles':
      return {
        what: `The agent of ${task} met with the same error again and again`,
        why: `${failure.times} times: ${failure.message}`,
        next: `${look}; then: ${typed('retry', task)} --note "…"`,
      };
    default:
      return unreachable(failure);
  }
}

/** What the run or the day has used up holds everybody back, and nobody has to be tried again by hand. */
function afterwards({ level }: Extract<Spending, { readonly reason: 'over-budget' }>, task: TaskId): string {
  const raise = 'raise budget in the plan (branchline amend PLAN)';
  if (level === 'run') return `${raise}, and it goes on`;
  return level === 'day' ? `it goes on after midnight, or ${raise}` : `${raise}, then: ${typed('retry', task)}`;
}

const BUDGETS = { attempt: 'this attempt', task: 'the task', run: 'the run', day: 'the day' } as const;
