import type { Plan, TaskId } from './plan.ts';
import { orderOf } from './priority.ts';
import type { Relations } from './relation.ts';
import { stagesOf, wavesOf } from './stages.ts';

/** Everything that follows from a plan alone, made once per plan. */
export class PlanIndex {
  readonly plan: Plan;
  readonly relations: Relations;
  readonly #positions: ReadonlyMap<TaskId, number>;
  readonly #ranks: Int32Array;
  readonly #waves: Int32Array | null;
  readonly #stages: Int32Array | null;
  /** How many attempts may work at once; `readers` are those of read-only tasks. */
  readonly places: Places;

  /** `isRead`: nothing will be decided by it, so that the order of urgency need not be worked out. */
  constructor(plan: Plan, relations: Relations, isRead = false) {
    this.plan = plan;
    this.relations = relations;
    this.#positions = new Map(plan.tasks.map(({ id }, position) => [id, position]));
    this.#ranks = new Int32Array(plan.tasks.length);
    const inPlanOrder = isRead && !plan.batches.strict && plan.continue === 'auto';
    const urgent = inPlanOrder ? plan.tasks.keys() : orderOf(plan, relations);
    for (const [rank, position] of [...urgent].entries()) this.#ranks[position] = rank;
    const order = [...this.#ranks];
    this.#waves = plan.batches.strict ? wavesOf(plan, { relations, order }) : null;
    this.#stages = plan.continue === 'auto' ? null : stagesOf(plan, { relations, order });
    this.places = placesOf(plan);
  }

  get isStrict(): boolean {
    return this.#waves !== null;
  }

  get isStaged(): boolean {
    return this.#stages !== null;
  }

  rankOf(id: TaskId): number | null {
    const position = this.#positions.get(id);
    return position === undefined ? null : (this.#ranks[position] ?? null);
  }

  /** Tasks of this plan that must have landed before `id` starts. */
  before(id: TaskId): readonly TaskId[] {
    return this.#positions.has(id) ? this.relations.before(id) : [];
  }

  behind(id: TaskId): readonly TaskId[] {
    return this.#positions.has(id) ? this.relations.behind(id) : [];
  }

  waveOf(id: TaskId): number {
    return this.#waves?.[this.#positions.get(id) ?? -1] ?? 0;
  }

  stageOf(id: TaskId): number {
    return this.#stages?.[this.#positions.get(id) ?? -1] ?? 0;
  }
}

export type Places = { readonly writers: number; readonly readers: number | null };

/** Places of a plan. Sequential work has one; read-only tasks share the others' places unless they have their own. */
export function placesOf({ agents, parallel, tasks }: Plan): Places {
  const sequential = !parallel.enabled || (tasks.length < parallel.minTasks && !parallel.force);
  if (sequential) return { writers: 1, readers: null };
  return { writers: agents.max ?? Number.POSITIVE_INFINITY, readers: agents.maxReadonly };
}
