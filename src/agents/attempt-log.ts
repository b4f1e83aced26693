import { type FileHandle, open } from 'node:fs/promises';
import type { AgentEvent } from '../core/ports/agent.ts';

/** The log of an agent that talks in messages is what a person would want to read of them. */
export class AttemptLog {
  readonly #path: string;
  /** Kept open while the agent talks: opening a file again for every line of it costs more than writing the line. */
  #file: FileHandle | null = null;
  #pending = '';
  #writing: Promise<void> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  write(event: AgentEvent): void {
    this.#pending += lineFor(event);
    if (this.#pending !== '') this.#writing ??= this.#flush();
  }

  /** Resolves once all of it is in the file. Whatever is written later opens it again. */
  async written(): Promise<void> {
    await this.#writing;
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #flush(): Promise<void> {
    while (this.#pending !== '') {
      const text = this.#pending;
      this.#pending = '';
      this.#file ??= await open(this.#path, 'a');
      await this.#file.appendFile(text);
    }
    this.#writing = null;
  }
}

const lineFor = (event: AgentEvent): string => {
  switch (event.type) {
    case 'text':
      return event.text;
    case 'tool':
      return `\n[${event.kind}: ${event.title} (${event.status})]\n`;
    case 'permission':
      return `\n[${event.granted ? 'allowed' : 'rejected'}: ${event.title} ${event.paths.join(' ')}]\n`;
    case 'question':
      return `\n[asks: ${event.asked.text}]\n`;
    case 'retry':
      return `\n[tries again: ${event.message}]\n`;
    case 'error':
      return `\n[error: ${event.message}]\n`;
    default:
      return '';
  }
};
