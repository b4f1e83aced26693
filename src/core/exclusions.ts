import type { TaskId } from './plan.ts';
import type { Relation, Relations } from './relation.ts';

export type Exclusion = { readonly by: TaskId; readonly relation: Relation };

/** Who holds what others would write: the scopes of all tasks from their start until they have landed or ended. */
export class Exclusions {
  readonly #held = new Set<TaskId>();
  readonly #known = new Map<TaskId, Exclusion>();

  get held(): ReadonlySet<TaskId> {
    return this.#held;
  }

  set(id: TaskId, held: boolean): void {
    if (held) this.#held.add(id);
    else this.#held.delete(id);
  }

  clear(): void {
    this.#held.clear();
    this.#known.clear();
  }

  /**
   * The task that holds what `id` would write, or null. An answer is remembered for as long as the holder holds: with
   * thousands of tasks ready, most wait for the same few.
   */
  of(id: TaskId, relations: Relations): Exclusion | null {
    const known = this.#known.get(id);
    if (known !== undefined && this.#held.has(known.by)) return known;
    const others = new Set(this.#held);
    others.delete(id);
    for (let found = relations.excludedBy(id, others); found !== null; found = relations.excludedBy(id, others)) {
      // Resources are held by attempts at work alone, which `Usage` counts.
      if (found.relation.relation === 'exclusive' && found.relation.reason !== 'resource') {
        this.#known.set(id, found);
        return found;
      }
      others.delete(found.by);
    }
    return null;
  }
}
