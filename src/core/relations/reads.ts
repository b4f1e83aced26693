import { components, type Links } from '../graph.ts';
import type { OverlapIndex } from '../scope/overlap-index.ts';
import type { ScopeSet } from '../scope/scope.ts';
import type { Reach } from './reach.ts';

/** What follows from `reads`, by position. */
export type ReadEdges = {
  /** For each reader the writers that go first. */
  readonly before: ReadonlyMap<number, readonly number[]>;
  /** Pairs of which neither can go first, both ways. */
  readonly exclusive: ReadonlyMap<number, ReadonlySet<number>>;
};

type Around = {
  readonly reads: ReadonlyMap<number, ScopeSet>;
  readonly writers: OverlapIndex<number>;
  /** Positions of all that declare what they write. */
  readonly declared: readonly number[];
  readonly needs: Reach;
};

/**
 * The writer goes first, unless needs say otherwise. Where such edges close a cycle, among themselves or with needs, no
 * order of them is better than another, so that all of that cycle exclude each other instead.
 */
export function readEdges(links: Links, { reads, writers, declared, needs }: Around): ReadEdges {
  const wanted = new Map<number, readonly number[]>();
  for (const [reader, set] of reads) {
    const met = writers.meeting(set);
    // What is too complex to decide is taken for a reader of everything.
    const all = met.ok ? met.value : declared;
    const first = all.filter((writer) => writer !== reader && !needs.relates(reader, writer));
    if (first.length > 0) wanted.set(reader, first);
  }
  if (wanted.size === 0) return { before: wanted, exclusive: new Map() };
  const knotOf = new Int32Array(links.length);
  const both = links.map((linked, reader) => [...linked, ...(wanted.get(reader) ?? [])]);
  for (const [knot, members] of components(both).entries()) for (const member of members) knotOf[member] = knot;
  return split(wanted, knotOf);
}

function split(wanted: ReadonlyMap<number, readonly number[]>, knotOf: Int32Array): ReadEdges {
  const before = new Map<number, readonly number[]>();
  const exclusive = new Map<number, Set<number>>();
  const exclude = (a: number, b: number): void => {
    exclusive.set(a, (exclusive.get(a) ?? new Set()).add(b));
  };
  for (const [reader, writers] of wanted) {
    before.set(
      reader,
      writers.filter((writer) => knotOf[writer] !== knotOf[reader]),
    );
    for (const writer of writers) {
      if (knotOf[writer] !== knotOf[reader]) continue;
      exclude(reader, writer);
      exclude(writer, reader);
    }
  }
  return { before, exclusive };
}
