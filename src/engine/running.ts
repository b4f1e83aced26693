import type { Failure } from '../core/failure.ts';
import type { AttemptKey } from '../core/ports/store.ts';

/** The agents at work here, each with what ends it. */
export class RunningAgents {
  readonly #ends = new Map<string, (because: Failure) => void>();

  add(key: AttemptKey, end: (because: Failure) => void): void {
    this.#ends.set(nameOf(key), end);
  }

  delete(key: AttemptKey): void {
    this.#ends.delete(nameOf(key));
  }

  /** False: it is not at work here. */
  end(key: AttemptKey, because: Failure): boolean {
    const end = this.#ends.get(nameOf(key));
    end?.(because);
    return end !== undefined;
  }

  /** Ends all of them: what they share is used up. */
  endAll(because: Failure): void {
    for (const end of this.#ends.values()) end(because);
  }
}

const nameOf = ({ task, attempt }: AttemptKey): string => `${task} ${attempt}`;
