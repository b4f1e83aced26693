import { widthOf } from './width.ts';

/** Repaints a block of lines in place, below whatever was printed before. Needs a terminal that knows `ESC [`. */
export class Screen {
  readonly #write: (text: string) => void;
  #painted: readonly string[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Shows `lines` in the place of the ones before; writes nothing when nothing changed. */
  paint(lines: readonly string[], columns: number): void {
    if (lines.length === this.#painted.length && lines.every((line, index) => line === this.#painted[index])) return;
    this.#write(`${this.#up(columns)}${block(lines)}\x1b[J`);
    this.#painted = lines;
  }

  /** Prints text (with its line end) above the block for good. */
  above(text: string, columns: number): void {
    this.#write(`${this.#up(columns)}\x1b[J${text}${block(this.#painted)}`);
  }

  /** Leaves the last frame where it is; the next `paint` begins below it. */
  leave(): void {
    this.#painted = [];
  }

  /** After a terminal got narrower, lines painted before take several rows of it. */
  #up(columns: number): string {
    const rows = this.#painted.reduce((sum, line) => sum + rowsOf(line, columns), 0);
    return rows === 0 ? '' : `\x1b[${rows}A\r`;
  }
}

/** Wrapping is off while painting, so that a terminal that just got narrower does not break the count of rows. */
const block = (lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\x1b[?7l${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[?7h`;

const rowsOf = (line: string, columns: number): number =>
  Math.max(1, Math.ceil(widthOf(withoutColour(line)) / Math.max(1, columns)));

const withoutColour = (line: string): string => line.replace(/\x1b\[[\d;]*m/g, '');
