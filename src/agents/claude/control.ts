import { fieldOf, textOf } from '../json.ts';

/** The client's control protocol: requests and answers in both directions, between the messages of the session. */
export class Control {
  readonly #write: (message: unknown) => void;
  readonly #waiting = new Map<string, (answer: unknown) => void>();
  #count = 0;

  constructor(write: (message: unknown) => void) {
    this.#write = write;
  }

  /**
   * Asks the client something. `hear` gets its answer in the order in which it came among the other messages; null: it
   * refused, or left without one.
   */
  ask(request: Readonly<Record<string, unknown>>, hear: (answer: unknown) => void = () => undefined): void {
    const request_id = `branchline-${++this.#count}`;
    this.#waiting.set(request_id, hear);
    this.#write({ type: 'control_request', request_id, request });
  }

  answer(request_id: string, response: unknown): void {
    this.#write({ type: 'control_response', response: { subtype: 'success', request_id, response } });
  }

  refuse(request_id: string, error: string): void {
    this.#write({ type: 'control_response', response: { subtype: 'error', request_id, error } });
  }

  /** A `control_response`. One to what nobody asked is left alone. */
  hear(message: unknown): void {
    const response = fieldOf(message, 'response');
    const id = textOf(fieldOf(response, 'request_id'));
    const told = this.#waiting.get(id);
    this.#waiting.delete(id);
    told?.(fieldOf(response, 'subtype') === 'success' ? (fieldOf(response, 'response') ?? {}) : null);
  }

  end(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const told of waiting) told(null);
  }
}
