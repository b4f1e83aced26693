import type { Desk, DeskNote } from '../core/ports/desk.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import type { Context } from './context.ts';
import type { Hearing } from './hearing.ts';
import { questionRules } from './settings.ts';
import type { Talk } from './talk.ts';

type Parts = {
  readonly context: Context;
  readonly key: AttemptKey;
  readonly talk: Talk;
  readonly hearing: Hearing;
};

/** An agent may go on for a while after its tool told it that nobody has answered yet. */
const GRACE_MS = 60_000;

/** What comes and goes by the desk of an attempt: questions by tools and files, progress, answers. */
export class DeskTalk {
  readonly #parts: Parts;
  readonly #delivered = new Set<number>();
  readonly #laid = new Map<number, (heard: boolean) => void>();
  #desk: Desk | null = null;
  #summary = '';
  readonly #unasked: string[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async open(folder: string): Promise<void> {
    const early: DeskNote[] = [];
    // What lies there from before a restart is told before the desk can be answered at.
    this.#desk = await this.#parts.context.parts.desks.open(folder, (note) =>
      this.#desk === null ? early.push(note) : this.#hear(note),
    );
    for (const note of early) this.#hear(note);
  }

  /** What the agent says of its work, with what it said at its desk, and what it could not ask anybody. */
  claimWith(claim: string): string {
    const own = this.#summary !== '' && !claim.includes(this.#summary) ? [this.#summary] : [];
    const open = this.#unasked.map((text) => `- ${text}`).join('\n');
    return [claim, ...own, ...(open === '' ? [] : [`It could not ask, and assumed an answer to:\n${open}`])]
      .filter((part) => part !== '')
      .join('\n\n');
  }

  /** The agent is gone: an answer that it has not taken is ours again, to be brought by the next turn. */
  async settle(): Promise<void> {
    for (const [number, settled] of this.#laid) settled(!(await this.#desk?.deliver(number)));
    this.#laid.clear();
  }

  async close(): Promise<void> {
    await this.settle();
    await this.#desk?.close();
  }

  #hear(note: DeskNote): void {
    const { context, key, talk, hearing } = this.#parts;
    if (note.type === 'progress') hearing.progress(note.done, note.of, note.text);
    if (note.type === 'done') this.#summary = note.text;
    if (note.type === 'unasked') this.#unasked.push(note.asked.text);
    if (note.type === 'delivered') {
      this.#delivered.add(note.number);
      this.#laid.get(note.number)?.(true);
      this.#laid.delete(note.number);
    }
    if (note.type !== 'question') return;
    const { wait_ms, policy } = questionRules(context, key.task);
    const { number, paths, asked } = note;
    talk.ask(paths.length === 0 ? asked : { ...asked, paths }, {
      id: `${key.task}.${key.attempt}.d${number}`,
      wait_ms: wait_ms + (policy === 'park' ? 0 : GRACE_MS),
      answer: (text) => this.#answer(number, text),
    });
  }

  /** True once the agent has taken it. */
  async #answer(number: number, text: string): Promise<boolean> {
    if (!(await this.#desk?.answer(number, text))) return false;
    if (this.#delivered.has(number)) return true;
    return new Promise((resolve) => {
      this.#laid.set(number, resolve);
    });
  }
}
