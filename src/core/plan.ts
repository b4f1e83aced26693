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
  /** `per-group`: one group (or wave) per invocation, then the run pauses. */
  readonly continue: 'auto' | 'per-group';
  readonly approval: 'none' | 'plan';
  readonly attempts: AttemptLimits;
  readonly timeout: Timeouts;
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
};

export type AgentUse = {
  readonly driver: 'command' | 'acp';
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Attempts that share an account share its cap and its limits. */
  readonly account: string | null;
  /** At most so many attempts of this account at once; null: no cap of its own. */
  readonly accountMax: number | null;
  /** The brief is always a file; `true` also writes it to standard input. */
  readonly briefOnStdin: boolean;
  readonly timeout: Partial<Timeouts>;
};

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
