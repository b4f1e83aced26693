import { chain, type Graph } from '../graph.ts';
import type { Plan, Task, TaskId } from '../plan.ts';
import type { Relation, Relations } from '../relation.ts';
import { ok, type Result } from '../result.ts';
import { OverlapIndex } from '../scope/overlap-index.ts';
import type { PatternError } from '../scope/reader.ts';
import { has, intersect, type ScopeSet } from '../scope/scope.ts';
import { Ancestry } from './ancestry.ts';
import { isUndeclared, mayWrite, type PlanScopes, scopesOf } from './may-write.ts';
import { type ReadEdges, readEdges } from './reads.ts';

/** What the relations of a plan know beyond the port: what `check` asks. */
export interface PlanRelations extends Relations {
  /** Tasks with what comes directly before them. */
  readonly graph: Graph<TaskId>;
  /** Every task that is not simply free beside `id`, in plan order. */
  related(id: TaskId): readonly TaskId[];
  /** Whether `a` must have landed before `b` starts, directly or through others. */
  goesFirst(a: TaskId, b: TaskId): boolean;
  /** What a task may write; null: it declares nothing. */
  writes(id: TaskId): ScopeSet | null;
}

/** The witness where a question was too large to answer: the two are kept apart, which is always safe. */
export const UNDECIDED = '(too complex to decide)';

const FREE: Relation = { relation: 'free' };
/** Bounds the memory of answers; a run of 10,000 tasks asks some hundred thousand questions. */
const MOST_REMEMBERED = 200_000;

/** Who may run beside whom in this plan, or what is wrong with its patterns. */
export function relationsOf(
  plan: Plan,
  options: { readonly ignoreCase: boolean },
): Result<PlanRelations, readonly PatternError[]> {
  const scopes = scopesOf(plan, options);
  return scopes.ok ? ok(new Pairs(plan, scopes.value)) : scopes;
}

/** Those of `paths` that a task may not write. A scope that cannot be read allows nothing. */
export function auditPaths(
  task: Task,
  paths: readonly string[],
  options: { readonly ignoreCase: boolean },
): readonly string[] {
  const set = mayWrite(task, options);
  if (!set.ok) return paths;
  const { value } = set;
  return value === null ? [] : paths.filter((path) => !has(value, path));
}

class Pairs implements PlanRelations {
  readonly graph: Graph<TaskId>;
  readonly #plan: Plan;
  readonly #scopes: PlanScopes;
  readonly #tasks: ReadonlyMap<TaskId, Task>;
  readonly #numbers: ReadonlyMap<TaskId, number>;
  readonly #remembered = new Map<number, Relation>();
  readonly #before = new Map<TaskId, readonly TaskId[]>();
  readonly #needs: Ancestry;
  readonly #ancestry: Ancestry;
  readonly #descent: Ancestry;
  readonly #groups: ReadonlyMap<string, readonly TaskId[]>;
  #behind: ReadonlyMap<TaskId, readonly TaskId[]> | null = null;
  #writers: OverlapIndex<TaskId> | null = null;
  #edges: ReadEdges | null = null;
  #locks: ReadonlyMap<TaskId, ReadonlySet<number>> | null = null;

  constructor(plan: Plan, scopes: PlanScopes) {
    this.#plan = plan;
    this.#scopes = scopes;
    this.#tasks = new Map(plan.tasks.map((task) => [task.id, task]));
    this.#numbers = new Map(plan.tasks.map(({ id }, i) => [id, i]));
    this.graph = { ids: plan.tasks.map(({ id }) => id), before: (id) => this.before(id) };
    this.#needs = new Ancestry((id) => this.#tasks.get(id)?.needs ?? []);
    this.#ancestry = new Ancestry((id) => this.before(id));
    this.#descent = new Ancestry((id) => this.behind(id));
    this.#groups = groupsOf(plan);
  }

  writes(id: TaskId): ScopeSet | null {
    return this.#scopes.writes.get(id) ?? null;
  }

