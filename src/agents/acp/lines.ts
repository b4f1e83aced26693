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
      this.#parts.push(chunk.subarray(from, end));
      const line = Buffer.concat(this.#parts).toString('utf8').trim();
      this.#parts = [];
      this.#length = 0;
      from = end + 1;
      if (line !== '') this.#onLine(line);
    }
    this.#parts.push(chunk.subarray(from));
    this.#length += chunk.length - from;
    if (this.#length <= LINE_BYTES_MAX) return true;
    this.#parts = [];
    return false;
  }
}
