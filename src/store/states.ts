import type { TaskState, TaskStateName } from '../core/task.ts';

/** A task state as it was written by us in the same schema version. */
export const parseState = (json: string): TaskState => JSON.parse(json) as TaskState;

/** States in which an attempt is at work, or its result on the way: only then can it be claimed. */
const live: ReadonlySet<TaskStateName> = new Set([
  'ready',
  'working',
  'asking',
  'stopping',
  'reported',
  'verifying',
  'verified',
  'landing',
]);

/** True while `attempt` is the one that the task is at, and is not over. */
export const isLive = (state: TaskState, attempt: number): boolean =>
  live.has(state.is) && 'attempt' in state && state.attempt === attempt;
