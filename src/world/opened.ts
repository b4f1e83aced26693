import type { Leases } from '../core/ports/leases.ts';
import type { PoolTable } from '../core/ports/pool.ts';
import type { Queue } from '../core/ports/queue.ts';
import type { Store } from '../core/ports/store.ts';
import type { Prices } from '../core/prices.ts';
import type { Clock } from '../core/time.ts';
import type { EngineParts } from '../engine/parts.ts';
import type { HubRepository } from '../git/hub-repository.ts';
import type { ProcessHost } from '../process/processes.ts';
import type { Environment } from '../system/environment.ts';

/** One repository's state file, opened: all that looking at a run needs. */
export type State = {
  readonly store: Store;
  readonly leases: Leases;
  readonly queue: Queue;
  readonly pool: PoolTable;
  readonly clock: Clock;
  readonly environment: Environment;
  /** The user's checkout. */
  readonly root: string;
  /** Everything that is kept for this repository lies below it. */
  readonly folder: string;
  readonly ignoreCase: boolean;
};

/** The state together with the repository itself: what working on a run needs. */
export type Opened = State & {
  readonly repository: HubRepository;
  readonly processes: ProcessHost;
  /** What models cost the person who runs it, as the settings say. */
  readonly prices: Prices;
  /** How this program is started again: the script that Node runs. */
  readonly program: readonly string[];
  /** The last word on what the engine works with: tests put their boundaries around it. */
  readonly wrapParts: (parts: EngineParts) => EngineParts;
};
