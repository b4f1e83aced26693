import { z } from 'zod';
import type { Entry, Remedy, RunEvent } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { BUDGET_LEVELS, type Plan } from '../core/plan.ts';
import type { Question } from '../core/question.ts';

/** Shapes of what is written for other programs, tied to the types of the core: the compiler finds a field that is missing. */
const text = z.string();
const texts = z.array(text);
const count = z.int().min(0);
const instant = z.number().meta({ description: 'Milliseconds since the epoch.' });
const code = z.int().nullable();
const took_ms = z.number().min(0);
const limit_ms = z.number().min(0);
const oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

const because = <R extends string, S extends z.ZodRawShape>(reason: R, shape: S) =>
  z.object({ reason: z.literal(reason), ...shape });

export const failure = z
  .discriminatedUnion('reason', [
    because('agent-missing', { program: text }),
    because('exited', { code: z.int(), tail: text }),
    because('signalled', { signal: text, tail: text }),
    because('no-first-event', { limit_ms }),
    because('silent', { limit_ms }),
    because('hung-after-result', { limit_ms }),
    because('over-time', { limit_ms }),
    because('agent-error', { message: text }),
    because('engine-stopped', {}),
    because('past-deadline', { limit_ms }),
    because('limited', {
      limit: z.enum(['burst', 'window', 'weekly', 'credits', 'overload', 'network']),
      until: instant.nullable(),
      message: text,
    }),
    because('login', { message: text }),
    because('context-full', { message: text }),
    because('unknown-model', { model: text, message: text }),
    because('session-lost', { session: text, message: text }),
    because('answered-late', { question: text }),
    because('over-budget', {
      level: z.enum(BUDGET_LEVELS),
      unit: z.enum(['tokens', 'usd']),
      spent: z.number().min(0),
      cap: z.number().min(0),
    }),
    because('no-progress', { calls: count }),
    because('going-in-circles', { message: text, times: count }),
    because('no-change', {}),
    because('work-elsewhere', { refs: texts }),
    because('out-of-scope', { paths: texts }),
    because('nested-repository', { paths: texts }),
    because('conflict', { paths: texts, onto: text }),
    because('check-failed', { command: text, code, log: text, tail: text }),
    because('tampered-checks', { paths: texts }),
    because('missing-artifacts', { paths: texts }),
    because('setup-failed', { command: text, code, tail: text }),
    because('brief-missing', { file: text }),
    because('workspace', { message: text }),
  ])
  .meta({ id: 'failure' }) satisfies z.ZodType<Failure>;

export const question = z.object({
  id: text,
  kind: z.enum(['choice', 'free', 'approve', 'scope']),
  text,
  options: texts,
  paths: z.exactOptional(texts),
  deadline: instant.nullable().meta({ description: 'When the default answers it; null: only a person does.' }),
  default: text.nullable(),
}) satisfies z.ZodType<Question>;

const remedy = z
  .discriminatedUnion('do', [
    z.object({ do: z.literal('rest'), until: instant, counts: z.boolean() }),
    z.object({ do: z.literal('ask'), question }),
    z.object({ do: z.literal('block') }),
    z.object({ do: z.literal('give-up') }),
  ])
  .meta({ id: 'remedy' }) satisfies z.ZodType<Remedy>;

/** The whole plan as it was read; only the journal has it. */
const plan = z
  .custom<Plan>((value) => typeof value === 'object' && value !== null)
  .meta({ type: 'object', description: 'The plan as it was read, every default filled in.' });

const ofRun = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape });
const ofTask = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), task: text, attempt: count, ...shape });

const check = { command: text, code, log: text, took_ms };
const planEvents = { planHash: text } as const;

const budgeted = {
  level: z.enum(BUDGET_LEVELS),
  of: text.nullable(),
  unit: z.enum(['tokens', 'usd']),
  spent: z.number().min(0),
  cap: z.number().min(0),
  unpriced: count.meta({ description: 'Tokens whose money nobody knows, which a cap of money does not count.' }),
  until: instant.nullable(),
};
const spent = z.object({
  fresh: count,
  cacheRead: count,
  cacheWrite: count,
  output: count,
  usd: z.number().min(0).nullable(),
  model: text.nullable(),
});

