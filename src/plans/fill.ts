import { DEFAULT_QUESTIONS } from '../core/agent-defaults.ts';
import type { AttemptLimits, Budget, Command, Plan, Scope, Task, Timeouts } from '../core/plan.ts';
import type { PlanInput, TaskInput } from './fields.ts';
import { budgetOf, ownBudgetOf } from './fields-budget.ts';
import { agentsOf } from './fill-agents.ts';
import { attemptsOf, timeoutsOf } from './fill-clocks.ts';
import { questionsOf } from './fill-questions.ts';
import { given } from './given.ts';
import { milliseconds } from './kinds.ts';
import type { Surroundings } from './surroundings.ts';

type Fill = Surroundings & {
  /** Name of a plan that gives itself none. */
  readonly name: string;
  /** In the order of the document; objects put names like `10` first. */
  readonly order: readonly string[];
};

const TIMEOUTS: Timeouts = {
  firstEvent_ms: 5 * 60_000,
  silence_ms: 15 * 60_000,
  afterResult_ms: 60_000,
  wall_ms: 2 * 3_600_000,
};
const ATTEMPTS: AttemptLimits = { max: 3, conflict: 2, backoff_ms: 10_000 };

/** A plan with every default filled in. The input must have passed the schema and `senseOf`. */
export function fillPlan(input: PlanInput, fill: Fill): Plan {
  const name = input.plan ?? fill.name;
  const { under, over } = fill;
  const budget = budgetOf(input.budget, fill);
  return {
    name,
    base: input.base ?? null,
    target: input.target ?? null,
    envRequired: listOf(input['env-required']),
    setup: commandsOf(input.setup),
    teardown: commandsOf(input.teardown),
    checks: commandsOf(input.checks),
    finalChecks: commandsOf(input['final-checks']),
    shared: listOf(input.shared),
    keep: listOf(input.keep),
    agents: agentsOf(input, fill),
    undeclared: input.undeclared ?? 'allow',
    outOfScope: input['out-of-scope'] ?? 'reject',
    overlap: input.overlap ?? 'stop',
    batches: { strict: input.batches?.strict ?? false, size: input.batches?.size ?? null },
    continue: input.continue ?? 'auto',
    profile: input.profile ?? null,
    approval: input.approval === 'plan' ? 'plan' : 'none',
    attempts: { ...ATTEMPTS, ...attemptsOf(input.attempts) },
    attemptsInAll: (typeof input.attempts === 'object' ? input.attempts.all : undefined) ?? null,
    deadline: input.deadline === undefined ? null : Date.parse(input.deadline),
    timeout: { ...TIMEOUTS, ...timeoutsOf(input.timeout) },
    questions: { ...DEFAULT_QUESTIONS, ...under?.questions, ...questionsOf(input.questions), ...over?.questions },
    budget,
    briefTemplate: null,
    branch: (input.branch ?? 'branchline/{run}/{task}').replaceAll('{plan}', name),
    notify: { command: null, webhook: null, ...under?.notify, ...given(input.notify ?? {}), ...over?.notify },
    ...rulesOf(input),
    tasks: fill.order.map((id) => fillTask(id, input.tasks?.[id] ?? {}, budget)),
  };
}

function rulesOf({ parallel, cleanup, land }: PlanInput): Pick<Plan, 'parallel' | 'cleanup' | 'land'> {
  const side = typeof parallel === 'object' ? parallel : { enabled: parallel };
  const tidy = typeof cleanup === 'object' ? cleanup : { auto: cleanup };
  const landing = typeof land === 'object' ? land : { as: land };
  return {
    parallel: {
      enabled: side.enabled ?? true,
      minTasks: side['min-tasks'] ?? 2,
      force: side.force ?? false,
    },
    cleanup: { auto: tidy.auto ?? true, failed: tidy.failed ?? false },
    land: { as: landing.as === 'squash' ? 'squash' : 'merge', message: landing.message ?? null },
  };
}

function fillTask(id: string, input: TaskInput, budget: Budget): Task {
  return {
    id,
    title: input.title ?? id,
    brief: briefOf(input.brief),
    steps: listOf(input.steps),
    done: listOf(input.done),
    needs: [...new Set(listOf(input.needs))],
    reads: listOf(input.reads),
    scope: scopeOf(input.scope),
    kind: input.kind ?? 'code',
    artifacts: listOf(input.artifacts),
    resources: [...new Set(listOf(input.resources))],
    priority: input.priority ?? 0,
    estimate_min: minutesOf(input.estimate),
    agent: input.agent ?? null,
    model: input.model ?? null,
    mode: input.mode ?? null,
    account: input.account ?? null,
    permissions: input.permissions ?? null,
    questions: questionsOf(input.questions),
    budget: ownBudgetOf(input, budget),
    checks: commandsOf(input.checks),
    setup: commandsOf(input.setup),
    timeout: timeoutsOf(input.timeout),
    attempts: attemptsOf(input.attempts),
    noChange: noChangeOf(input['no-change']),
    env: input.env ?? {},
    issues: [...new Set([...listOf(input.issue), ...listOf(input.issues)])],
    labels: listOf(input.labels),
    group: input.group ?? null,
    owner: input.owner ?? null,
  };
}

/** One word that looks like a file of the repository is one; anything else is the text itself. */
export const isBriefFile = (brief: string): boolean =>
  /^\S+$/.test(brief) && (brief.includes('/') || /\.(md|markdown|txt|rst|adoc)$/i.test(brief));

function briefOf(brief: TaskInput['brief']): Task['brief'] {
  if (brief === undefined) return null;
  if (typeof brief !== 'string') return brief.file === undefined ? { text: brief.text ?? '' } : fileOf(brief.file);
  return isBriefFile(brief) ? fileOf(brief) : { text: brief };
}

const fileOf = (file: string): { readonly file: string } => ({ file: file.replace(/^(\.\/)+/, '') });

function scopeOf(scope: TaskInput['scope']): Scope | null {
  if (scope === undefined) return null;
  if (typeof scope === 'string' || Array.isArray(scope)) return { may: listOf(scope), mayNot: [] };
  return { may: listOf(scope.may), mayNot: listOf(scope['may-not']) };
}

function noChangeOf(input: TaskInput['no-change']): Task['noChange'] {
  if (typeof input === 'string') return { allowed: true, reason: input };
  if (typeof input !== 'object') return { allowed: false, reason: null };
  return { allowed: input.allowed ?? false, reason: input.reason ?? null };
}

function minutesOf(estimate: number | string | undefined): number | null {
  return typeof estimate === 'string' ? milliseconds(estimate) / 60_000 : (estimate ?? null);
}

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const commandsOf = (value: string | readonly Command[] | undefined): readonly Command[] =>
  typeof value === 'string' ? [value] : (value ?? []);
