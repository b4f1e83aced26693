import type { Socket } from 'node:net';
import { fieldOf, textOf } from '../json.ts';
import { LINE_BYTES_MAX, Lines, objectIn } from '../json-lines.ts';

/** What a Codex app server refused, or why it could not be asked. */
export class Refused extends Error {
  readonly data: unknown;

  constructor(message: string, data: unknown) {
    super(message);
    this.data = data;
  }
}

export type Listener = {
  /** Any line at all. */
  heard(): void;
  told(method: string, params: unknown): void;
  /** The answer to a request of the server; what it throws becomes an error there. */
  asked(method: string, params: unknown): Promise<unknown>;
  unknown(line: string): void;
  closed(why: string | null): void;
};

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Refused) => void };

/** JSON-RPC lines in both directions, without a version key, as `codex app-server` speaks them. */
export class Connection {
  readonly #socket: Socket;
  readonly #listener: Listener;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #isOver = false;

  constructor(socket: Socket, listener: Listener) {
    this.#socket = socket;
    this.#listener = listener;
    const lines = new Lines((line) => this.#hear(line));
    socket.on('data', (chunk: Buffer) => {
      if (!this.#isOver && !lines.push(chunk))
        this.#close(`the agent sent a line of more than ${LINE_BYTES_MAX} bytes`);
    });
    socket.once('end', () => this.#close(null));
    socket.once('close', () => this.#close(null));
    // Writing to an agent that has just died fails here; its exit, just behind, is what is acted upon.
    socket.on('error', () => undefined);
    socket.resume();
  }

  request(method: string, params: unknown): Promise<unknown> {
    if (this.#isOver) return Promise.reject(new Refused('the agent is gone', null));
    const id = ++this.#count;
    this.#write({ id, method, params });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  tell(method: string): void {
    this.#write({ method });
  }

  end(): void {
    this.#socket.end();
  }

  #hear(line: string): void {
    const message = objectIn(line);
    this.#listener.heard();
    if (message === null) {
      this.#listener.unknown(line);
      return;
    }
    const { id, method } = message;
    if (typeof method !== 'string') this.#settle(message);
    else if (id === undefined) this.#listener.told(method, message['params']);
    else void this.#answer(id, method, message['params']);
  }

  #settle({ id, error, result }: Readonly<Record<string, unknown>>): void {
    if (typeof id !== 'number') return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Refused(textOf(fieldOf(error, 'message')), error));
  }

  async #answer(id: unknown, method: string, params: unknown): Promise<void> {
    try {
      this.#write({ id, result: await this.#listener.asked(method, params) });
    } catch (error) {
      this.#write({ id, error: { code: -32601, message: error instanceof Error ? error.message : String(error) } });
    }
  }

  #write(message: unknown): void {
    if (!this.#isOver) this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  #close(why: string | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const { reject } of this.#waiting.values()) reject(new Refused('the agent closed its side', null));
    this.#waiting.clear();
    this.#listener.closed(why);
  }
}
