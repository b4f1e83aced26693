import { err, ok, type Result } from '../result.ts';
import { type Place, Places } from './places.ts';
import { type Remnant, Remnants } from './remnant.ts';
import { intersect, type ScopeSet } from './scope.ts';
import type { TooComplex } from './search.ts';

export type Overlap<Id> = { readonly a: Id; readonly b: Id; readonly witness: string };
export type Overlaps<Id> = { readonly count: number; readonly first: readonly Overlap<Id>[] };

/** A pattern with what some scopes exclude of it, and the entries that have just that, in their order. */
type Part = Remnant & { readonly place: Place; readonly owners: number[] };

/** What is asked for, and the places whose patterns meet it. */
type Asked = Remnant & { readonly places: readonly Place[] };

/**
 * Scopes of many tasks, compared part by part: a part is a pattern without what is excluded of it, and equal parts are
 * compared once. So the cost is that of the different patterns of a plan, and of the pairs that are found.
 */
export class OverlapIndex<Id> {
  readonly #ids: Id[] = [];
  readonly #sets: ScopeSet[] = [];
  readonly #places = new Places();
  readonly #remnants = new Remnants();
  readonly #partsAt: Part[][] = [];
  readonly #partsByKey = new Map<string, Part>();
  readonly #partsOf: (readonly Part[])[] = [];
  readonly #fault: TooComplex | null;
  #seen = new Int32Array(0);
  #round = 0;

  constructor(entries: Iterable<readonly [Id, ScopeSet]>) {
    let fault: TooComplex | null = null;
    for (const [id, set] of entries) {
      const parts = this.#add(id, set);
      if (!parts.ok) fault ??= parts.error;
    }
    this.#fault = fault;
    this.#seen = new Int32Array(this.#ids.length);
  }

  /** How many pairs overlap, and the first `limit` of them, in the order of the entries, with the shortest witness. */
  pairs(options: { readonly limit: number }): Result<Overlaps<Id>, TooComplex> {
    const first: Overlap<Id>[] = [];
    let count = 0;
    for (let a = 0; a < this.#ids.length; a++) {
      const partners = this.partners(a, a);
      if (!partners.ok) return partners;
      count += partners.value.length;
      if (first.length >= options.limit) continue;
      for (const b of partners.value.sort((x, y) => x - y).slice(0, options.limit - first.length)) {
        const overlap = this.#overlap(a, b);
        if (!overlap.ok) return overlap;
        first.push(overlap.value);
      }
    }
    return ok({ count, first });
  }

  /** Numbers of the entries behind `after` that overlap with entry `number`, in no order. Entries are counted from 0. */
  partners(number: number, after = -1): Result<number[], TooComplex> {
    if (this.#fault !== null) return err(this.#fault);
    const linked = this.#places.linked();
    if (!linked.ok) return linked;
    const own = (this.#partsOf[number] ?? []).map(({ pattern, not, place }) => ({
      pattern,
      not,
      places: linked.value[place.number] ?? [],
    }));
    return this.#reached(own, { but: number, after });
  }

  /** The entries whose scopes overlap with `set`, which need not be in the index, in their order. */
  meeting(set: ScopeSet): Result<readonly Id[], TooComplex> {
    if (this.#fault !== null) return err(this.#fault);
    const asked: Asked[] = [];
    for (const pattern of set.may.patterns) {
      const remnant = this.#remnants.of(pattern, set.mayNot.patterns);
      if (!remnant.ok) return remnant;
      const places = this.#places.meeting(pattern);
      if (!places.ok) return places;
      if (remnant.value !== null) asked.push({ ...remnant.value, places: places.value });
    }
    const met = this.#reached(asked, { but: -1, after: -1 });
    if (!met.ok) return met;
    return ok(met.value.sort((a, b) => a - b).flatMap((owner) => this.#ids[owner] ?? []));
  }

  #add(id: Id, set: ScopeSet): Result<void, TooComplex> {
    const number = this.#ids.length;
    this.#ids.push(id);
    this.#sets.push(set);
    const parts: Part[] = [];
    for (const pattern of set.may.patterns) {
      const remnant = this.#remnants.of(pattern, set.mayNot.patterns);
      if (!remnant.ok) return remnant;
      if (remnant.value !== null) parts.push(this.#part(remnant.value));
    }
    for (const { owners } of parts) owners.push(number);
    this.#partsOf[number] = parts;
    return ok(undefined);
  }

  #part({ pattern, not }: Remnant): Part {
    const place = this.#places.of(pattern);
    const key = `${place.number} ${not.map((each) => each.key).join('\0')}`;
    const known = this.#partsByKey.get(key);
    if (known !== undefined) return known;
    const part: Part = { pattern, not, place, owners: [] };
    this.#partsByKey.set(key, part);
    const parts = this.#partsAt[place.number];
    if (parts === undefined) this.#partsAt[place.number] = [part];
    else parts.push(part);
    return part;
  }

  /** Owners of whatever the parts meet, each once. */
  #reached(
    asked: readonly Asked[],
    bounds: { readonly but: number; readonly after: number },
  ): Result<number[], TooComplex> {
    const found: number[] = [];
    this.#round++;
    if (bounds.but >= 0) this.#seen[bounds.but] = this.#round;
    for (const one of asked) {
      for (const place of one.places) {
        for (const part of this.#partsAt[place.number] ?? []) {
          const fault = this.#reach(one, part, { found, after: bounds.after });
          if (fault !== null) return fault;
        }
      }
    }
    return ok(found);
  }

  #reach(
    one: Remnant,
    part: Part,
    to: { readonly found: number[]; readonly after: number },
  ): Result<never, TooComplex> | null {
    const { owners } = part;
    let meeting = one.not.length === 0 && part.not.length === 0;
    for (let i = owners.length - 1; i >= 0; i--) {
      const owner = owners[i] ?? 0;
      if (owner <= to.after) return null;
      if (this.#seen[owner] === this.#round) continue;
      // Asked only once somebody depends on the answer.
      if (!meeting) {
        const answer = this.#remnants.meet(one, part);
        if (!answer.ok) return answer;
        if (!answer.value) return null;
        meeting = true;
      }
      this.#seen[owner] = this.#round;
      to.found.push(owner);
    }
    return null;
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
