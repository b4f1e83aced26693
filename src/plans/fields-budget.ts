import { z } from 'zod';
import { NO_CAP } from '../core/agent-defaults.ts';
import type { Budget, Cap } from '../core/plan.ts';
import { field, kinds as k } from './kinds.ts';

const dollars = z
  .number({ error: 'a number of US dollars' })
  .min(0, { error: '!is less than 0' })
  .max(1_000_000_000, { error: '!is more than 1000000000' });

/** Both caps of one level. `of`: whose, as the end of a sentence. */
const capsFor = (of: string) => ({
  dollars: field(dollars, {
    about: `US dollars that ${of} may cost. What is of unknown price is not counted.`,
    unit: 'US dollars',
    default: 'no cap',
    example: 20,
  }),
  tokens: field(k.whole(0, 1_000_000_000_000), {
    about: `Tokens of all kinds that ${of} may use up.`,
    unit: 'tokens',
    default: 'no cap',
    example: 5_000_000,
  }),
});

const level = (about: string, of: string) =>
  field(z.strictObject(capsFor(of), { error: 'a map with "dollars" and "tokens"' }), {
    about,
    unit: 'map',
    default: 'no cap',
    example: { dollars: 5 },
  });

const attempt = level('Of each attempt.', 'an attempt');

/** `dollars` and `tokens` by themselves are the run's. */
export const planBudget = z.strictObject(
  {
    ...capsFor('the run'),
    attempt,
    task: level('Of each task, all its attempts together.', 'a task'),
    day: level('Of every run of this repository together, from midnight to midnight where this machine is.', 'a day'),
  },
  { error: 'a map of caps, such as { dollars: 20 }' },
);

/** `dollars` and `tokens` by themselves are the task's. */
export const taskBudget = z.strictObject(
  { ...capsFor('the task, in all its attempts,'), attempt },
  { error: 'a map of caps, such as { dollars: 5 }' },
);

type CapInput = { readonly dollars?: number | undefined; readonly tokens?: number | undefined };

/** What is not said is as `otherwise` has it. */
const capOf = (said: CapInput | undefined, otherwise: Cap = NO_CAP): Cap => ({
  tokens: said?.tokens ?? otherwise.tokens,
  usd: said?.dollars ?? otherwise.usd,
});

/** The budget of a plan, every level filled in. */
export const budgetOf = (said: z.output<typeof planBudget> | undefined): Budget => ({
  attempt: capOf(said?.attempt),
  task: capOf(said?.task),
  run: capOf(said),
  day: capOf(said?.day),
});

/** A task's own caps; one that it does not name stays the plan's. */
export const ownBudgetOf = (
  said: z.output<typeof taskBudget> | undefined,
  plan: Budget,
): Partial<Pick<Budget, 'attempt' | 'task'>> =>
  said === undefined ? {} : { attempt: capOf(said.attempt, plan.attempt), task: capOf(said, plan.task) };
