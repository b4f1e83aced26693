import { DEFAULT_FAMILIES, DEFAULT_MODES, DEFAULT_QUESTIONS } from '../core/agent-defaults.ts';
import type {
  AgentSettings,
  AgentUse,
  AttemptLimits,
  Budget,
  Command,
  Plan,
  Scope,
  Task,
  Timeouts,
} from '../core/plan.ts';
import type { AgentsInput, AttemptsInput, PlanInput, TaskInput, TimeoutInput } from './fields.ts';
import { budgetOf, ownBudgetOf } from './fields-budget.ts';
import { milliseconds } from './kinds.ts';

/** What stands beside the plan file: settings of the user, and what was said on the command line. */
export type PlanSettings = {
  readonly agent?: string;
  /** null: unlimited. */
  readonly max?: number | null;
  readonly maxReadonly?: number | null;
  readonly use?: Readonly<Record<string, AgentUse>>;
  readonly notify?: Partial<Plan['notify']>;
};
/** `over` wins over the plan (flags, environment); `under` fills what the plan leaves open (configuration files). */
export type Surroundings = { readonly over?: PlanSettings; readonly under?: PlanSettings };

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
  const budget = budgetOf(input.budget);
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
    agents: agentsOf(input.agents, fill),
    undeclared: input.undeclared ?? 'allow',
    outOfScope: input['out-of-scope'] ?? 'reject',
    overlap: input.overlap ?? 'stop',
    batches: { strict: input.batches?.strict ?? false, size: input.batches?.size ?? null },
    continue: input.continue === 'per-group' ? 'per-group' : 'auto',
    approval: input.approval === 'plan' ? 'plan' : 'none',
    attempts: { ...ATTEMPTS, ...attemptsOf(input.attempts) },
    timeout: { ...TIMEOUTS, ...timeoutsOf(input.timeout) },
    questions: DEFAULT_QUESTIONS,
    budget,
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

/** The agent of tasks that name none: said outright, or the only one there is; null if it is nobody's. */
export function defaultAgent(input: AgentsInput | undefined, { under, over }: Surroundings): string | null {
  const said = over?.agent ?? input?.default ?? under?.agent;
  if (said !== undefined) return said;
  const own = Object.keys(input?.use ?? {});
  const all = own.length > 0 ? own : Object.keys({ ...under?.use, ...over?.use });
  return all.length === 1 ? (all[0] ?? null) : null;
}

function agentsOf(input: AgentsInput | undefined, around: Surroundings): AgentSettings {
  const { under, over } = around;
  const own = Object.entries(input?.use ?? {}).flatMap(([name, use]) => {
    const filled = agentUseOf(use);
    return filled ? [[name, filled] as const] : [];
  });
  const places = (said: number | 'unlimited' | undefined) => (said === 'unlimited' ? null : said);
  return {
    default: defaultAgent(input, around) ?? '',
    max: firstOf(over?.max, places(input?.max), under?.max, 3) ?? null,
    maxReadonly: firstOf(over?.maxReadonly, places(input?.['max-readonly']), under?.maxReadonly, 5) ?? null,
    use: { ...under?.use, ...Object.fromEntries(own), ...over?.use },
    aliases: {},
    families: DEFAULT_FAMILIES,
    modes: DEFAULT_MODES,
  };
}

/** null is a value here (unlimited); only what was not said is passed over. */
const firstOf = <T>(...values: readonly (T | undefined)[]): T | undefined =>
  values.find((value) => value !== undefined);

type UseInput = NonNullable<AgentsInput['use']>[string];

/** null for an agent that only a later version can drive: `readPlan` has said so. */
export function agentUseOf(input: UseInput): AgentUse | null {
  const driver = input.driver ?? 'command';
  if ((driver !== 'command' && driver !== 'acp') || input.command === undefined) return null;
  return {
    driver,
    command: typeof input.command === 'string' ? ['sh', '-c', input.command] : input.command,
    profile: null,
    model: null,
    tiers: {},
    prompt: null,
    fallback: null,
    permissions: 'scope',
    env: input.env ?? {},
    account: input.account ?? null,
    accountMax: input['account-max'] ?? null,
    briefOnStdin: input['brief-on-stdin'] ?? false,
    timeout: timeoutsOf(input.timeout),
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
    model: null,
    mode: null,
    account: null,
    permissions: null,
    questions: {},
    budget: ownBudgetOf(input.budget, budget),
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

function attemptsOf(input: AttemptsInput | undefined): Partial<AttemptLimits> {
  if (typeof input !== 'object') return given({ max: input });
  const backoff_ms = input.backoff === undefined ? undefined : milliseconds(input.backoff);
  return given({ max: input.max, conflict: input.conflict, backoff_ms });
}

/** One duration is short for the wall clock. */
function timeoutsOf(input: TimeoutInput | undefined): Partial<Timeouts> {
  if (typeof input !== 'object') return given({ wall_ms: clockOf(input) });
  return given({
    firstEvent_ms: clockOf(input['first-event']),
    silence_ms: clockOf(input.silence),
    afterResult_ms: clockOf(input['after-result']),
    wall_ms: clockOf(input.wall),
  });
}

const clockOf = (text: string | undefined): number | null | undefined =>
  text === undefined ? undefined : text === 'off' ? null : milliseconds(text);

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that nobody gave, so that what lies below shows through. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const commandsOf = (value: string | readonly Command[] | undefined): readonly Command[] =>
  typeof value === 'string' ? [value] : (value ?? []);
