import type { QuestionRules } from '../core/plan.ts';
import type { QuestionsInput } from './fields.ts';
import { durationOf } from './fill-clocks.ts';
import { given } from './given.ts';

/** What is said about questions; one word is the policy. */
export function questionsOf(input: QuestionsInput | undefined): Partial<QuestionRules> {
  if (typeof input !== 'object') return given({ policy: input });
  return given({
    policy: input.policy,
    wait_ms: durationOf(input.wait),
    deadline_ms: durationOf(input.deadline),
    default: input.default,
  });
}
