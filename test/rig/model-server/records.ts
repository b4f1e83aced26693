import type { ProtocolName } from './protocol.ts';
import type { Wish } from './route.ts';
import type { Fault } from './script.ts';

/** What is known of one request. It grows until the answer has ended. */
export type Recorded = {
  readonly script: string;
  /** Counted from 1 among the requests of this script that declare tools; null for all others. */
  readonly n: number | null;
  /** Milliseconds since the server started. */
  readonly at_ms: number;
  readonly method: string;
  readonly path: string;
  readonly protocol: ProtocolName;
  /** `side`: a call without tools, which no step answers. */
  readonly kind: Wish | 'side';
  readonly account: string;
  readonly model: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Every text of the body: what the client had the model read. */
  readonly said: string;
  readonly cwd: string;
  readonly tools: readonly string[];
  /** The number of the step that answered, from 0; null where none did. */
  step: number | null;
  fault: Fault['is'] | 'limit' | null;
  /** Actions of the step for which the client has no tool. */
  missed: readonly string[];
  status: number | null;
  /** How the answer ended: `cut` by a fault, `left` by the client (or the server's end), `told` whole. */
  ended: 'told' | 'cut' | 'left' | null;
};

type Waiting = {
  readonly what: string;
  readonly find: () => Recorded | undefined;
  readonly resolve: (found: Recorded) => void;
  readonly reject: (error: Error) => void;
};

/** The record of all requests, which a test can wait on. */
export class Records {
  readonly all: Recorded[] = [];
  #waiting: readonly Waiting[] = [];

  add(record: Recorded): void {
    this.all.push(record);
    this.changed();
  }

  /** Something is known of a request that was not. */
  changed(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((each) => each.find() === undefined);
    for (const { find, resolve } of waiting) {
      const found = find();
      if (found !== undefined) resolve(found);
    }
  }

  /** The first request of which this is true, as soon as there is one. */
  wait(what: string, is: (record: Recorded) => boolean): Promise<Recorded> {
    return new Promise((resolve, reject) => {
      this.#waiting = [...this.#waiting, { what, find: () => this.all.find(is), resolve, reject }];
      this.changed();
    });
  }

  /** Nothing more will come: whoever waits is told what did. */
  close(): void {
    const came = this.all.map(({ script, kind, n, status }) => `${script} ${kind} ${n ?? '-'} ${status}`).join('; ');
    for (const { what, reject } of this.#waiting) reject(new Error(`Waited for ${what}, but there was only: ${came}`));
    this.#waiting = [];
  }
}
