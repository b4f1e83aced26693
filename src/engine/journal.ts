import type { Entry, RunEvent } from '../core/event.ts';
import type { Job } from '../core/ports/queue.ts';
import type { AppendRefusal, Store } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunView } from '../core/run.ts';

/**
 * One run's journal as this process sees it: the only way in which the engine writes. What other processes append
 * (an answer, a cancellation) comes in through `refresh`, in order and exactly once.
 */
export class Journal {
  readonly run: string;
  readonly view: RunView;
  readonly #store: Store;
  readonly #listeners = new Set<(entry: Entry) => void>();
  #refreshing: Promise<void> = Promise.resolve();
  #lastLanded: string | null = null;

  constructor(parts: { readonly run: string; readonly view: RunView; readonly store: Store }) {
    this.run = parts.run;
    this.view = parts.view;
    this.#store = parts.store;
  }

  /** What this run landed last: the target must hold it for as long as the run goes on. */
  get lastLanded(): string | null {
    return this.#lastLanded;
  }

  /** Every entry from now on, our own and foreign ones, after the view has taken it in. */
  onEntry(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async append(events: readonly RunEvent[], jobs: readonly Job[] = []): Promise<Result<void, AppendRefusal>> {
    const appended = await this.#store.append(this.run, events, jobs);
    if (!appended.ok) {
      // What was refused was decided by an older state of things than the store's.
      await this.refresh();
      return err(appended.error);
    }
    const [first] = appended.value;
    // Somebody else's entries may stand between ours and what we know: the journal's order is the only order.
    if (first !== undefined && first.seq === this.view.seq + 1) this.#take(appended.value);
    else await this.refresh();
    return ok(undefined);
  }

  /** Takes in what others wrote. Calls run one after the other, so that no entry is applied twice. */
  async refresh(): Promise<void> {
    const next = this.#refreshing.then(() => this.#readOn());
    this.#refreshing = next.catch(() => undefined);
    await next;
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const entries = await this.#store.entries(this.run, this.view.seq, 1_000);
      this.#take(entries);
      if (entries.length < 1_000) return;
    }
  }

  #take(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.seq <= this.view.seq) continue;
      this.view.apply(entry);
      if (entry.event.type === 'task-landed') this.#lastLanded = entry.event.commit;
      for (const listener of this.#listeners) listener(entry);
    }
  }
}
