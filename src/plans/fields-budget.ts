import { z } from 'zod';
import { NO_CAP } from '../core/agent-defaults.ts';
import type { Budget, Cap } from '../core/plan.ts';
import { amount, dollarsIn, tokens, tokensIn } from './amounts.ts';
import { given } from './given.ts';
import { field, kinds as k } from './kinds.ts';
import type { Surroundings } from './surroundings.ts';

/** US dollars as a number. */
export const dollars = z
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
  tokens: field(tokens, {
    about: `Tokens of all kinds that ${of} may use up.`,
    unit: 'tokens',
    default: 'no cap',
    example: '5M',
  }),
});

const level = (about: string, of: string) =>
  field(
    k.either('a number of US dollars, a text such as "$5" or "200k tokens", or a map with "dollars" and "tokens"', [
      dollars,
      amount,
      z.strictObject(capsFor(of)),
    ]),
    { about, unit: 'US dollars, an amount, or a map', default: 'no cap', example: '200k tokens' },
  );

const attempt = level('Of each attempt.', 'an attempt');

const levels = {
  attempt,
  task: level('Of each task, all its attempts together.', 'a task'),
  day: level('Of every run of this repository together, from midnight to midnight where this machine is.', 'a day'),
};
const run = level('Of the run: the same as "dollars" and "tokens" by themselves.', 'the run');

/** `dollars` and `tokens` by themselves are the run's. */
export const planBudget = z.strictObject(
  { ...capsFor('the run'), ...levels, run },
  { error: 'a map of caps, such as { dollars: 20 }' },
);

/** `dollars` and `tokens` by themselves are the task's. */
export const taskBudget = z.strictObject(
  {
    ...capsFor('the task, in all its attempts,'),
    attempt,
    task: level('Of the task: the same as "dollars" and "tokens" by themselves.', 'the task'),
  },
  { error: 'a map of caps, such as { dollars: 5 }' },
);

export type CapInput = z.output<typeof run>;
export type BudgetInput = z.output<typeof planBudget>;
type TaskBudgetInput = z.output<typeof taskBudget>;

/** The caps that are named; a number is dollars, and a text says which of the two it is. */
export function capsIn(said: CapInput | undefined): Partial<Cap> {
  if (said === undefined) return {};
  if (typeof said === 'number') return { usd: said };
  if (typeof said !== 'string') {
    return given({
      usd: said.dollars,
      tokens: typeof said.tokens === 'string' ? (tokensIn(said.tokens) ?? undefined) : said.tokens,
    });
  }
  const usd = dollarsIn(said);
  return usd === null ? { tokens: tokensIn(said) } : { usd };
}

/** Caps as they are named, level by level. */
export const budgetDraft = (said: BudgetInput | undefined): Partial<Record<keyof Budget, Partial<Cap>>> =>
  said === undefined
    ? {}
    : {
        attempt: capsIn(said.attempt),
        task: capsIn(said.task),
        run: { ...capsIn({ dollars: said.dollars, tokens: said.tokens }), ...capsIn(said.run) },
        day: capsIn(said.day),
      };

/** The budget of a plan, every level filled in. A cap that it does not name is as its surroundings have it. */
export function budgetOf(said: BudgetInput | undefined, { under, over }: Surroundings): Budget {
  const own = budgetDraft(said);
  const cap = (of: keyof Budget): Cap => ({ ...NO_CAP, ...under?.budget?.[of], ...own[of], ...over?.budget?.[of] });
  return { attempt: cap('attempt'), task: cap('task'), run: cap('run'), day: cap('day') };
}

type OwnInput = { readonly budget?: TaskBudgetInput | undefined; readonly cost?: number | undefined };

/** A task's own caps; one that it does not name stays the plan's. `cost` is the money of the whole task, in one word. */
export function ownBudgetOf({ budget, cost }: OwnInput, plan: Budget): Partial<Pick<Budget, 'attempt' | 'task'>> {
  if (budget === undefined && cost === undefined) return {};
  const all = { ...capsIn(given({ dollars: budget?.dollars, tokens: budget?.tokens })), ...capsIn(budget?.task) };
  return {
    attempt: { ...plan.attempt, ...capsIn(budget?.attempt) },
    task: { ...plan.task, ...all, ...given({ usd: cost }) },
  };
}
