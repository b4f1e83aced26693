import type { CheckReport } from '../core/check.ts';
import type { Entry } from '../core/event.ts';
import type { TaskId } from '../core/plan.ts';
import type { Capabilities } from '../core/ports/agent.ts';
import type { RunSummary } from '../core/ports/store.ts';
import type { Result } from '../core/result.ts';
import type { Spending } from '../core/spent.ts';
import type { Status } from '../core/status.ts';
import type { Instant } from '../core/time.ts';
import type { PlacedDiagnostic } from '../report/diagnostic-text.ts';
import type { ExitCode, Refusal } from '../report/explanation.ts';
import type { Simulation } from '../report/gantt.ts';
import type { ImportSummary } from '../report/import-text.ts';
import type { TextPlan, TextWish } from './plan-text-port.ts';
import type { PoolDesk } from './pool-port.ts';
import type { PromptOptions, WrittenPrompts } from './prompts-port.ts';
import type { RoundsDesk } from './rounds-port.ts';
import type { TrackerDesk } from './tracker-port.ts';

/**
 * All that the commands ask of the rest of the program. Opening a world is cheap: stores and repositories are opened by
 * the first method that needs them, so that `--help` and `status` start fast.
 */
export interface World {
  /** Absolute; after `-C`. */
  readonly cwd: string;
  readonly flags: Flags;
  readonly io: Io;
  /** First Ctrl-C (or SIGTERM) aborts `drain`, the second one `kill`. Commands that wait listen to them. */
  readonly signals: Signals;
  now(): Instant;
  /** The name of the day that an instant is in, where this machine is: `2026-11-24`. */
  dayOf(at: Instant): string;
  /** The same program in another folder: the demo makes a repository and then works in it. */
  at(dir: string): Promise<World>;
  close(): Promise<void>;

  readonly plans: PlanDesk;
  readonly runs: RunDesk;
  readonly host: HostDesk;
  readonly pool: PoolDesk;
  readonly trackers: TrackerDesk;
  readonly rounds: RoundsDesk;
}

/** What a person typed before or after any command. */
export type Flags = {
  readonly dir: string | null;
  readonly json: boolean;
  /** null: decided by the terminal and the environment. */
  readonly colour: boolean | null;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** false: never ask a question on this terminal. */
  readonly input: boolean;
};

/** The terminal. `out` is for what was asked for, `err` for everything else; both take whole text, line ends included. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** True when `err` goes to a terminal that can be repainted (not `TERM=dumb`, not in CI). */
  readonly isTTY: boolean;
  /** True when a person can be asked: standard input and `err` are terminals, and neither `--no-input` nor CI forbids it. */
  readonly interactive: boolean;
  /** Of the terminal that `err` goes to. */
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
  /** The same of `out`: `Infinity` when it is no terminal, so that nothing is cut off in a pipe or a file. */
  readonly outColumns: number;
  readonly outColour: boolean;
  /** Findings are also wanted as workflow commands of GitHub Actions. */
  readonly annotates: boolean;
  /** One line that a person typed, without its line end; null when there is nobody to ask. */
  ask(question: string): Promise<string | null>;
}

export type Signals = {
  readonly drain: AbortSignal;
  readonly kill: AbortSignal;
  /** Which signal came first; null while none has. */
  name(): 'SIGINT' | 'SIGTERM' | null;
};

/** Plans as files: nothing here starts a run. `path` null means the plan that the configuration or the folder names. */
export interface PlanDesk {
  check(path: string | null): Promise<Result<CheckedPlan, Refusal>>;
  simulate(path: string | null, options: SimulateOptions): Promise<Result<Simulation, Refusal>>;
  /** Prompts for people who launch agents by hand; none at all if anything is wrong. Writes them only with `out`. */
  prompts(path: string | null, options: PromptOptions): Promise<Result<WrittenPrompts, Refusal>>;
  /** A commented plan for the repository at hand. Writes it only with `write`. */
  init(options: {
    readonly file: string | null;
    readonly force: boolean;
    readonly write: boolean;
  }): Promise<Result<PlanDraft, Refusal>>;
  /** A plan from another system's files. Nothing is written unless `out` says where, or if anything is wrong. */
  import(options: {
    /** A file, a folder, `-` for standard input, or a place of a tracker. */
    readonly path: string;
    /** Name of the format; null: it is found out. */
    readonly from: string | null;
    /** Which issues of a tracker. */
    readonly label: string | null;
    readonly out: string | null;
    readonly force: boolean;
  }): Promise<Result<ImportedPlan, Refusal>>;
  /** A plan of a request in a person's words. What is no list is planned by an agent, in a run that changes nothing. */
  text(wish: TextWish): Promise<Result<TextPlan, Refusal>>;
}

