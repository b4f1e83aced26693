import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from './stage.ts';

/**
 * Asks `status --json` so many times a second until told to stop. A process is started on each beat whether or not the one
 * before has ended, up to `atOnce` of them, so that a slow machine makes it slower and not endless.
 */
export class StatusPoll {
  readonly #over = new AbortController();
  readonly #asking = new Set<Promise<void>>();
  readonly #failed: string[] = [];
  readonly #counted = new Set<() => void>();
  #times = 0;
  #beating: Promise<void> = Promise.resolve();

  static async start(stage: Stage, hertz: number, atOnce = 3): Promise<StatusPoll> {
    const poll = new StatusPoll();
    poll.#beating = poll.#beat(stage, { pause_ms: 1_000 / hertz, atOnce });
    return poll;
  }

  /** Resolves once it has been asked so many times. */
  async asked(times: number): Promise<void> {
    while (this.#times < times) await new Promise<void>((resolve) => this.#counted.add(resolve));
  }

  async end(): Promise<{ readonly times: number; readonly failed: readonly string[] }> {
    this.#over.abort();
    await this.#beating;
    await Promise.all(this.#asking);
    return { times: this.#times, failed: this.#failed };
  }

  async #beat(
    stage: Stage,
    { pause_ms, atOnce }: { readonly pause_ms: number; readonly atOnce: number },
  ): Promise<void> {
    while (!this.#over.signal.aborted) {
      if (this.#asking.size < atOnce) {
        const asked = this.#ask(stage).finally(() => this.#asking.delete(asked));
        this.#asking.add(asked);
      }
      await pause(pause_ms);
    }
  }

  async #ask(stage: Stage): Promise<void> {
    this.#times += 1;
    for (const tell of this.#counted) tell();
    this.#counted.clear();
    const { code, stdout, stderr } = await stage.cli(['status', '--json']);
    if (code !== 0 || !stdout.startsWith('{')) this.#failed.push(`${code}: ${stderr}`);
  }
}
