import type { Failure } from './failure.ts';
import type { AgentEvent } from './ports/agent.ts';
import type { Instant } from './time.ts';

/** So many answers of the model without a changed file are looked into. Reading alone takes a while, so it is not few. */
const CALLS_MAX = 150;
/** A model that answers this fast, so many times in a row, is read by nobody: a client that goes in circles. */
const FAST_CALLS = 40;
const FAST_MS = 60_000;
/** The same error of the same kind of tool, with nothing that went well between. */
const SAME_ERRORS_MAX = 8;

/**
 * Counts what an agent does without getting anywhere. It only suspects: whether files have changed is for the worktree to
 * say, since what a shell command wrote is told by nobody.
 */
export class Circling {
  #calls: Instant[] = [];
  #error = '';
  #times = 0;

  /** What to be afraid of after this event; null: nothing. */
  hear(event: AgentEvent, now_ms: Instant): Failure | null {
    if (event.type === 'tool') return this.#tool(event);
    if (event.type === 'error') return this.#failed(event.message);
    if (event.type !== 'spent') return null;
    this.#calls.push(now_ms);
    const since_ms = now_ms - (this.#calls.at(-FAST_CALLS) ?? Number.NEGATIVE_INFINITY);
    const isFast = this.#calls.length >= FAST_CALLS && since_ms < FAST_MS;
    return isFast || this.#calls.length >= CALLS_MAX ? { reason: 'no-progress', calls: this.#calls.length } : null;
  }

  /** Files have changed after all: counting begins anew. */
  moved(): void {
    this.#calls = [];
  }

  #tool({ kind, title, status }: Extract<AgentEvent, { type: 'tool' }>): Failure | null {
    if (status === 'failed') return this.#failed(`${kind}: ${title}`);
    if (status !== 'completed') return null;
    this.#error = '';
    this.#times = 0;
    if (EDITS.has(kind)) this.moved();
    return null;
  }

  #failed(message: string): Failure | null {
    this.#times = message === this.#error ? this.#times + 1 : 1;
    this.#error = message;
    return this.#times < SAME_ERRORS_MAX ? null : { reason: 'going-in-circles', message, times: this.#times };
  }
}

const EDITS: ReadonlySet<string> = new Set(['edit', 'delete', 'move']);
