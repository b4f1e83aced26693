import type { TaskId } from './plan.ts';

/** How two tasks of a plan stand to each other. `after`: `b` starts after `a` has landed. */
export type Relation =
  | { readonly relation: 'free' }
  | {
      readonly relation: 'after' | 'exclusive' | 'branch';
      readonly reason: 'needs' | 'reads' | 'shared' | 'overlap' | 'resource' | 'undeclared';
      /** A path (or resource, or chain of needs) that shows it. */
      readonly witness: string;
    };

/** Who may run beside whom. Made once per plan by `relationsOf`; answers are exact and remembered. */
export interface Relations {
  between(a: TaskId, b: TaskId): Relation;
  /** Tasks that must have landed before `id` may start: its needs, and the writers of what it reads. */
  before(id: TaskId): readonly TaskId[];
  /** The tasks for which `id` is in `before`. */
  behind(id: TaskId): readonly TaskId[];
  /** The first of `held` that excludes `id`, or null: the question that dispatch asks. */
  excludedBy(id: TaskId, held: Iterable<TaskId>): { readonly by: TaskId; readonly relation: Relation } | null;
}
