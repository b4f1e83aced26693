import type { Instant } from './time.ts';

/**
 * What was asked for, after reading: every default filled in, every name checked. The readers in `plans/`
 * make it; nothing else does. Durations are milliseconds, sizes bytes, patterns as written by the author.
 */
export type TaskId = string;

/** A string runs with `sh -c`; a list is an argument vector and meets no shell. */
export type Command = string | readonly string[];

export type Plan = {
  readonly name: string;
  /** Branch (short name) where work starts; null: the branch checked out in the user's repository. */
  readonly base: string | null;
  /** Branch that the work lands on; null: `base`. */
  readonly target: string | null;
  /** Names of environment variables that must be set, or `run` refuses. */
  readonly envRequired: readonly string[];
  readonly setup: readonly Command[];
  readonly teardown: readonly Command[];
  readonly checks: readonly Command[];
  /** Run once on the target's tip after everything has landed. */
  readonly finalChecks: readonly Command[];
  /** Each pattern is a lock: tasks that may write below the same pattern never work at the same time. */
  readonly shared: readonly string[];
  /** Ignored paths (patterns) that survive in a slot between attempts. */
  readonly keep: readonly string[];
  readonly agents: AgentSettings;
  readonly parallel: { readonly enabled: boolean; readonly minTasks: number; readonly force: boolean };
  readonly undeclared: 'allow' | 'serialise' | 'refuse';
  readonly outOfScope: 'reject' | 'quarantine' | 'ask';
  readonly overlap: 'stop' | 'serialise' | 'branch';
  readonly batches: { readonly strict: boolean; readonly size: number | null };
  /**
   * When the run pauses by itself, to go on when a person says so. `per-group`: after each group (or wave). `per-batch-human`: after each
   * batch. `manual`: after all that could be started at the time.
   */
  readonly continue: 'auto' | 'per-group' | 'per-batch-human' | 'manual';
  readonly approval: 'none' | 'plan';
  /** The named way of working that its settings come from; null: none. */
  readonly profile: string | null;
  readonly attempts: AttemptLimits;
  /** Attempts that the whole run has; null or not there: any number. */
  readonly attemptsInAll?: number | null;
  readonly timeout: Timeouts;
  /** From then on nothing new starts; null or not there: never. */
  readonly deadline?: Instant | null;
  readonly questions: QuestionRules;
  readonly budget: Budget;
  /** The repository's own text for briefs, with placeholders; null: Branchline's. */
  readonly briefTemplate: string | null;
  /** Branch name template of an attempt, e.g. `{run}/{task}`. */
  readonly branch: string;
  readonly land: { readonly as: 'merge' | 'squash'; readonly message: string | null };
  readonly notify: { readonly command: Command | null; readonly webhook: string | null };
  readonly cleanup: { readonly auto: boolean; readonly failed: boolean };
  readonly tasks: readonly Task[];
};

export type AgentSettings = {
  readonly default: string;
  /** Places: how many attempts may work at once. null: unlimited. */
  readonly max: number | null;
  readonly maxReadonly: number | null;
  readonly use: Readonly<Record<string, AgentUse>>;
  /** Other names: an agent with a model and a text in front of the brief. */
  readonly aliases: Readonly<Record<string, AgentAlias>>;
  /** Which agent works with which models: beginnings of model names, the longest that fits wins. */
  readonly families: Readonly<Record<string, string>>;
  /** What a mode of work means, by its name. */
  readonly modes: Readonly<Record<string, ModeUse>>;
};

export const DRIVERS = ['command', 'acp', 'claude', 'codex'] as const;
export type DriverName = (typeof DRIVERS)[number];

export const LAUNCH_MODES = ['unattended', 'plan-first', 'ask', 'read-only'] as const;
/** `unattended`: it works through; `plan-first`: it shows a plan and waits; `ask`: it stops at checkpoints; `read-only`: it writes nothing. */
export type LaunchMode = (typeof LAUNCH_MODES)[number];

/** The sizes of models that a mode of work can ask for. */
export const TIERS = ['small', 'medium', 'large'] as const;

export const PERMISSIONS = ['scope', 'ask', 'bypass'] as const;
/** `scope`: what its scope allows is allowed, all else refused with the reason. `ask`: a person is asked about the rest. `bypass`: nothing is refused. */
export type Permissions = (typeof PERMISSIONS)[number];

