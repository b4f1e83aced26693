import { chain, type Links, linksOf, turned } from '../graph.ts';
import type { Plan, Task, TaskId } from '../plan.ts';
import type { Relation, Relations } from '../relation.ts';
import { err, ok, type Result } from '../result.ts';
import type { PatternError } from '../scope/reader.ts';
import { has, intersect } from '../scope/scope.ts';
import { Marks } from './marks.ts';
import { isUndeclared, mayWrite, type PlanScopes, scopesOf } from './may-write.ts';
import { Overlaps, UNDECIDED } from './overlaps.ts';
import { Reach } from './reach.ts';
import { type ReadEdges, readEdges } from './reads.ts';

/** What the relations of a plan know beyond the port: what `check` asks. Tasks are positions in the plan here. */
export interface PlanRelations extends Relations {
  /** For each task what comes directly before it. */
  readonly links: Links;
  readonly overlaps: Overlaps;
  /** How a task stands to each other one, by position, as codes of `MARKS`: quick, since nothing is shown. The next call overwrites it. */
  marks(position: number): Uint8Array;
  /** Whether `a` must have landed before `b` starts, directly or through others. */
  goesFirst(a: TaskId, b: TaskId): boolean;
}

const FREE: Relation = { relation: 'free' };
/** Bounds the memory of answers; a run of 10,000 tasks asks some hundred thousand questions. */
const MOST_REMEMBERED = 200_000;

/** Who may run beside whom in this plan, or what is wrong with its patterns. */
export function relationsOf(
  plan: Plan,
  options: { readonly ignoreCase: boolean },
): Result<PlanRelations, readonly PatternError[]> {
  const { scopes, errors } = scopesOf(plan, options);
  return errors.length > 0 ? err(errors) : ok(new Pairs(plan, scopes));
}

