import { ok, type Result } from '../result.ts';
import type { Pattern } from './pattern.ts';
import { hasCanonical, intersect, meets, type ScopeSet } from './scope.ts';
import type { TooComplex } from './search.ts';

export type Overlap<Id> = { readonly a: Id; readonly b: Id; readonly witness: string };
export type Overlaps<Id> = { readonly count: number; readonly first: readonly Overlap<Id>[] };

/** All entries with one pattern, or rather one language. */
type Place = { readonly pattern: Pattern; readonly number: number; readonly owners: number[] };

/** What begins in one folder, by shape: below and wild patterns may reach whatever lies deeper, literals never do. */
type Folder = { readonly literals: Place[]; readonly below: Place[]; readonly wild: Place[]; readonly inner: string[] };

/**
 * Scopes of many tasks by the folder that their patterns begin in: two patterns can only meet where one folder holds the
 * other, so that few pairs need to be looked at, and most of those are decided by their shape.
 */
export class OverlapIndex<Id> {
  readonly #ids: Id[] = [];
  readonly #numbers = new Map<Id, number>();
  readonly #sets: ScopeSet[] = [];
  readonly #placesOf: (readonly Place[])[] = [];
  readonly #places = new Map<string, Place>();
  readonly #folders = new Map<string, Folder>();
  #anyExcludes = false;
  #linked: readonly (readonly Place[])[] | null = null;

  constructor(entries: Iterable<readonly [Id, ScopeSet]>) {
    for (const [id, set] of entries) this.#add(id, set);
  }

  /** How many pairs overlap, and the first `limit` of them, in the order of the entries, with the shortest witness. */
  pairs(options: { readonly limit: number }): Result<Overlaps<Id>, TooComplex> {
    const linked = this.#link();
    if (!linked.ok) return linked;
    const first: Overlap<Id>[] = [];
    const seen = new Int32Array(this.#ids.length).fill(-1);
    let count = 0;
    for (let a = 0; a < this.#ids.length; a++) {
      const partners = this.#confirmed(a, this.#partners(a, linked.value, seen));
      if (!partners.ok) return partners;
      count += partners.value.length;
      if (first.length >= options.limit) continue;
      const inOrder = [...partners.value].sort((b, c) => b - c);
      for (const b of inOrder.slice(0, options.limit - first.length)) {
        const overlap = this.#overlap(a, b);
        if (!overlap.ok) return overlap;
        first.push(overlap.value);
      }
    }
    return ok({ count, first });
  }

  /** The other entries whose scopes overlap with that of `id`, in their order. */
  neighbours(id: Id): Result<readonly Id[], TooComplex> {
    const number = this.#numbers.get(id);
    const set = number === undefined ? undefined : this.#sets[number];
    if (number === undefined || set === undefined) return ok([]);
    const met = this.meeting(set);
    return met.ok ? ok(met.value.filter((other) => other !== id)) : met;
  }

  /** The entries whose scopes overlap with `set`, which need not be in the index. */
  meeting(set: ScopeSet): Result<readonly Id[], TooComplex> {
    const owners = new Set<number>();
    for (const pattern of set.may.patterns) {
      const places = this.#meetingPlaces(pattern);
      if (!places.ok) return places;
      for (const place of places.value) for (const owner of place.owners) owners.add(owner);
    }
    const met: Id[] = [];
    for (const owner of [...owners].sort((a, b) => a - b)) {
      const overlaps = this.#reallyMeet(set, owner);
      if (!overlaps.ok) return overlaps;
      const id = this.#ids[owner];
      if (overlaps.value && id !== undefined) met.push(id);
    }
    return ok(met);
  }

  #add(id: Id, set: ScopeSet): void {
    const number = this.#ids.length;
    this.#ids.push(id);
    this.#numbers.set(id, number);
    this.#sets.push(set);
    if (set.mayNot.patterns.length > 0) this.#anyExcludes = true;
    const places = set.may.patterns.map((pattern) => this.#place(pattern));
    for (const { owners } of places) owners.push(number);
    this.#placesOf.push(places);
  }

  #place(pattern: Pattern): Place {
    const known = this.#places.get(pattern.key);
    if (known !== undefined) return known;
    const place = { pattern, number: this.#places.size, owners: [] };
    this.#places.set(pattern.key, place);
    const folder = this.#folder(folderOf(pattern));
    if (pattern.shape === 'literal') folder.literals.push(place);
    else if (pattern.shape === 'below') folder.below.push(place);
    else folder.wild.push(place);
    return place;
  }

  #folder(path: string): Folder {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const folder: Folder = { literals: [], below: [], wild: [], inner: [] };
    this.#folders.set(path, folder);
    if (path !== '') this.#folder(outer(path)).inner.push(path);
    return folder;
  }

