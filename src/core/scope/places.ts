import { ok, type Result } from '../result.ts';
import type { Pattern } from './pattern.ts';
import { meets } from './scope.ts';
import type { TooComplex } from './search.ts';

/** One pattern, or rather one language, however many scopes have it. `number`: in order of coming. */
export type Place = { readonly pattern: Pattern; readonly number: number };

/** What begins in one folder, by shape: below and wild patterns may reach whatever lies deeper, literals never do. */
type Folder = {
  readonly above: Folder | null;
  readonly literals: Place[];
  readonly below: Place[];
  readonly wild: Place[];
  readonly inner: Folder[];
};

/**
 * Patterns by the folder that they begin in: two can only meet where one folder holds the other, so that few pairs need
 * to be looked at, and most of those are decided by their shape.
 */
export class Places {
  readonly #all: Place[] = [];
  readonly #byKey = new Map<string, Place>();
  readonly #folders = new Map<string, Folder>();
  #linked: readonly (readonly Place[])[] | null = null;

  /** The place of a pattern, made if it has none. */
  of(pattern: Pattern): Place {
    const known = this.#byKey.get(pattern.key);
    if (known !== undefined) return known;
    const place = { pattern, number: this.#all.length };
    this.#byKey.set(pattern.key, place);
    this.#all.push(place);
    const folder = this.#folder(folderOf(pattern));
    if (pattern.shape === 'literal') folder.literals.push(place);
    else if (pattern.shape === 'below') folder.below.push(place);
    else folder.wild.push(place);
    return place;
  }

  /** For each place those that it meets, itself among them; made once, so that nothing may be added afterwards. */
  linked(): Result<readonly (readonly Place[])[], TooComplex> {
    if (this.#linked !== null) return ok(this.#linked);
    const linked: Place[][] = this.#all.map((place) => [place]);
    for (const place of this.#all) {
      const above = this.#above(place.pattern, place.number);
      if (!above.ok) return above;
      for (const other of above.value) {
        linked[place.number]?.push(other);
        linked[other.number]?.push(place);
      }
    }
    this.#linked = linked;
    return ok(linked);
  }

  /** Every place that meets a pattern, which need not have a place itself. */
  meeting(pattern: Pattern): Result<readonly Place[], TooComplex> {
    const above = this.#above(pattern, null);
    if (!above.ok) return above;
    if (pattern.shape === 'literal') {
      const same = this.#byKey.get(pattern.key);
      return same === undefined ? above : ok([...above.value, same]);
    }
    const candidates: Place[] = [];
    const own = this.#folders.get(folderOf(pattern));
    if (own !== undefined) within(own, candidates);
    const met = [...above.value];
    const fault = whoMeet(pattern, candidates, met);
    return fault ?? ok(met);
  }

  #folder(path: string): Folder {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const above = path === '' ? null : this.#folder(outer(path));
    const folder: Folder = { above, literals: [], below: [], wild: [], inner: [] };
    this.#folders.set(path, folder);
    above?.inner.push(folder);
    return folder;
  }

  /**
   * What meets the pattern from its own folder or further out. Of two in one folder each would find the other: `number`
   * lets only one of them, null lets both.
   */
  #above(pattern: Pattern, number: number | null): Result<readonly Place[], TooComplex> {
    const met: Place[] = [];
    const own = this.#nearest(folderOf(pattern));
    for (let folder: Folder | null = own.folder; folder !== null; folder = folder.above) {
      // A folder's own `**` holds all that begins in it; only itself it does not meet.
      for (const other of folder.below) if (other.number !== number) met.push(other);
      const once = number !== null && own.exact && folder === own.folder && pattern.shape !== 'literal';
      if (once && pattern.shape !== 'wild') continue;
      const wild = once ? folder.wild.filter((other) => other.number < number) : folder.wild;
      const fault = whoMeet(pattern, wild, met);
      if (fault !== null) return fault;
    }
    return ok(met);
  }

  /** The innermost folder that is known, on the way to `path`. */
  #nearest(path: string): { readonly folder: Folder | null; readonly exact: boolean } {
    for (let at = path; ; at = outer(at)) {
      const folder = this.#folders.get(at);
      if (folder !== undefined) return { folder, exact: at === path };
      if (at === '') return { folder: null, exact: false };
    }
  }
}

/** Literals of the folder, and all that begins further in. */
function within(folder: Folder, found: Place[]): void {
  for (const place of folder.literals) found.push(place);
  for (const inner of folder.inner) {
    for (const place of inner.below) found.push(place);
    for (const place of inner.wild) found.push(place);
    within(inner, found);
  }
}

/** Adds to `met` who meets the pattern. */
function whoMeet(pattern: Pattern, places: readonly Place[], met: Place[]): Result<never, TooComplex> | null {
  for (const place of places) {
    const answer = meets(place.pattern, pattern);
    if (!answer.ok) return answer;
    if (answer.value) met.push(place);
  }
  return null;
}

/** The folder of the literal text that a pattern begins with: `''` or with a slash at its end. */
const folderOf = ({ head }: Pattern): string => head.slice(0, head.lastIndexOf('/') + 1);

const outer = (folder: string): string => folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
