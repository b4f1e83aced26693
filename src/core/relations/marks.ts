import { type Links, turned } from '../graph.ts';
import type { Plan } from '../plan.ts';
import type { Relation } from '../relation.ts';
import type { Overlaps } from './overlaps.ts';
import { Reach } from './reach.ts';
import type { ReadEdges } from './reads.ts';

/** How two tasks stand to each other, without a witness; null: free. `first`: the task that was asked about goes first. */
export type Mark =
  | (Omit<Exclude<Relation, { readonly relation: 'free' }>, 'witness'> & { readonly first: boolean })
  | null;

/** Marks by their code, which is what is kept for thousands of tasks. */
export const MARKS: readonly Mark[] = [
  null,
  { relation: 'after', reason: 'needs', first: true },
  { relation: 'after', reason: 'needs', first: false },
  { relation: 'after', reason: 'reads', first: true },
  { relation: 'after', reason: 'reads', first: false },
  { relation: 'exclusive', reason: 'reads', first: false },
  { relation: 'exclusive', reason: 'overlap', first: false },
  { relation: 'exclusive', reason: 'shared', first: false },
  { relation: 'exclusive', reason: 'resource', first: false },
  { relation: 'exclusive', reason: 'undeclared', first: false },
  { relation: 'branch', reason: 'overlap', first: false },
];
const [FREE, AFTER_FIRST, AFTER_THEN, READ_FIRST, READ_THEN, KNOTTED, OVERLAP, SHARED, RESOURCE, UNDECLARED, BRANCH] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
] as const;

type Known = {
  readonly needed: Reach;
  readonly ordered: Reach;
  readonly links: Links;
  readonly edges: ReadEdges;
  readonly overlaps: Overlaps;
  readonly undeclaredPartner: (position: number, other: number) => boolean;
};

/** One task beside all others at a time, so that a plan of thousands is gone through without asking about each pair. */
export class Marks {
  readonly #plan: Plan;
  readonly #known: Known;
  readonly #marks: Uint8Array;
  readonly #holders = new Map<string, number[]>();
  readonly #undeclared: boolean;
  readonly #descent: Reach;
  /** Turned read edges: for each writer those that read it. */
  readonly #readers: Links;

  constructor(plan: Plan, known: Known) {
    this.#plan = plan;
    this.#known = known;
    this.#marks = new Uint8Array(plan.tasks.length);
    for (const [position, { resources }] of plan.tasks.entries()) {
      for (const resource of resources) {
        const holders = this.#holders.get(resource);
        if (holders === undefined) this.#holders.set(resource, [position]);
        else holders.push(position);
      }
    }
    this.#undeclared = plan.undeclared !== 'allow';
    this.#descent = new Reach(turned(known.links));
    this.#readers = turned(plan.tasks.map((_, at) => known.edges.before.get(at) ?? []));
  }

  /** What is said last wins, as `between` looks for it first. */
  of(position: number): Uint8Array {
    const { overlaps, edges } = this.#known;
    const { overlap, tasks } = this.#plan;
    this.#marks.fill(FREE);
    if (overlap === 'branch') this.#all(overlaps.partners(position, { outside: false }), BRANCH);
    if (this.#undeclared) this.#undeclaredOf(position);
    for (const resource of tasks[position]?.resources ?? []) this.#all(this.#holders.get(resource) ?? [], RESOURCE);
    if (overlap === 'serialise') this.#all(overlaps.partners(position, { outside: false }), OVERLAP);
    for (const lock of overlaps.locksOf(position)) this.#all(overlaps.holders(lock), SHARED);
    if (overlap === 'stop') this.#all(overlaps.partners(position, { outside: true }), OVERLAP);
    this.#all(edges.exclusive.get(position) ?? [], KNOTTED);
    this.#ordered(position);
    this.#marks[position] = FREE;
    return this.#marks;
  }

  #all(others: Iterable<number>, mark: number): void {
    for (const other of others) this.#marks[other] = mark;
  }

  #undeclaredOf(position: number): void {
    for (const other of this.#marks.keys()) {
      const { undeclaredPartner } = this.#known;
      if (undeclaredPartner(position, other) || undeclaredPartner(other, position)) this.#marks[other] = UNDECLARED;
    }
  }

  #ordered(position: number): void {
    const { ordered, edges, needed } = this.#known;
    const readers = new Set(this.#readers[position]);
    this.#descent.each(position, (then) => {
      const reads = readers.has(then) && !needed.relates(position, then);
      this.#marks[then] = reads ? READ_FIRST : AFTER_FIRST;
    });
    // Of two on one cycle each comes before the other; the earlier one is said to go first, as `between` says it.
    const direct = new Set(edges.before.get(position));
    ordered.each(position, (first) => {
      const known = this.#marks[first];
      if (first > position && (known === AFTER_FIRST || known === READ_FIRST)) return;
      const reads = direct.has(first) && !needed.relates(position, first);
      this.#marks[first] = reads ? READ_THEN : AFTER_THEN;
    });
  }
}
