import type { Result } from '../core/result.ts';
import type { Checkpoint } from '../report/checkpoint.ts';
import type { Refusal } from '../report/explanation.ts';

/** What is kept of a run for whoever goes on with it. */
export interface RoundsDesk {
  /** Writes a checkpoint of the run as it stands, and says where. */
  checkpoint(run: string): Promise<Result<WrittenCheckpoint, Refusal>>;
  /** Those that were written so far, oldest first. */
  checkpoints(run: string): Promise<readonly ListedCheckpoint[]>;
}

export type WrittenCheckpoint = {
  readonly checkpoint: Checkpoint;
  readonly file: string;
  readonly brief: string;
};

export type ListedCheckpoint = Pick<Checkpoint, 'seq' | 'at' | 'reasons' | 'state'> & {
  readonly file: string;
  readonly brief: string;
};
