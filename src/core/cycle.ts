import type { TaskId } from './plan.ts';

/** A cycle among `ids` as a path that ends where it began, or null. Only steps that stay among `ids` count. */
export function cycleAmong(
  ids: readonly TaskId[],
  before: (id: TaskId) => readonly TaskId[],
): readonly TaskId[] | null {
  const among = new Set(ids);
  const cleared = new Set<TaskId>();
  for (const start of ids) {
    // Whatever follows only one step each time ends on a cycle or at a task that needs nothing more among `ids`.
    const path: TaskId[] = [];
    const at = new Map<TaskId, number>();
    for (let id: TaskId | undefined = start; id !== undefined; ) {
      const seen = at.get(id);
      if (seen !== undefined) return [...path.slice(seen), id];
      at.set(id, path.length);
      path.push(id);
      id = before(id).find((need) => among.has(need) && !cleared.has(need));
      if (id === undefined) {
        const done = path.pop();
        if (done === undefined) break;
        at.delete(done);
        cleared.add(done);
        id = path.pop();
        if (id !== undefined) at.delete(id);
      }
    }
  }
  return null;
}