/** The same as far as its patterns can be read: what could be said of the others goes unsaid. */
export const readableRelationsOf = (plan: Plan, options: { readonly ignoreCase: boolean }): PlanRelations =>
  new Pairs(plan, scopesOf(plan, options).scopes);

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
  readonly #plan: Plan;
  readonly #scopes: PlanScopes;
  readonly #positions: ReadonlyMap<TaskId, number>;
  readonly #needs: Links;
  readonly overlaps: Overlaps;
  readonly #remembered = new Map<number, Relation>();
  #needed: Reach | null = null;
  #ordered: Reach | null = null;
  #links: Links | null = null;
  #behind: Links | null = null;
  #edges: ReadEdges | null = null;
  #marks: Marks | null = null;

  constructor(plan: Plan, scopes: PlanScopes) {
    this.#plan = plan;
    this.#scopes = scopes;
    this.#positions = new Map(plan.tasks.map(({ id }, position) => [id, position]));
    const needs = new Map(plan.tasks.map((task) => [task.id, task.needs]));
    this.#needs = linksOf([...needs.keys()], (id) => needs.get(id) ?? []);
    this.overlaps = new Overlaps(scopes);
  }

  get links(): Links {
    if (this.#links === null) {
      const { before } = this.#reads();
      this.#links =
        before.size === 0
          ? this.#needs
          : this.#needs.map((linked, at) => [...new Set([...linked, ...(before.get(at) ?? [])])]);
    }
    return this.#links;
  }

  before(id: TaskId): readonly TaskId[] {
    return this.#ids(this.links[this.#positions.get(id) ?? -1]);
  }

  behind(id: TaskId): readonly TaskId[] {
    this.#behind ??= turned(this.links);
    return this.#ids(this.#behind[this.#positions.get(id) ?? -1]);
  }

  goesFirst(a: TaskId, b: TaskId): boolean {
    const [first, then] = [this.#positions.get(a), this.#positions.get(b)];
    return first !== undefined && then !== undefined && this.#order().has(then, first);
  }

  excludedBy(id: TaskId, held: Iterable<TaskId>): { readonly by: TaskId; readonly relation: Relation } | null {
    for (const by of held) {
      const relation = this.between(id, by);
      if (relation.relation === 'after' || relation.relation === 'exclusive') return { by, relation };
    }
    return null;
  }

  between(a: TaskId, b: TaskId): Relation {
    const [first, second] = [this.#positions.get(a), this.#positions.get(b)];
    if (first === undefined || second === undefined || first === second) return FREE;
    const [low, high] = first < second ? [first, second] : [second, first];
    const key = low * this.#plan.tasks.length + high;
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const relation = this.#after(low, high) ?? this.#excluded(low, high) ?? this.#beside(low, high) ?? FREE;
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, relation);
    return relation;
  }

  marks(position: number): Uint8Array {
    this.#marks ??= new Marks(this.#plan, {
      needed: this.#need(),
      ordered: this.#order(),
      links: this.links,
      edges: this.#reads(),
      overlaps: this.overlaps,
      undeclaredPartner: (at, other) => this.#undeclaredPartner(at, other),
    });
    return this.#marks.of(position);
  }

  /** `after`, with the chain of who waits for whom, or the path that one reads and the other writes. */
  #after(a: number, b: number): Relation | null {
    if (!this.#order().relates(a, b)) return this.#knotted(a, b);
    const [first, then] = this.#order().has(b, a) ? [a, b] : [b, a];
    const needed = this.#need().relates(a, b);
    if (!needed && this.#reads().before.get(then)?.includes(first) === true) {
      return { relation: 'after', reason: 'reads', witness: this.#readPath(then, first) };
    }
    const way = chain(needed ? this.#needs : this.links, then, first) ?? [first, then];
    return { relation: 'after', reason: 'needs', witness: this.#ids(way).join(' → ') };
  }

  /** Neither can go first, because the order that `reads` asks for runs in a circle. */
  #knotted(a: number, b: number): Relation | null {
    if (this.#reads().exclusive.get(a)?.has(b) !== true) return null;
    const path = this.#readPath(a, b);
    return { relation: 'exclusive', reason: 'reads', witness: path === '' ? this.#readPath(b, a) : path };
  }

  #readPath(reader: number, writer: number): string {
    const [reads, writes] = [this.#scopes.reads.get(reader), this.#scopes.writes[writer] ?? null];
    if (reads === undefined || writes === null) return '';
    const path = intersect(reads, writes);
    return path.ok ? (path.value ?? '') : UNDECIDED;
  }

  /** What the author has to hear first comes first: an overlap outside the shared paths, then locks. */
  #excluded(a: number, b: number): Relation | null {
    const theirs = this.overlaps.locksOf(b);
    const lock = [...this.overlaps.locksOf(a)].find((each) => theirs.has(each));
    // Only where an overlap stops the run does it matter whether it lies outside the shared paths.
    const asked = this.#plan.overlap === 'stop' || (this.#plan.overlap === 'serialise' && lock === undefined);
    const overlap = asked ? this.overlaps.witness(a, b, { outside: lock !== undefined }) : null;
    if (overlap !== null) return { relation: 'exclusive', reason: 'overlap', witness: overlap };
    if (lock !== undefined) {
      return { relation: 'exclusive', reason: 'shared', witness: this.#plan.shared[lock] ?? '' };
    }
    const [ours, others] = [this.#plan.tasks[a]?.resources ?? [], this.#plan.tasks[b]?.resources ?? []];
    const resource = ours.find((each) => others.includes(each));
    if (resource !== undefined) return { relation: 'exclusive', reason: 'resource', witness: resource };
    if (this.#plan.undeclared === 'allow') return null;
    const undeclared = [a, b].find((each) => this.#undeclaredPartner(each, each === a ? b : a));
    if (undeclared === undefined) return null;
    return { relation: 'exclusive', reason: 'undeclared', witness: this.#plan.tasks[undeclared]?.id ?? '' };
  }

  #beside(a: number, b: number): Relation | null {
    if (this.#plan.overlap !== 'branch') return null;
    const witness = this.overlaps.witness(a, b, { outside: false });
    return witness === null ? null : { relation: 'branch', reason: 'overlap', witness };
  }

  /** Whether the first declares nothing and the other writes. */
  #undeclaredPartner(position: number, other: number): boolean {
    const [task, scope] = [this.#plan.tasks[position], this.#scopes.writes[other] ?? null];
    return task !== undefined && isUndeclared(task) && (scope === null || scope.may.patterns.length > 0);
  }

  #ids(positions: readonly number[] | undefined): readonly TaskId[] {
    return (positions ?? []).flatMap((position) => this.#plan.tasks[position]?.id ?? []);
  }

  #need(): Reach {
    this.#needed ??= new Reach(this.#needs);
    return this.#needed;
  }

  #order(): Reach {
    this.#ordered ??= this.links === this.#needs ? this.#need() : new Reach(this.links);
    return this.#ordered;
  }

  #reads(): ReadEdges {
    if (this.#edges !== null) return this.#edges;
    const { reads, writes } = this.#scopes;
    this.#edges =
      reads.size === 0
        ? { before: new Map(), exclusive: new Map() }
        : readEdges(this.#needs, {
            reads,
            writers: this.overlaps.writers,
            declared: [...writes.keys()].filter((position) => writes[position] !== null),
            needs: this.#need(),
          });
    return this.#edges;
  }
}
