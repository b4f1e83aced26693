import type { Result } from '../result.ts';

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
