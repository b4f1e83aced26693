import { RankedSet } from './ranked.ts';
import { isActive, type TaskRecord } from './record.ts';
import type { TaskStateName } from './task.ts';
import { Usage } from './usage.ts';

/** Which tasks are in which state, kept with each change so that a decision never looks at all of them. */
export class TaskSets {
  readonly usage = new Usage();
  readonly #byState = new Map<TaskStateName, Set<TaskRecord>>();
  readonly #ready = new RankedSet();
  readonly #byRank: TaskRecord[] = [];
  readonly #unblocked = new Set<TaskRecord>();

  clear(): void {
    this.usage.clear();
    this.#byState.clear();
    this.#unblocked.clear();
    this.#byRank.length = 0;
    for (const rank of [...this.#ready]) this.#ready.delete(rank);
  }

  enter(each: TaskRecord): void {
    const { is } = each.state;
    this.#setOf(is).add(each);
    this.#byRank[each.rank] = each;
    if (is === 'ready') this.#ready.add(each.rank);
    if (isActive(is)) this.usage.begin(each);
    this.freed(each);
  }

  leave(each: TaskRecord): void {
    const { is } = each.state;
    this.#byState.get(is)?.delete(each);
    if (is === 'ready') this.#ready.delete(each.rank);
    if (is === 'waiting') this.#unblocked.delete(each);
    if (isActive(is)) this.usage.end(each);
  }

  /** To be told when nothing stands before a task any more. */
  freed(each: TaskRecord): void {
    if (each.state.is === 'waiting' && each.missing === 0) this.#unblocked.add(each);
  }

  in(state: TaskStateName): readonly TaskRecord[] {
    return [...(this.#byState.get(state) ?? [])];
  }

  count(states: readonly TaskStateName[]): number {
    return states.reduce((sum, state) => sum + (this.#byState.get(state)?.size ?? 0), 0);
  }

  get unblocked(): ReadonlySet<TaskRecord> {
    return this.#unblocked;
  }

  /** Ready tasks, most urgent first. */
  *ready(): Iterable<TaskRecord> {
    for (const rank of this.#ready) {
      const found = this.#byRank[rank];
      if (found !== undefined) yield found;
    }
  }

  #setOf(state: TaskStateName): Set<TaskRecord> {
    const known = this.#byState.get(state);
    if (known !== undefined) return known;
    const made = new Set<TaskRecord>();
    this.#byState.set(state, made);
    return made;
  }
}
