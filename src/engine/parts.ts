import type { Day } from '../core/budget.ts';
import type { DriverName, Plan, Task } from '../core/plan.ts';
import type { AgentDriver } from '../core/ports/agent.ts';
import type { Desks } from '../core/ports/desk.ts';
import type { Oid, RefName, Repository } from '../core/ports/git.ts';
import type { Leases } from '../core/ports/leases.ts';
import type { Processes } from '../core/ports/process.ts';
import type { Queue } from '../core/ports/queue.ts';
import type { AttemptKey, Store } from '../core/ports/store.ts';
import type { PriceTable } from '../core/prices.ts';
import type { RunView } from '../core/run.ts';
import type { Clock, Instant } from '../core/time.ts';

/** What the engine needs of the world. It knows ports, never vendors. */
export type EngineParts = {
  readonly store: Store;
  readonly leases: Leases;
  readonly queue: Queue;
  readonly repository: Repository;
  readonly processes: Processes;
  readonly drivers: Readonly<Record<DriverName, AgentDriver>>;
  readonly clock: Clock;
  /** Chance in [0, 1): jitter of waits. */
  readonly random: () => number;
  readonly files: RunFiles;
  /** Made once per plan: an empty view, ready to apply the journal to. */
  readonly freshView: () => RunView;
  /** Paths among `paths` that `task` may not touch. */
  readonly outOfScope: (plan: Plan, task: Task) => (paths: readonly string[]) => readonly string[];
  /** Environment variables that every program we start may see. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the person's own variables, those that a plan asks for by name. */
  readonly variables: (names: readonly string[]) => Readonly<Record<string, string>>;
  /** Those of the person's own variables whose names are among these; a name that ends in `*` stands for all that begin so. */
  readonly matching: (names: readonly string[]) => Readonly<Record<string, string>>;
  /** The person's own HOME; null: there is none. */
  readonly home: string | null;
  /** Folders by which agents ask and tell. */
  readonly desks: Desks;
  /** The program that gives agents our tools; null: agents get none. */
  readonly agentTools: readonly string[] | null;
  readonly host: string;
  readonly pid: number;
  /** What tokens cost where an agent does not say it itself. */
  readonly prices: PriceTable;
  /** The day around an instant, as the person's calendar has it: budgets of a day begin anew at its midnight. */
  readonly day: (at: Instant) => Day;
};

/** Files of a run outside the repository: briefs, logs, reports. Text is written whole or not at all. */
export interface RunFiles {
  /** Folder of an attempt's files, made when asked for. */
  folder(key: AttemptKey): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** null when there is no such file; at most `bytes_max` of it. */
  read(path: string, bytes_max: number): Promise<string | null>;
}

/** What does not change while a run lasts. */
export type RunFacts = { readonly run: string; readonly base: Oid; readonly target: RefName };

/** An attempt's process group, set-up and checks all carry this mark. */
export const markOf = (run: string, task: string, attempt: number | string): string => `${run}/${task}/${attempt}`;
