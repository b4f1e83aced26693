import { type Entry, isTaskEvent, type TaskEvent } from '../../core/event.ts';
import type { TaskId } from '../../core/plan.ts';
import type { Instant } from '../../core/time.ts';

/** What the journal says of the work on one task beyond its status. */
export type Work = {
  /** How many tasks had been started before it, itself included; null: it never was. */
  readonly order: number | null;
  /** The last attempt that was started; 0: none. */
  readonly attempt: number;
  /** The slot that the last attempt worked in; null: none yet, or another task has it by now. */
  readonly slot: number | null;
  /** How long agents have been at work on it, all attempts together. */
  readonly work_ms: number;
};

export const NO_WORK: Work = { order: null, attempt: 0, slot: null, work_ms: 0 };

type Counted = { -readonly [Key in keyof Work]: Work[Key] } & { since: Instant | null };

/** Counts `entries` (all of the run, in order). Who is still at work at `end` is counted up to then. */
export function workOf(
  entries: readonly Entry[],
  end: Instant,
): { readonly byTask: ReadonlyMap<TaskId, Work>; readonly slots: readonly number[] } {
  const byTask = new Map<TaskId, Counted>();
  const holders = new Map<number, Counted>();
  let started = 0;
  for (const { at, event } of entries) {
    if (!isTaskEvent(event)) continue;
    const known = byTask.get(event.task) ?? { ...NO_WORK, since: null };
    byTask.set(event.task, known);
    if (event.type === 'task-started') known.order ??= ++started;
    if (event.type === 'worktree-ready') take(holders, known, event.slot);
    count(known, event, at);
  }
  for (const each of byTask.values()) close(each, end);
  return { byTask, slots: [...holders.keys()].sort((a, b) => a - b) };
}

function take(holders: Map<number, Counted>, known: Counted, slot: number): void {
  const before = holders.get(slot);
  if (before !== undefined && before !== known) before.slot = null;
  known.slot = slot;
  holders.set(slot, known);
}

function count(known: Counted, event: TaskEvent, at: Instant): void {
  switch (event.type) {
    case 'task-started':
      close(known, at);
      known.since = at;
      known.attempt = event.attempt;
      return;
    case 'agent-ended':
    case 'task-asked':
    case 'task-reported':
    case 'task-taken-over':
    case 'task-cancelled':
    case 'attempt-failed':
      close(known, at);
      return;
    default:
      return;
  }
}

function close(known: Counted, at: Instant): void {
  if (known.since !== null) known.work_ms += Math.max(0, at - known.since);
  known.since = null;
}