  /** For each place the places that it meets, both ways; made once. */
  #link(): Result<readonly (readonly Place[])[], TooComplex> {
    if (this.#linked !== null) return ok(this.#linked);
    const linked: Place[][] = Array.from(this.#places, ([, place]) => [place]);
    for (const place of this.#places.values()) {
      const above = this.#meetingAbove(place.pattern, place.number);
      if (!above.ok) return above;
      for (const other of above.value) {
        linked[place.number]?.push(other);
        linked[other.number]?.push(place);
      }
    }
    this.#linked = linked;
    return ok(linked);
  }

  /**
   * What meets the pattern from its own folder or further out. Of two in one folder each would find the other: `number`
   * lets only one of them, null lets both.
   */
  #meetingAbove(pattern: Pattern, number: number | null): Result<readonly Place[], TooComplex> {
    const met: Place[] = [];
    const own = folderOf(pattern);
    for (let path = own; ; path = outer(path)) {
      const folder = this.#folders.get(path);
      // A folder's own `**` holds all that begins in it; only itself it does not meet.
      if (folder !== undefined) met.push(...folder.below.filter((other) => other.number !== number));
      const once = number !== null && path === own && pattern.shape !== 'literal';
      const wild = folder?.wild.filter((other) => !once || (pattern.shape === 'wild' && other.number < number)) ?? [];
      const meeting = whoMeet(pattern, wild);
      if (!meeting.ok) return meeting;
      met.push(...meeting.value);
      if (path === '') return ok(met);
    }
  }

  /** Every place that meets a pattern, which need not have a place itself. */
  #meetingPlaces(pattern: Pattern): Result<readonly Place[], TooComplex> {
    const above = this.#meetingAbove(pattern, null);
    if (!above.ok) return above;
    if (pattern.shape === 'literal') {
      const same = this.#places.get(pattern.key);
      return same === undefined ? above : ok([...above.value, same]);
    }
    const own = folderOf(pattern);
    const candidates = [...(this.#folders.get(own)?.literals ?? [])];
    this.#within(own, candidates);
    const meeting = whoMeet(pattern, candidates);
    return meeting.ok ? ok([...above.value, ...meeting.value]) : meeting;
  }

  /** Everything that begins further in. A folder knows its inner ones even if nothing begins in itself. */
  #within(path: string, found: Place[]): void {
    for (const inner of this.#folders.get(path)?.inner ?? []) {
      const folder = this.#folders.get(inner);
      for (const places of [folder?.literals, folder?.below, folder?.wild])
        for (const place of places ?? []) found.push(place);
      this.#within(inner, found);
    }
  }

  /** Who owns a place that meets one of entry `a`, if it comes after `a`; `seen` holds the last entry that found it. */
  #partners(a: number, linked: readonly (readonly Place[])[], seen: Int32Array): number[] {
    const partners: number[] = [];
    for (const place of this.#placesOf[a] ?? []) {
      for (const { owners } of linked[place.number] ?? []) {
        for (let i = owners.length - 1; i >= 0; i--) {
          const owner = owners[i] ?? 0;
          if (owner <= a) break;
          if (seen[owner] === a) continue;
          seen[owner] = a;
          partners.push(owner);
        }
      }
    }
    return partners;
  }

  #confirmed(a: number, candidates: readonly number[]): Result<readonly number[], TooComplex> {
    const set = this.#sets[a];
    if (set === undefined || !this.#anyExcludes) return ok(candidates);
    const confirmed: number[] = [];
    for (const b of candidates) {
      const overlaps = this.#reallyMeet(set, b);
      if (!overlaps.ok) return overlaps;
      if (overlaps.value) confirmed.push(b);
    }
    return ok(confirmed);
  }

  /** Where neither excludes anything, that their patterns meet is the answer. */
  #reallyMeet(set: ScopeSet, number: number): Result<boolean, TooComplex> {
    const other = this.#sets[number];
    if (other === undefined) return ok(false);
    if (set.mayNot.patterns.length === 0 && other.mayNot.patterns.length === 0) return ok(true);
    return overlapping(set, other);
  }

  #overlap(a: number, b: number): Result<Overlap<Id>, TooComplex> {
    const [setA, setB, idA, idB] = [this.#sets[a], this.#sets[b], this.#ids[a], this.#ids[b]];
    if (setA === undefined || setB === undefined || idA === undefined || idB === undefined) {
      throw new Error('An entry of the index has no scope');
    }
    const witness = intersect(setA, setB);
    if (!witness.ok) return witness;
    if (witness.value === null) throw new Error('The index and the intersection of two scopes disagree');
    return ok({ a: idA, b: idB, witness: witness.value });
  }
}

/** A shared literal that nobody excludes settles most pairs; the rest is asked exactly. */
function overlapping(a: ScopeSet, b: ScopeSet): Result<boolean, TooComplex> {
  const literal = a.may.patterns.find(
    ({ shape, head }) => shape === 'literal' && hasCanonical(a, head) && hasCanonical(b, head),
  );
  if (literal !== undefined) return ok(true);
  const witness = intersect(a, b);
  return witness.ok ? ok(witness.value !== null) : witness;
}

function whoMeet(pattern: Pattern, places: readonly Place[]): Result<readonly Place[], TooComplex> {
  const met: Place[] = [];
  for (const place of places) {
    const answer = meets(place.pattern, pattern);
    if (!answer.ok) return answer;
    if (answer.value) met.push(place);
  }
  return ok(met);
}

/** The folder of the literal text that a pattern begins with: `''` or with a slash at its end. */
const folderOf = ({ head }: Pattern): string => head.slice(0, head.lastIndexOf('/') + 1);

const outer = (folder: string): string => folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
