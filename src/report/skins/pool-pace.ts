import { estimatesOf } from '../../core/priority.ts';
import { isOver } from '../task-rows.ts';
import type { SkinRun } from './skin-run.ts';

const MINUTE_MS = 60_000;

/** How fast a run is, by the instants in its journal. */
export type Pace = {
  readonly elapsed_ms: number;
  /** What agents worked, all together: so long it takes one after the other. */
  readonly work_ms: number;
  /** null: nothing to go by. */
  readonly left_ms: number | null;
  /** How many agents were at work on average; null: no time has passed. */
  readonly speedup: number | null;
};

/**
 * What is left goes on as what has landed went: its time by the time that the plan gave it. It takes as long as the
 * longest chain, or as all of it on the places that there are, whichever is more.
 */
export function paceOf({ plan, status, tasks, elapsed_ms }: SkinRun): Pace {
  const work_ms = tasks.reduce((sum, { work }) => sum + work.work_ms, 0);
  const speedup = elapsed_ms > 0 ? work_ms / elapsed_ms : null;
  const minutes = estimatesOf(plan);
  let [measured_ms, given_min, left_min] = [0, 0, 0];
  for (const { is, task, work } of tasks) {
    const estimate = task === null ? 0 : minutes(task);
    if (!isOver(is.state)) left_min += estimate;
    if (is.state !== 'landed' || work.work_ms === 0) continue;
    measured_ms += work.work_ms;
    given_min += estimate;
  }
  if (given_min === 0) return { elapsed_ms, work_ms, left_ms: null, speedup };
  const pace = measured_ms / (given_min * MINUTE_MS);
  const longest = Math.max(status.criticalPath.minutes, left_min / (status.places.max ?? Number.POSITIVE_INFINITY));
  return { elapsed_ms, work_ms, left_ms: longest * MINUTE_MS * pace, speedup };
}