  before(id: TaskId): readonly TaskId[] {
    const known = this.#before.get(id);
    if (known !== undefined) return known;
    const needs = (this.#tasks.get(id)?.needs ?? []).filter((need) => this.#tasks.has(need));
    const before = [...new Set([...needs, ...(this.#reads().before.get(id) ?? [])])];
    this.#before.set(id, before);
    return before;
  }

  behind(id: TaskId): readonly TaskId[] {
    this.#behind ??= inverted(this.graph);
    return this.#behind.get(id) ?? [];
  }

  goesFirst(a: TaskId, b: TaskId): boolean {
    return this.#ancestry.of(b).has(a);
  }

  excludedBy(id: TaskId, held: Iterable<TaskId>): { readonly by: TaskId; readonly relation: Relation } | null {
    for (const by of held) {
      const relation = this.between(id, by);
      if (relation.relation === 'after' || relation.relation === 'exclusive') return { by, relation };
    }
    return null;
  }

  between(a: TaskId, b: TaskId): Relation {
    const [first, second] = [this.#numbers.get(a), this.#numbers.get(b)];
    if (first === undefined || second === undefined || first === second) return FREE;
    const key = Math.min(first, second) * this.#tasks.size + Math.max(first, second);
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const [low, high] = first < second ? [a, b] : [b, a];
    const relation = this.#ordered(low, high) ?? this.#excluded(low, high) ?? this.#beside(low, high) ?? FREE;
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, relation);
    return relation;
  }

  related(id: TaskId): readonly TaskId[] {
    const found = new Set<TaskId>([...this.#ancestry.of(id), ...this.#descent.of(id)]);
    for (const key of this.#groupsOf(id)) for (const other of this.#groups.get(key) ?? []) found.add(other);
    for (const other of this.#reads().exclusive.get(id) ?? []) found.add(other);
    const own = this.writes(id);
    const overlapping = own === null ? ok([]) : this.#index().meeting(own);
    for (const other of overlapping.ok ? overlapping.value : this.#tasks.keys()) found.add(other);
    for (const lock of this.#locksOf(id)) for (const other of this.#holders(lock)) found.add(other);
    if (this.#plan.undeclared !== 'allow') for (const other of this.#undeclaredPartners(id)) found.add(other);
    const number = (other: TaskId): number => this.#numbers.get(other) ?? -1;
    return [...found]
      .filter((other) => other !== id && this.#tasks.has(other) && this.between(id, other).relation !== 'free')
      .sort((x, y) => number(x) - number(y));
  }

  /** `after`, with the chain of who waits for whom, or the path that one reads and the other writes. */
  #ordered(a: TaskId, b: TaskId): Relation | null {
    if (!this.#ancestry.relates(a, b)) return this.#knotted(a, b);
    const [first, then] = this.goesFirst(a, b) ? [a, b] : [b, a];
    const direct = this.#reads().before.get(then)?.includes(first) === true;
    if (direct && !this.#needs.relates(a, b)) {
      return { relation: 'after', reason: 'reads', witness: this.#readPath(then, first) };
    }
    const needs = (id: TaskId): readonly TaskId[] => this.#tasks.get(id)?.needs ?? [];
    const links = chain(
      { ids: this.graph.ids, before: this.#needs.relates(a, b) ? needs : this.graph.before },
      then,
      first,
    );
    return { relation: 'after', reason: 'needs', witness: (links ?? [first, then]).join(' → ') };
  }

  /** Neither can go first, because the order that `reads` asks for runs in a circle. */
  #knotted(a: TaskId, b: TaskId): Relation | null {
    if (this.#reads().exclusive.get(a)?.has(b) !== true) return null;
    const path = this.#readPath(a, b);
    return { relation: 'exclusive', reason: 'reads', witness: path === '' ? this.#readPath(b, a) : path };
  }

  #readPath(reader: TaskId, writer: TaskId): string {
    const [reads, writes] = [this.#scopes.reads.get(reader), this.writes(writer)];
    if (reads === undefined || writes === null) return '';
    const path = intersect(reads, writes);
    return path.ok ? (path.value ?? '') : UNDECIDED;
  }

  /** What the author has to hear first comes first: an overlap outside the shared paths, then locks. */
  #excluded(a: TaskId, b: TaskId): Relation | null {
    const lock = [...this.#locksOf(a)].find((each) => this.#locksOf(b).has(each));
    // Only where an overlap stops the run does it matter whether it lies outside the shared paths.
    const asked = this.#plan.overlap === 'stop' || (this.#plan.overlap === 'serialise' && lock === undefined);
    const overlap = asked ? this.#overlap(a, b, lock !== undefined) : null;
    if (overlap !== null) return { relation: 'exclusive', reason: 'overlap', witness: overlap };
    if (lock !== undefined) {
      return { relation: 'exclusive', reason: 'shared', witness: this.#plan.shared[lock] ?? '' };
    }
    const theirs = this.#tasks.get(b)?.resources ?? [];
    const resource = this.#tasks.get(a)?.resources.find((each) => theirs.includes(each));
    if (resource !== undefined) return { relation: 'exclusive', reason: 'resource', witness: resource };
    if (this.#plan.undeclared === 'allow') return null;
    const undeclared = [a, b].find((id) => this.#undeclaredPartner(id, id === a ? b : a));
    return undeclared === undefined ? null : { relation: 'exclusive', reason: 'undeclared', witness: undeclared };
  }

  #beside(a: TaskId, b: TaskId): Relation | null {
    if (this.#plan.overlap !== 'branch') return null;
    const witness = this.#overlap(a, b, false);
    return witness === null ? null : { relation: 'branch', reason: 'overlap', witness };
  }

  #overlap(a: TaskId, b: TaskId, butShared: boolean): string | null {
    const [ours, theirs] = [this.writes(a), this.writes(b)];
    if (ours === null || theirs === null) return null;
    const path = intersect(butShared ? without(ours, this.#scopes.shared) : ours, theirs);
    return path.ok ? path.value : UNDECIDED;
  }

  #undeclaredPartner(id: TaskId, other: TaskId): boolean {
    const [task, scope] = [this.#tasks.get(id), this.writes(other)];
    return task !== undefined && isUndeclared(task) && (scope === null || scope.may.patterns.length > 0);
  }

  #undeclaredPartners(id: TaskId): readonly TaskId[] {
    return this.graph.ids.filter((other) => this.#undeclaredPartner(id, other) || this.#undeclaredPartner(other, id));
  }

  #groupsOf(id: TaskId): readonly string[] {
    return this.#tasks.get(id)?.resources ?? [];
  }

  #locksOf(id: TaskId): ReadonlySet<number> {
    this.#locks ??= locksOf(this.#scopes.shared, this.#index(), this.graph.ids);
    return this.#locks.get(id) ?? NO_LOCKS;
  }

  #holders(lock: number): readonly TaskId[] {
    return this.graph.ids.filter((id) => this.#locksOf(id).has(lock));
  }

  #reads(): ReadEdges {
    this.#edges ??= readEdges(this.#plan, {
      scopes: this.#scopes,
      writers: this.#index(),
      needed: (a, b) => this.#needs.relates(a, b),
    });
    return this.#edges;
  }

  #index(): OverlapIndex<TaskId> {
    this.#writers ??= new OverlapIndex(
      [...this.#scopes.writes].flatMap(([id, set]) => (set === null ? [] : [[id, set] as const])),
    );
    return this.#writers;
  }
}

const NO_LOCKS: ReadonlySet<number> = new Set();

const without = (set: ScopeSet, shared: readonly ScopeSet[]): ScopeSet => ({
  ...set,
  mayNot: set.mayNot.with(shared.flatMap(({ may }) => may.patterns)),
});

function locksOf(
  shared: readonly ScopeSet[],
  writers: OverlapIndex<TaskId>,
  ids: readonly TaskId[],
): ReadonlyMap<TaskId, ReadonlySet<number>> {
  const locks = new Map<TaskId, Set<number>>();
  for (const [lock, set] of shared.entries()) {
    const holders = writers.meeting(set);
    // What is too complex to decide holds the lock: one writer too few is safe.
    for (const id of holders.ok ? holders.value : ids) locks.set(id, (locks.get(id) ?? new Set()).add(lock));
  }
  return locks;
}

/** Who holds each resource. */
function groupsOf(plan: Plan): ReadonlyMap<string, readonly TaskId[]> {
  const groups = new Map<string, TaskId[]>();
  for (const { id, resources } of plan.tasks) {
    for (const resource of resources) groups.set(resource, [...(groups.get(resource) ?? []), id]);
  }
  return groups;
}

function inverted({ ids, before }: Graph<TaskId>): ReadonlyMap<TaskId, readonly TaskId[]> {
  const behind = new Map<TaskId, TaskId[]>(ids.map((id) => [id, []]));
  for (const id of ids) for (const first of before(id)) behind.get(first)?.push(id);
  return behind;
}
