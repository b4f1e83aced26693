import type { RunLevelEvent } from './event.ts';

type Finished = Extract<RunLevelEvent, { readonly type: 'final-check-finished' }>;

/** Outcomes of the plan's final checks on the target as it stands. A moved target or a new engine begins them again. */
export class FinalChecks {
  #finished: readonly Finished[] = [];

  finished(event: Finished): void {
    this.#finished = [...this.#finished, event];
  }

  reset(): void {
    this.#finished = [];
  }

  get results(): readonly Finished[] {
    return this.#finished;
  }

  get failures(): number {
    return this.#finished.filter(({ code }) => code !== 0).length;
  }

  get failed(): boolean {
    return this.failures > 0;
  }

  /** Whether nothing is left to learn from `total` checks. */
  isDone(total: number): boolean {
    return this.failed || this.#finished.length >= total;
  }
}
