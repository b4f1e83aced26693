import type { Entry } from '../core/event.ts';
import type { TaskId } from '../core/plan.ts';
import type { Store } from '../core/ports/store.ts';
import { readEntries } from './run-view.ts';

const MINUTE_MS = 60_000;
/** Older runs say little about today's agents. */
const RUNS_MAX = 5;

/** Minutes that the tasks of a plan took in its last runs (median of attempts that reported), by task. Only what was seen. */
export async function minutesSeen(store: Store, plan: string): Promise<ReadonlyMap<TaskId, number>> {
  const runs = (await store.runs())
    .filter((each) => each.plan === plan)
    .sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, RUNS_MAX);
  const seen = new Map<TaskId, number[]>();
  for (const { run } of runs) {
    for (const [task, minutes] of attemptsIn(await readEntries(store, run))) {
      seen.set(task, [...(seen.get(task) ?? []), minutes]);
    }
  }
  return new Map([...seen].map(([task, minutes]) => [task, median(minutes)]));
}

/** How long each attempt that reported worked, in minutes. */
function attemptsIn(entries: readonly Entry[]): readonly (readonly [TaskId, number])[] {
  const startedAt = new Map<string, number>();
  const worked: (readonly [TaskId, number])[] = [];
  for (const { event, at } of entries) {
    if (event.type === 'task-started') startedAt.set(`${event.task}\0${event.attempt}`, at);
    if (event.type !== 'task-reported') continue;
    const from = startedAt.get(`${event.task}\0${event.attempt}`);
    if (from !== undefined) worked.push([event.task, (at - from) / MINUTE_MS]);
  }
  return worked;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
