import type { Leases } from '../core/ports/leases.ts';
import type { Repository } from '../core/ports/git.ts';
import type { Queue } from '../core/ports/queue.ts';
import type { Store } from '../core/ports/store.ts';
import type { Clock } from '../core/time.ts';
import type { EngineParts } from '../engine/parts.ts';
import type { ProcessHost } from '../process/processes.ts';
import type { Environment } from '../system/environment.ts';

/** One repository with its state file, opened. What a desk needs of the real world. */
export type Opened = {
  readonly repository: Repository;
  readonly store: Store;
  readonly leases: Leases;
  readonly queue: Queue;
  readonly processes: ProcessHost;
  readonly clock: Clock;
  readonly environment: Environment;
  /** Everything that is kept for this repository lies below it. */
  readonly folder: string;
  readonly ignoreCase: boolean;
  /** How this program is started again: the script that Node runs. */
  readonly program: readonly string[];
  /** The last word on what the engine works with: tests put their boundaries around it. */
  readonly wrapParts: (parts: EngineParts) => EngineParts;
};
