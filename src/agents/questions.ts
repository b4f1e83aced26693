import type { AgentEvent } from '../core/ports/agent.ts';
import type { Asked } from '../core/question.ts';

type Waiting = {
  readonly id: string;
  readonly asked: Asked;
  /** The agent's own name for what it waits for; empty: it cannot take it back. */
  readonly request: string;
  readonly settle: (answer: string | null) => void;
};

/** The questions of one session, one at a time: an agent may well ask for several things at once. */
export class Questions {
  readonly #tell: (event: AgentEvent) => void;
  readonly #line: Waiting[] = [];
  #count = 0;
  #isOver = false;
  /** What nobody had answered when the session ended. */
  #left: Asked | null = null;

  constructor(tell: (event: AgentEvent) => void) {
    this.#tell = tell;
  }

  /** The question that still waits, or waited when the session ended; null: none does. */
  get unanswered(): Asked | null {
    return this.#line[0]?.asked ?? this.#left;
  }

  /** The answer; null: the session ends, or the agent takes its request (by its own name for it) back. */
  ask(asked: Asked, request = ''): Promise<string | null> {
    if (this.#isOver) return Promise.resolve(null);
    return new Promise((settle) => {
      this.#line.push({ id: `q${++this.#count}`, asked, request, settle });
      if (this.#line.length === 1) this.#show();
    });
  }

  answer(id: string, text: string): boolean {
    if (this.#line[0]?.id !== id) return false;
    this.#line.shift()?.settle(text);
    this.#show();
    return true;
  }

  /** The agent takes back what it wanted to know. */
  withdraw(request: string): void {
    const shown = this.#line[0];
    for (const waiting of this.#line.filter((one) => one.request === request)) {
      this.#line.splice(this.#line.indexOf(waiting), 1);
      waiting.settle(null);
    }
    if (this.#line[0] !== shown) this.#show();
  }

  /** Nobody answers any more. */
  end(): void {
    this.#isOver = true;
    this.#left ??= this.#line[0]?.asked ?? null;
    for (const { settle } of this.#line.splice(0)) settle(null);
  }

  #show(): void {
    const first = this.#line[0];
    if (first !== undefined) this.#tell({ type: 'question', id: first.id, asked: first.asked });
  }
}