/** `report` is null when the plan could not be read at all; `diagnostics` then say why. */
export type CheckedPlan = {
  readonly file: string;
  readonly report: CheckReport | null;
  /** All of them, placed in the file, errors first. */
  readonly diagnostics: readonly PlacedDiagnostic[];
};
/** `plan` is null if anything is wrong; `diagnostics` then say what. */
export type ImportedPlan = ImportSummary & { readonly file: string | null; readonly plan: string | null };
export type SimulateOptions = { readonly places: number | null; readonly batches: boolean };
export type PlanDraft = { readonly file: string; readonly text: string; readonly found: readonly string[] };

/** Runs of this repository: read by anyone at any time, driven by one engine, commanded from anywhere. */
export interface RunDesk {
  list(): Promise<readonly ListedRun[]>;
  /** The run that `id` (or an unambiguous beginning of it) names; null: the newest run of this repository. */
  resolve(id: string | null): Promise<Result<string, Refusal>>;
  status(run: string): Promise<Status>;
  /** Entries with `seq > after`. */
  entries(run: string, after: number): Promise<readonly Entry[]>;
  /** Those entries, then each further one as it is written, until `signal` aborts. */
  follow(run: string, after: number, signal: AbortSignal): AsyncIterable<Entry>;
  /** By every run of this repository since midnight. */
  spentToday(): Promise<Spending>;
  command(run: string, command: RunCommand): Promise<Result<void, Refusal>>;
  amend(run: string, path: string, options: { readonly apply: boolean }): Promise<Result<Amendment, Refusal>>;
  /** Reads, checks and approves a plan and makes its run durable. Nothing works on it yet. */
  start(path: string | null, options: StartOptions): Promise<Result<StartedRun, Refusal>>;
  /** Runs the engine here until the run ended or nothing is left that it can do; `drain` and `kill` of `signals` end it sooner. */
  drive(run: string, options: DriveOptions): Promise<Result<void, Refusal>>;
  /** Starts the engine in a background process and returns. */
  detach(run: string, options: DriveOptions): Promise<Result<{ readonly pid: number }, Refusal>>;
  /** null: the task has no worktree now. */
  worktreeOf(run: string, task: TaskId): Promise<{ readonly dir: string; readonly base: string } | null>;
  /** What the task changed so far, as a patch; empty when nothing. */
  diff(run: string, task: TaskId): Promise<Result<string, Refusal>>;
  /** The log of an attempt (null: the newest) as it is, in pieces; with `follow` also what comes later. */
  log(run: string, task: TaskId, options: LogOptions): Promise<Result<AsyncIterable<string>, Refusal>>;
}

export type ListedRun = RunSummary & {
  readonly endedAt: Instant | null;
  readonly landed: number;
  readonly tasks: number;
};
export type RunCommand =
  | { readonly do: 'pause' | 'resume' }
  /** `task` null: every task that has not ended. */
  | { readonly do: 'cancel'; readonly task: TaskId | null }
  | { readonly do: 'retry'; readonly task: TaskId; readonly note: string | null }
  | { readonly do: 'answer'; readonly question: string; readonly answer: string }
  | { readonly do: 'tell'; readonly task: string; readonly text: string }
  /** Takes what is in the task's worktree over as its result. */
  | { readonly do: 'take'; readonly task: TaskId };

export type Amendment = {
  readonly added: readonly TaskId[];
  readonly dropped: readonly TaskId[];
  readonly changed: readonly { readonly task: TaskId; readonly fields: readonly string[] }[];
  /** What follows from it, one sentence each (work that is stopped, tasks that wait longer). */
  readonly consequences: readonly string[];
  readonly applied: boolean;
};

