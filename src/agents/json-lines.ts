/** Longer lines end the conversation: nothing honest is that long, and it would be held in memory whole. */
export const LINE_BYTES_MAX = 8 * 1024 * 1024;

/** Bytes in pieces of any size, as lines: a character or a line may well be cut in two. */
export class Lines {
  readonly #onLine: (line: string) => void;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** False once a line is too long; what it held is dropped. */
  push(chunk: Buffer): boolean {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      if (this.#length + end - from > LINE_BYTES_MAX) return this.#drop();
      this.#parts.push(chunk.subarray(from, end));
      const line = Buffer.concat(this.#parts).toString('utf8').trim();
      this.#parts = [];
      this.#length = 0;
      from = end + 1;
      if (line !== '') this.#onLine(line);
    }
    this.#parts.push(chunk.subarray(from));
    this.#length += chunk.length - from;
    return this.#length <= LINE_BYTES_MAX || this.#drop();
  }

  /** What came after the last end of a line, as one more line: a process may die, or end, without one. */
  end(): void {
    const line = Buffer.concat(this.#parts).toString('utf8').trim();
    this.#drop();
    if (line !== '') this.#onLine(line);
  }

  #drop(): false {
    this.#parts = [];
    this.#length = 0;
    return false;
  }
}

/** The object that a line holds; null: it holds none. */
export const objectIn = (line: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
};