export type AgentUse = {
  readonly driver: DriverName;
  readonly command: readonly string[];
  /** Which of the ACP agents it is (`gemini`, `opencode`, `copilot`, …); null: any. */
  readonly profile: string | null;
  /** null: whichever the agent takes by itself. */
  readonly model: string | null;
  /** Models by tier, for modes of work that name a tier. */
  readonly tiers: Readonly<Record<string, string>>;
  /** Text in front of the brief; null: none. */
  readonly prompt: string | null;
  /** Name under `use` of the agent that stands in when this one is not there or does not know the model; null: nobody. */
  readonly fallback: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** Attempts that share an account share its cap and its limits. */
  readonly account: string | null;
  /** At most so many attempts of this account at once; null: no cap of its own. */
  readonly accountMax: number | null;
  /** The brief is always a file; `true` also writes it to standard input. */
  readonly briefOnStdin: boolean;
  readonly permissions: Permissions;
  readonly timeout: Partial<Timeouts>;
};

/** `agent`: a name under `use`, or another alias. */
export type AgentAlias = { readonly agent: string; readonly model: string | null; readonly prompt: string | null };

/** What `mode: tdd` and the like stand for. `tier`: which of the agent's models, by its name under `tiers`; null: its own. */
export type ModeUse = { readonly launch: LaunchMode; readonly tier: string | null };

export const QUESTION_POLICIES = ['live', 'park', 'forbid'] as const;

export type QuestionRules = {
  /** `live`: the agent may wait for the answer; `park`: it is ended at once; `forbid`: it has to assume something and say so. */
  readonly policy: (typeof QUESTION_POLICIES)[number];
  /** How long it may wait before it is parked. */
  readonly wait_ms: number;
  /** After how long `default` answers; null: never. */
  readonly deadline_ms: number | null;
  readonly default: string | null;
};

export const BUDGET_LEVELS = ['attempt', 'task', 'run', 'day'] as const;
export type BudgetLevel = (typeof BUDGET_LEVELS)[number];

/** null: no cap. */
export type Cap = { readonly tokens: number | null; readonly usd: number | null };
export type Budget = Readonly<Record<BudgetLevel, Cap>>;

/** Total numbers, the first included. */
export type AttemptLimits = { readonly max: number; readonly conflict: number; readonly backoff_ms: number };

/** The four clocks of an attempt. null: that clock does not run. */
export type Timeouts = {
  readonly firstEvent_ms: number | null;
  readonly silence_ms: number | null;
  readonly afterResult_ms: number | null;
  readonly wall_ms: number | null;
};

export type Scope = { readonly may: readonly string[]; readonly mayNot: readonly string[] };

export type Task = {
  readonly id: TaskId;
  readonly title: string;
  /** The text itself, or a file of the repository that holds it. */
  readonly brief: { readonly text: string } | { readonly file: string } | null;
  readonly steps: readonly string[];
  /** What success is, numbered by position. */
  readonly done: readonly string[];
  /** Tasks that must have landed before this one starts. */
  readonly needs: readonly TaskId[];
  /** Patterns that this task reads: it starts after the tasks that write them. */
  readonly reads: readonly string[];
  /** null: undeclared. */
  readonly scope: Scope | null;
  readonly kind: 'code' | 'research' | 'docs' | 'chore';
  readonly artifacts: readonly string[];
  readonly resources: readonly string[];
  /** Higher goes first among equals; default 0. */
  readonly priority: number;
  readonly estimate_min: number | null;
  readonly agent: string | null;
  readonly model: string | null;
  /** A name of `agents.modes`. */
  readonly mode: string | null;
  /** In place of the agent's own. */
  readonly account: string | null;
  readonly permissions: Permissions | null;
  readonly questions: Partial<QuestionRules>;
  readonly budget: Partial<Pick<Budget, 'attempt' | 'task'>>;
  readonly checks: readonly Command[];
  readonly setup: readonly Command[];
  readonly timeout: Partial<Timeouts>;
  readonly attempts: Partial<AttemptLimits>;
  /** A task that may end without a change, and why that is fine. */
  readonly noChange: { readonly allowed: boolean; readonly reason: string | null };
  readonly env: Readonly<Record<string, string>>;
  /** Tracker references, e.g. `github:acme/shop#41`. One issue belongs to one task. */
  readonly issues: readonly string[];
  readonly labels: readonly string[];
  readonly group: string | null;
  readonly owner: string | null;
};

/** A research task only reads the tree: what it may write is its artifacts. */
export const isReadOnly = ({ kind }: Task): boolean => kind === 'research';
