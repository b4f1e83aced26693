type Gate = { readonly passing: Promise<void>; readonly open: () => void; waiting: number };

/** Named places where answers wait until a test lets them on. */
export class Gates {
  readonly #gates = new Map<string, Gate>();
  #watching: readonly { readonly name: string; readonly count: number; readonly resolve: () => void }[] = [];

  /** Resolves when the gate is open. */
  async pass(name: string): Promise<void> {
    const gate = this.#gate(name);
    gate.waiting += 1;
    const told = this.#watching.filter((each) => each.name === name && gate.waiting >= each.count);
    this.#watching = this.#watching.filter((each) => !told.includes(each));
    for (const { resolve } of told) resolve();
    await gate.passing;
  }

  open(name: string): void {
    this.#gate(name).open();
  }

  openAll(): void {
    for (const { open } of this.#gates.values()) open();
  }

  /** Resolves when so many answers have come to the gate. */
  waiting(name: string, count: number): Promise<void> {
    if (this.#gate(name).waiting >= count) return Promise.resolve();
    return new Promise((resolve) => {
      this.#watching = [...this.#watching, { name, count, resolve }];
    });
  }

  #gate(name: string): Gate {
    const known = this.#gates.get(name);
    if (known !== undefined) return known;
    let open: () => void = () => undefined;
    const passing = new Promise<void>((resolve) => {
      open = resolve;
    });
    const gate = { passing, open, waiting: 0 };
    this.#gates.set(name, gate);
    return gate;
  }
}
