import type { Asked } from '../core/question.ts';
import { APPROVAL_OPTIONS, isApproval, refusalReason } from './approval.ts';

/** What goes in front of a brief whose plan a person wants to see first. */
export const PLAN_WANTED =
  'Make a plan first. Read what you need, but change nothing yet. End your turn with the plan: a person reads it and says whether you may carry it out.\n\n';

/** Why a call that writes is refused while there is no plan yet. */
export const NO_WORK_YET = 'Only a plan is wanted for now; change nothing before it is approved.';

export const APPROVED = 'Your plan is approved. Carry it out now.';

const PLAN_LENGTH_MAX = 8_000;

/** The plan as a question. */
export const planQuestion = (plan: string): Asked => ({
  kind: 'approve',
  text: `${plan.trim().slice(0, PLAN_LENGTH_MAX) || 'The agent has not said what its plan is.'}\n\nMay it carry out this plan?`,
  options: APPROVAL_OPTIONS,
});

/** What is said to an answer that is no approval; null: it is one. */
export const objection = (answer: string): string | null => {
  if (isApproval(answer)) return null;
  const reason = refusalReason(answer);
  return `Your plan is not approved${reason === null ? '.' : `: ${reason}`}\nMake another plan; change nothing yet.`;
};
