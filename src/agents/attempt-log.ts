import { appendFile } from 'node:fs/promises';
import type { AgentEvent } from '../core/ports/agent.ts';

/** The log of an agent that talks in messages is what a person would want to read of them. */
export class AttemptLog {
  readonly #path: string;
  #pending = '';
  #writing: Promise<void> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  write(event: AgentEvent): void {
    this.#pending += lineFor(event);
    if (this.#pending !== '') this.#writing ??= this.#flush();
  }

  async written(): Promise<void> {
    await this.#writing;
  }

  async #flush(): Promise<void> {
    while (this.#pending !== '') {
      const text = this.#pending;
      this.#pending = '';
      await appendFile(this.#path, text);
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
