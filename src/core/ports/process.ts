import type { Failure } from '../failure.ts';
import type { Result } from '../result.ts';
import type { AttemptKey } from './store.ts';

/** A process that may outlive us: a pid alone can be recycled, so its start time belongs to its name. */
export type ProcessId = { readonly pid: number; readonly startTime: string };

export type CommandSpec = {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** File whose bytes become standard input; null: /dev/null. */
  readonly stdin: string | null;
  /** Standard output and error, in one file, bounded. */
  readonly log: string;
  readonly logBytes_max: number;
  /** Value of BRANCHLINE_MARK in the environment of the process and so of everything that it starts. */
  readonly mark: string;
  readonly wall_ms: number | null;
};
export type Exit = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly took_ms: number;
  readonly timedOut: boolean;
  /** Last lines of the log, at most 4 KiB, control characters made visible. */
  readonly tail: string;
};

export interface Processes {
  /** Runs to the end in a process group of its own, then ends whatever it left behind. The program may be missing. */
  run(
    spec: CommandSpec,
    signal: AbortSignal,
  ): Promise<Result<Exit, { readonly reason: 'missing'; readonly program: string }>>;
  /** Everything alive that carries the mark or works below `dir`. */
  find(mark: string, dir: string | null): Promise<readonly ProcessId[]>;
  /** TERM to the whole tree, grace, KILL; resolves when all are seen gone. */
  end(mark: string, dir: string | null, grace_ms: number): Promise<void>;
  isAlive(id: ProcessId): boolean;
  /** Processor time used so far by everything alive that carries the mark; null where the system does not tell. */
  cpu_ms(mark: string): Promise<number | null>;
}

/** One driver per kind of agent, all behind this. Nothing an agent says is more than a report. */
export interface AgentDriver {
  readonly name: string;
  start(spec: AgentSpec, on: (event: AgentEvent) => void): Promise<Result<AgentSession, Failure>>;
}
export type AgentSpec = {
  readonly key: AttemptKey;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The brief, as a file. */
  readonly brief: string;
  readonly briefOnStdin: boolean;
  readonly log: string;
  readonly logBytes_max: number;
  readonly mark: string;
};
export interface AgentSession {
  readonly id: ProcessId;
  /** Resolves once the process and its group are gone. */
  readonly ended: Promise<AgentEnd>;
  /** TERM to the tree, grace, KILL. */
  stop(grace_ms: number): Promise<void>;
}
export type AgentEnd = {
  readonly exit: Exit;
  /** What the driver makes of it: a claim to be checked, a failure, or a question without an answer. */
  readonly outcome:
    | { readonly is: 'report'; readonly claim: string }
    | { readonly is: 'failure'; readonly failure: Failure }
    | { readonly is: 'question'; readonly text: string };
};
export type AgentEvent =
  | { readonly type: 'started' }
  | { readonly type: 'output'; readonly bytes: number }
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool';
      readonly kind: string;
      readonly title: string;
      readonly paths: readonly string[];
      readonly status: string;
    }
  | { readonly type: 'plan'; readonly items: readonly { readonly text: string; readonly done: boolean }[] }
  | {
      readonly type: 'permission';
      readonly title: string;
      readonly paths: readonly string[];
      readonly granted: boolean;
    }
  | { readonly type: 'result' }
  | { readonly type: 'unknown'; readonly raw: string };
