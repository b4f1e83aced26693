import { z } from 'zod';
import type { Cap } from '../core/plan.ts';
import type { Spending } from '../core/spent.ts';
import type { Status, TaskStatus } from '../core/status.ts';
import { failure, question } from './wire-events.ts';

const text = z.string();
const texts = z.array(text);
const maybe = text.nullable();
const count = z.int().min(0);
const instant = z.number().meta({ description: 'Milliseconds since the epoch.' });

const STATES = [
  ...(['waiting', 'ready', 'working', 'asking', 'stopping', 'resting', 'reported', 'verifying', 'verified'] as const),
  ...(['landing', 'landed', 'blocked', 'failed', 'skipped', 'cancelled'] as const),
] as const;
const state = z.enum(STATES);

export const runState = z.enum(['running', 'paused', 'waiting', 'deadlocked', 'interrupted', 'ended']);

/** A sum of what agents spent. */
export const spending = z
  .object({
    fresh: count.meta({ description: 'Tokens of input that were read for the first time.' }),
    cacheRead: count,
    cacheWrite: count,
    output: count,
    usd: z.number().min(0).meta({ description: 'US dollars, as far as prices are known.' }),
    unpriced: count.meta({ description: 'Tokens whose money nobody knows, which "usd" leaves out.' }),
  })
  .meta({ id: 'spending' }) satisfies z.ZodType<Spending>;

export const cap = z
  .object({ tokens: count.nullable(), usd: z.number().min(0).nullable() })
  .meta({ description: 'null: no cap.' }) satisfies z.ZodType<Cap>;

const task = z.object({
  id: text,
  title: text,
  state,
  since: instant,
  attempt: count.meta({ description: 'The attempt at hand; 0 before the first.' }),
  attempts: z.object({ used: count, max: count }),
  agent: text,
  worktree: maybe,
  base: maybe,
  progress: z.object({ done: count, of: count, text }).nullable(),
  steps: texts,
  waitingFor: texts,
  because: failure.nullable(),
  until: instant.nullable(),
  commit: maybe,
  landed: maybe,
  files: count.nullable(),
  rescued: texts,
  log: maybe,
  spent: spending,
}) satisfies z.ZodType<TaskStatus>;

/** What `status --json` prints. */
export const status = z.object({
  schemaVersion: z.literal(1),
  run: text,
  plan: text,
  state: runState,
  why: maybe,
  repository: text,
  base: text,
  target: text,
  createdAt: instant,
  endedAt: instant.nullable(),
  at: instant,
  seq: count,
  places: z.object({ used: count, max: count.nullable() }),
  counts: z.record(state, count),
  tasks: z.array(task),
  questions: z.array(question.extend({ task: text, since: instant })),
  finalChecks: z
    .object({ run: count, failed: count })
    .meta({ description: 'Checks of the target after everything has landed, as it stands now.' }),
  engine: z.object({ pid: z.int(), host: text }).nullable(),
  spent: spending,
  budget: cap,
  criticalPath: z.object({ minutes: z.number().min(0), tasks: texts }),
}) satisfies z.ZodType<Status>;
