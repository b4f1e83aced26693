import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';

type Message = {
  readonly dir: '<' | '>';
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
};

type Heard = { readonly id?: number; readonly method?: string; readonly params?: unknown; readonly result?: unknown };

/** How bytes reach the client: whole, in pieces of any size, or with other lines between. */
export type Delivery = (line: string) => readonly Buffer[];

const whole: Delivery = (line) => [Buffer.from(line)];

/**
 * A recorded conversation with an agent, played to a client that may say a little more than the recorded one did: what it
 * asks besides is answered with nothing, and a further turn ends at once. `onCancel` is called where the recorded client
 * cancelled its turn.
 */
export class AcpTape {
  readonly #messages: readonly Message[];
  readonly #stream: Duplex;
  readonly #delivery: Delivery;
  readonly #onCancel: () => void;
  /** Ids of the recording, and those that the client uses in their place. */
  readonly #ids = new Map<number, number>();
  #at = 0;
  /** Everything that the client said. */
  readonly heard: Heard[] = [];

  constructor(
    file: string,
    stream: Duplex,
    {
      cwd,
      onCancel = () => undefined,
      delivery = whole,
    }: { readonly cwd: string; readonly onCancel?: () => void; readonly delivery?: Delivery },
  ) {
    this.#messages = readFileSync(file, 'utf8')
      .replaceAll('{{cwd}}', cwd)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Message);
    this.#stream = stream;
    this.#delivery = delivery;
    this.#onCancel = onCancel;
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#hear(JSON.parse(line) as Heard);
    });
  }

  #hear(said: Heard): void {
    this.heard.push(said);
    const expected = this.#messages[this.#at];
    const isExpected =
      expected?.dir === '>' &&
      (expected.method === undefined
        ? said.method === undefined && said.id === expected.id
        : plain(said.method) === plain(expected.method));
    if (!isExpected) {
      this.#improvise(said);
      return;
    }
    if (expected.id !== undefined && said.id !== undefined && expected.method !== undefined)
      this.#ids.set(expected.id, said.id);
    this.#at++;
    this.#goOn();
  }

  /** Everything that the agent said before the client's next word. */
  #goOn(): void {
    for (;;) {
      const next = this.#messages[this.#at];
      if (next === undefined) return;
      if (next.dir === '>') {
        if (next.method === 'session/cancel') this.#onCancel();
        return;
      }
      this.#at++;
      const { dir: _, ...message } = next;
      const isAnswer = message.method === undefined && message.id !== undefined;
      this.#send(isAnswer ? { ...message, id: this.#ids.get(message.id ?? -1) } : message);
    }
  }

  #improvise({ id, method }: Heard): void {
    if (method === undefined || id === undefined) return;
    const result = method === 'session/prompt' ? { stopReason: 'end_turn' } : {};
    if (method === 'session/prompt') {
      const content = { type: 'text', text: 'I went on.' };
      this.#send({ method: 'session/update', params: { update: { sessionUpdate: 'agent_message_chunk', content } } });
    }
    this.#send({ id, result });
  }

  #send(message: object): void {
    for (const piece of this.#delivery(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`))
      this.#stream.write(piece);
  }
}

/** There are two ways to go on with a session, and the recorded client may have taken the other one. */
const plain = (method: string | undefined): string | undefined =>
  method === 'session/load' ? 'session/resume' : method;
