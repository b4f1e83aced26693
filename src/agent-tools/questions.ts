import { answerTo, ask } from '../desk/asking.ts';
import type { Wording } from '../desk/content.ts';
import type { ToolSettings } from './settings.ts';

/** A question under way. `answer` null: nobody answered in time. */
type Asking = { readonly number: number; readonly answer: string | null };

/**
 * Asks, once for each wording: a client that gave up on a call and makes it again asks nothing new, and gets the answer
 * that may have come in between.
 */
export class Questions {
  readonly #settings: ToolSettings;
  readonly #open = new Map<string, Promise<number>>();

  constructor(settings: ToolSettings) {
    this.#settings = settings;
  }

  async ask(question: Wording, signal: AbortSignal): Promise<Asking> {
    const { desk, wait_ms } = this.#settings;
    const key = JSON.stringify(question);
    const laid = this.#open.get(key) ?? ask(desk, question);
    this.#open.set(key, laid);
    try {
      const number = await laid;
      const answer = await answerTo(desk, number, { wait_ms, signal });
      if (answer !== null) this.#open.delete(key);
      return { number, answer };
    } catch (error) {
      this.#open.delete(key);
      throw error;
    }
  }
}
