import type { TaskId } from '../core/plan.ts';

/** A run in made-up time. Times are minutes from its start. */
export type Simulation = {
  readonly schedule: readonly ScheduledTask[];
  readonly places: number;
  readonly makespan_min: number;
  /** No schedule of this plan can be shorter. */
  readonly lowerBound_min: number;
  /** Share of place-minutes in use, 0 to 1. */
  readonly use: number;
};
export type ScheduledTask = {
  readonly task: TaskId;
  readonly start: number;
  readonly end: number;
  readonly place: number;
};