export type StartOptions = {
  /** `--yes`: approves this plan's hash once. */
  readonly yes: boolean;
  /** `--approve HASH`: approves exactly that hash. */
  readonly approve: string | null;
  readonly target: string | null;
  readonly places: number | null;
  readonly agent: string | null;
  readonly updateCheckout: boolean;
};
/** `notices`: what a person must know before it starts, e.g. that the target is checked out and where the work lands instead. */
export type StartedRun = { readonly run: string; readonly notices: readonly string[] };
/** `maxWait_ms` null: limits are waited for however long they last. */
export type DriveOptions = { readonly maxWait_ms: number | null; readonly interactive: boolean };
export type LogOptions = {
  readonly attempt: number | null;
  readonly follow: boolean;
  readonly signal: AbortSignal;
};

/** This machine: settings, what is kept where, programs that a person looks with. */
export interface HostDesk {
  gcPlan(): Promise<readonly Garbage[]>;
  /** Removes exactly `garbage`, as far as it still is garbage; returns what it removed. */
  gcPerform(garbage: readonly Garbage[]): Promise<readonly Garbage[]>;
  doctor(): Promise<readonly Finding[]>;
  /** Every agent that is known or configured. Starts the programs of those that the person has, to ask for their version. */
  agents(): Promise<readonly AgentFound[]>;
  /** Names of the known agents whose program is there. Starts nothing. */
  installed(): Promise<readonly string[]>;
  /** All settings, or the ones whose key is `key`; empty when there is none of that name. */
  settings(key: string | null): Promise<readonly Setting[]>;
  /** Makes a small real repository with a plan that runs without any agent installed. */
  demo(dir: string | null): Promise<Result<{ readonly dir: string; readonly plan: string }, Refusal>>;
  /** `$SHELL` in `dir` on this terminal; its exit code. */
  shell(dir: string): Promise<number>;
  /** The person's editor on `path`; false when none is configured. */
  edit(path: string): Promise<boolean>;
  /** Writes a whole file for a person (a report); the folder must exist. */
  write(path: string, text: string): Promise<Result<void, Refusal>>;
  /** The `notify` command and webhook of the plan, if it names any. Never fails a run. */
  notify(run: string, message: string): Promise<void>;
}

export type Garbage = {
  readonly kind: string;
  readonly name: string;
  readonly why: string;
  readonly bytes: number | null;
};
export type Finding = {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly next: string | null;
};
/** One agent as `branchline agents` tells of it. */
export type AgentFound = {
  readonly name: string;
  /** What its maker calls it; null: only the settings know it. */
  readonly title: string | null;
  /** `known`, or the file that describes it. */
  readonly from: string;
  readonly driver: string;
  readonly profile: string | null;
  readonly command: readonly string[];
  /** null: whichever it takes by itself. */
  readonly model: string | null;
  readonly tiers: Readonly<Record<string, string>>;
  readonly account: string | null;
  readonly permissions: string;
  readonly fallback: string | null;
  readonly installed: boolean;
  /** Whether its program was started to ask for its version. One that a file in the repository names never is, nor a plain program. */
  readonly asked: boolean;
  readonly version: string | null;
  readonly tested: { readonly from: string; readonly to: string } | null;
  /** Whether the version is one of those; null: it is not known, or the driver is for any. */
  readonly inRange: boolean | null;
  readonly capabilities: Capabilities;
  /** How it is installed; null: nobody knows. */
  readonly install: string | null;
};
export type Setting = {
  readonly key: string;
  readonly value: string;
  /** Which source won: a flag, a variable, a file, or the default. */
  readonly from: string;
  /** Every source that named it, the winner first. */
  readonly sources: readonly { readonly from: string; readonly value: string }[];
};

/** What `main.ts` gives to `runProgram`: a terminal, and a way to the rest that is taken only when a command acts. */
export interface Shell {
  readonly io: Io;
  readonly version: string;
  open(flags: Flags): Promise<World>;
}

/** A command file's one export, `act`: carries the command out and says how it ended. Refusals are thrown to nobody: `refuse` prints them. */
export type Act = (world: World, input: Input) => Promise<ExitCode>;
/** Words and options as typed, keyed by their names in the table of commands. */
export type Input = {
  readonly args: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
};
