import type { TaskId } from '../plan.ts';

/** Who comes before whom through others too; each task's answer is made when first asked for and kept. */
export class Ancestry {
  readonly #before: (id: TaskId) => readonly TaskId[];
  readonly #known = new Map<TaskId, ReadonlySet<TaskId>>();

  constructor(before: (id: TaskId) => readonly TaskId[]) {
    this.#before = before;
  }

  of(id: TaskId): ReadonlySet<TaskId> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const found = new Set(this.#before(id));
    // The set grows while it is walked. A set that is known already saves walking what lies behind it.
    for (const each of found) for (const next of this.#known.get(each) ?? this.#before(each)) found.add(next);
    found.delete(id);
    this.#known.set(id, found);
    return found;
  }

  /** Whether one of the two comes before the other. */
  relates(a: TaskId, b: TaskId): boolean {
    return this.of(a).has(b) || this.of(b).has(a);
  }
}
