import type { ChildProcess } from 'node:child_process';

/** Takes one whole answer from the front of `seen`; null: more must come first. */
export type ReadAnswer<T> = (seen: Buffer) => { readonly value: T; readonly length: number } | null;

type Pending = { readonly read: (seen: Buffer) => number; readonly fail: () => void };

const EMPTY = Buffer.alloc(0);

/**
 * A long-lived git that answers requests in order: a hundredth of the price of a process each. It is started at the
 * first request, started again if it died, and an answer that does not come in time ends it.
 */
export class Talk {
  readonly #start: () => ChildProcess;
  readonly #timeout_ms: number;
  #child: ChildProcess | null = null;
  #pending: Pending[] = [];
  #chunks: Buffer[] = [];
  #silence: NodeJS.Timeout | null = null;

  constructor(start: () => ChildProcess, timeout_ms = 30_000) {
    this.#start = start;
    this.#timeout_ms = timeout_ms;
  }

  /** null: the program died or stayed silent, and the caller must do it another way. */
  ask<T>(request: string | Buffer, read: ReadAnswer<T>): Promise<T | null> {
    const child = this.#living();
    return new Promise((resolve) => {
      const take = (seen: Buffer): number => {
        const answer = read(seen);
        if (answer === null) return 0;
        resolve(answer.value);
        return answer.length;
      };
      this.#pending.push({ read: take, fail: () => resolve(null) });
      this.#hold(child);
      child.stdin?.write(request);
    });
  }

  /** Ends the program and waits until it is gone. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.ref();
    for (const stream of [child.stdout, child.stderr]) refStream(stream);
    child.stdin?.end();
    await gone;
  }

  #living(): ChildProcess {
    if (this.#child !== null) return this.#child;
    const child = this.#start();
    this.#child = child;
    this.#chunks = [];
    child.stdout?.on('data', (chunk: Buffer) => this.#receive(child, chunk));
    child.stderr?.resume();
    const ended = (): void => this.#lost(child);
    child.once('close', ended);
    child.once('error', ended);
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) unrefStream(stream);
    return child;
  }

  #receive(child: ChildProcess, chunk: Buffer): void {
    if (child !== this.#child) return;
    this.#chunks.push(chunk);
    let seen = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    for (let first = this.#pending[0]; first !== undefined && seen.length > 0; first = this.#pending[0]) {
      const length = first.read(seen);
      if (length === 0) break;
      this.#pending.shift();
      seen = seen.subarray(length);
    }
    this.#chunks = seen.length === 0 ? [] : [seen];
    this.#hold(child);
  }

  /** An idle program keeps neither our process alive nor a timer running. */
  #hold(child: ChildProcess): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = null;
    if (this.#pending.length === 0) {
      unrefStream(child.stdout);
      return;
    }
    refStream(child.stdout);
    this.#silence = setTimeout(() => child.kill('SIGKILL'), this.#timeout_ms);
  }

  #lost(child: ChildProcess): void {
    if (child !== this.#child && this.#child !== null) return;
    this.#child = null;
    if (this.#silence !== null) clearTimeout(this.#silence);
    const pending = this.#pending;
    this.#pending = [];
    this.#chunks = [EMPTY];
    for (const { fail } of pending) fail();
  }
}

/** Pipes of a child are sockets, which its declared type does not know. */
const refStream = (stream: object | null | undefined): void => void (stream as Referenced | null | undefined)?.ref?.();
const unrefStream = (stream: object | null | undefined): void =>
  void (stream as Referenced | null | undefined)?.unref?.();
type Referenced = { ref?: () => unknown; unref?: () => unknown };