const runEvents = [
  ofRun('engine-started', { pid: z.int(), host: text }),
  ofRun('engine-stopped', { why: z.enum(['ended', 'waiting', 'paused', 'interrupted']) }),
  ofRun('run-paused', { by: text }),
  ofRun('run-resumed', { by: text }),
  ofRun('target-moved', { from: oid, to: oid }),
  ofRun('account-limited', { account: text, until: instant, message: text }),
  ofRun('account-pressed', { account: text, message: text }),
  ofRun('budget-warning', budgeted),
  ofRun('budget-reached', budgeted),
  ofRun('final-check-finished', check),
] as const;
const created = { ...planEvents, repository: text, base: text, target: text };
const amended = { ...planEvents, by: text };

const taskEvents = [
  ofTask('task-ready', {}),
  ofTask('task-started', { agent: text, account: text.nullable() }),
  ofTask('worktree-ready', { slot: z.int(), path: text, base: oid, took_ms }),
  ofTask('agent-started', { pid: z.int(), startTime: text, host: text, log: text }),
  ofTask('agent-session', { session: text, model: text.nullable(), version: text.nullable() }),
  ofTask('agent-spent', { spent }),
  ofTask('agent-progress', { done: count, of: count, text }),
  ofTask('agent-ended', { code, signal: text.nullable(), took_ms }),
  ofTask('task-stopping', { because: failure }),
  ofTask('task-reported', { commit: oid, base: oid, files: count, claim: text }),
  ofTask('task-verifying', { onto: oid }),
  ofTask('check-finished', check),
  ofTask('task-verified', { merged: z.object({ commit: oid, onto: oid }) }),
  ofTask('task-landing', {}),
  ofTask('task-landed', { commit: oid }),
  ofTask('landing-lost', { tip: oid }),
  ofTask('attempt-failed', { because: failure, then: remedy, rescue: text.nullable() }),
  ofTask('task-woken', {}),
  ofTask('question-raised', { question }),
  ofTask('task-asked', { question }),
  ofTask('note-left', { text, by: text }),
  ofTask('words-delivered', { count }),
  ofTask('question-answered', { question: text, answer: text, by: text }),
  ofTask('task-retried', { by: text, note: text.nullable() }),
  ofTask('task-taken-over', { commit: oid, base: oid, files: count, by: text }),
  ofTask('task-skipped', { because: text }),
  ofTask('task-cancelled', { by: text }),
  ofTask('worktree-rescued', { ref: text, why: text }),
] as const;

export const runEvent = z.discriminatedUnion('type', [
  ofRun('run-created', { ...created, plan }),
  ofRun('plan-amended', { ...amended, plan }),
  ofRun('run-ended', {}),
  ...runEvents,
  ...taskEvents,
]) satisfies z.ZodType<RunEvent>;

/** An event as it stands in the journal. */
export const entry = z.object({ run: text, seq: count, at: instant, event: runEvent }) satisfies z.ZodType<Entry>;

const stateCounts = z.record(text, count);
const head = {
  v: z.literal(1).meta({ description: 'Version of this shape. Fields may be added to it, none is removed.' }),
  run: text,
  seq: count.meta({ description: 'Number of the event in its run, without gaps in the journal.' }),
  at: z.iso.datetime(),
};

/** The last line of every stream. */
const endLine = z.object({
  ...head,
  type: z.literal('run-ended'),
  state: z.enum(['ended', 'waiting', 'paused', 'interrupted', 'deadlocked']),
  target: text,
  ...{ landed: count, failed: count, waiting: count, skipped: count, cancelled: count },
  exit: z.int().min(0).max(255),
  counts: stateCounts,
});

/** One line of `run --json`: an event laid flat. Plans are left out of it. */
export const streamLine = z.discriminatedUnion('type', [
  ofRun('run-created', created).extend(head),
  ofRun('plan-amended', amended).extend(head),
  endLine,
  ...runEvents.map((event) => event.extend(head)),
  ...taskEvents.map((event) => event.extend(head)),
]);
