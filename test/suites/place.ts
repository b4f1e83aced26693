import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Clock } from '../../src/core/time.ts';
import type { Owner } from '../../src/store/owner.ts';
import type { OpenedStore } from '../../src/store/store.ts';

/** One behaviour. Suites are plain lists, so that any runner can run them: vitest here, a bare Node 22 elsewhere. */
export type Case = { readonly name: string; readonly run: () => Promise<void> };

/** One fresh database, which any number of connections and processes may use at once. */
export type Place = {
  open(options?: { readonly clock?: Clock; readonly owner?: Owner; readonly lease_ms?: number }): Promise<OpenedStore>;
  /** A real process on the same database; `role` and `args` as in `store-process.ts`. */
  start(role: string, ...args: readonly string[]): StoreProcess;
  /** Keeps everybody else from writing until the function that comes back is called. */
  block(): Promise<() => void>;
  /** What the database itself says about its state: 'ok'. */
  integrity(): Promise<string>;
  dispose(): Promise<void>;
};
export type Opener = () => Promise<Place>;

/** Runs `body` in a place of its own, and always clears it away. */
export const inPlace = async (opener: Opener, body: (place: Place) => Promise<void>): Promise<void> => {
  const place = await opener();
  try {
    await body(place);
  } finally {
    await place.dispose();
  }
};

/** A child whose lines can be awaited. */
export class StoreProcess {
  readonly #child: ChildProcess;
  readonly lines: string[] = [];
  readonly #listeners = new Set<() => void>();
  #errors = '';
  #ended = false;

  constructor(program: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    if (this.#child.stdout === null || this.#child.stderr === null) throw new Error('no pipes');
    createInterface(this.#child.stdout).on('line', (line) => {
      this.lines.push(line);
      this.#tell();
    });
    this.#child.stderr.on('data', (chunk) => {
      this.#errors += String(chunk);
    });
    this.#child.on('close', () => {
      this.#ended = true;
      this.#tell();
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** The first line, at or after line `from`, that starts with `words`. */
  async line(words: string, from = 0): Promise<string> {
    const find = (): string | undefined => this.lines.slice(from).find((line) => line.startsWith(words));
    await this.#when(() => find() !== undefined || this.#ended, words);
    const found = find();
    if (found === undefined) throw new Error(`No line "${words}", only: ${this.lines.join(' | ')} ${this.#errors}`);
    return found;
  }

  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it, however it is, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended();
  }

  /** Resolves with what it wrote to standard error. */
  async ended(): Promise<string> {
    if (!this.#ended) await once(this.#child, 'close');
    return this.#errors;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #when(condition: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#listeners.delete(look);
        reject(new Error(`Waited in vain for "${what}"; lines: ${this.lines.join(' | ')} ${this.#errors}`));
      }, 20_000);
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(late);
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
      look();
    });
  }
}

/** Resolves once `condition` holds; rejects when it does not for `limit_ms`. */
export const eventually = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  limit_ms = 15_000,
): Promise<void> => {
  const until = performance.now() + limit_ms;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
