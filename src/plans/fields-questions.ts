import { z } from 'zod';
import { QUESTION_POLICIES } from '../core/plan.ts';
import { field, kinds as k } from './kinds.ts';

const policy = k.choice(QUESTION_POLICIES);

/** What becomes of questions; at plan and task level, and in settings. The nearest that is given wins, word by word. */
export const questions = k.either('one of live, park, forbid, or a map', [
  policy,
  z.strictObject({
    policy: field(policy, {
      about:
        'live: the agent may wait a while for the answer. park: it is ended at once, and goes on when there is one. forbid: it has to assume something and say so.',
      unit: 'one word',
      default: 'live',
      example: 'park',
    }),
    wait: field(k.duration, {
      about: 'How long an agent may wait before it is parked.',
      unit: 'duration',
      default: '45s',
      example: '2m',
    }),
    deadline: field(k.duration, {
      about: 'After how long "default" answers. Without it nobody ever answers for a person.',
      unit: 'duration',
      default: null,
      example: '4h',
    }),
    default: field(k.template, {
      about: 'What is answered then. Of a question with options it must be one of them, or a person is waited for.',
      unit: 'text',
      default: null,
      example: 'no',
    }),
  }),
]);
