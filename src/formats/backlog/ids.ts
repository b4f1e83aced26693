/** Names of tasks as they are written elsewhere: in other letters, with other zeros, or as the number alone. */
export class Ids {
  readonly #names: ReadonlyMap<string, string>;

  constructor(names: readonly string[]) {
    this.#names = new Map(
      [...names].reverse().flatMap(
        (name) =>
          [
            [numberOf(name), name],
            [plain(name), name],
          ] as const,
      ),
    );
  }

  /** The task that is meant; a name that nobody has stays as it is. */
  find(written: string): string {
    return this.#names.get(plain(written)) ?? written;
  }
}

/** `Task-007.02` is `task-7.2`. */
const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/(^|[^0-9])0+(?=[0-9])/g, '$1');

const numberOf = (name: string): string => plain(name).replace(/^[a-z]+-/, '');
