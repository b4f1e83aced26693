import type { DeskNote } from '../../src/core/ports/desk.ts';

/** What a desk told, and what it is going to tell. */
export class Notes {
  readonly all: DeskNote[] = [];
  readonly #watchers = new Set<() => void>();

  readonly hear = (note: DeskNote): void => {
    this.all.push(note);
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  };

  of<T extends DeskNote['type']>(type: T): readonly Extract<DeskNote, { readonly type: T }>[] {
    return this.all.filter((note): note is Extract<DeskNote, { readonly type: T }> => note.type === type);
  }

  get numbers(): readonly number[] {
    return this.of('question').map(({ number }) => number);
  }

  /** Resolves with the notes of a type once there are `count` of them. */
  async saw<T extends DeskNote['type']>(
    type: T,
    count = 1,
  ): Promise<readonly Extract<DeskNote, { readonly type: T }>[]> {
    while (this.of(type).length < count) await new Promise<void>((resolve) => this.#watchers.add(resolve));
    return this.of(type);
  }
}
