import { Circling } from '../core/circling.ts';
import type { RunEvent } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { AgentEvent } from '../core/ports/agent.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { type Context, taskOf } from './context.ts';
import { choiceFor, questionRules } from './settings.ts';
import type { Talk } from './talk.ts';
import type { Watch } from './watch.ts';

export type HearingParts = {
  readonly context: Context;
  readonly key: AttemptKey;
  readonly watch: Watch;
  readonly talk: Talk;
  /** Ends the agent. Only the first reason counts. */
  readonly end: (because: Failure) => void;
  /** Keeps what is in the worktree now; true: something has changed since it was last kept. */
  readonly hasMoved: () => Promise<boolean>;
  /** Answers a question of the session; false: it does not wait any more. */
  readonly answer: (question: string, text: string) => Promise<boolean>;
  /** How many words of people the agent was given with its first message. */
  readonly told: number;
};

/** So often at the most a vendor's pressure is written down: every agent of the account meets with the same. */
const PRESSURE_MS = 5_000;

/** Hears what an agent tells, and writes down what must outlive it. What it cannot write is not missed: the end says so. */
export class Hearing {
  readonly #parts: HearingParts;
  readonly #circling = new Circling();
  #progress = '';
  #questions = 0;
  #pressedAt_ms = Number.NEGATIVE_INFINITY;
  #looking = false;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(parts: HearingParts) {
    this.#parts = parts;
  }

  hear(event: AgentEvent): void {
    const { watch, context } = this.#parts;
    watch.hear(event);
    const suspicion = this.#circling.hear(event, context.parts.clock.monotonic_ms());
    if (suspicion !== null) void this.#suspect(suspicion);
    switch (event.type) {
      case 'plan':
        this.#tellProgress(event);
        break;
      case 'session':
        this.#write([{ ...event, type: 'agent-session', ...this.#fence }, ...this.#told()]);
        break;
      case 'spent':
        this.#spend(event);
        break;
      case 'question':
        this.#ask(event);
        break;
      case 'retry':
        if (event.of === 'burst' || event.of === 'overload') this.#press(event.message);
        return;
      case 'limit':
        if (event.reached && event.until !== null)
          this.#write([
            { type: 'account-limited', account: this.#account, until: event.until, message: event.message },
          ]);
        return;
      default:
    }
  }

  /** What an agent says of its progress by another way. */
  progress(done: number, of: number, text: string): void {
    this.#note({ done, of, text: text.slice(0, 200) });
  }

  /** Resolves once everything heard is written, or cannot be. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #tellProgress({ items }: Extract<AgentEvent, { type: 'plan' }>): void {
    const text = items.find(({ done }) => !done)?.text ?? '';
    this.#note({ done: items.filter((item) => item.done).length, of: items.length, text: text.slice(0, 200) });
  }

  /** Written down where it has changed: an agent may tell its plan again with every word it says. */
  #note(progress: { readonly done: number; readonly of: number; readonly text: string }): void {
    if (JSON.stringify(progress) === this.#progress) return;
    this.#progress = JSON.stringify(progress);
    this.#write([{ type: 'agent-progress', ...this.#fence, ...progress }]);
  }

  #spend({ spent }: Extract<AgentEvent, { type: 'spent' }>): void {
    const { context, key, end } = this.#parts;
    this.#writing = Promise.all([
      this.#writing,
      context.ledger.spend(key, spent).then(
        (used) => used !== null && end(used),
        // Money that cannot be written down is not spent any further.
        () => end({ reason: 'workspace', message: 'What its agent spends cannot be written down any more' }),
      ),
    ]);
  }

  #ask({ id, asked }: Extract<AgentEvent, { type: 'question' }>): void {
    const { talk, key, answer, context } = this.#parts;
    this.#questions += 1;
    const name = this.#questions === 1 ? `${key.task}.${key.attempt}` : `${key.task}.${key.attempt}.${this.#questions}`;
    const { wait_ms } = questionRules(context, key.task);
    talk.ask(asked, { id: name, wait_ms, answer: (text) => answer(id, text) });
  }

  #press(message: string): void {
    const now_ms = this.#parts.context.parts.clock.monotonic_ms();
    if (now_ms - this.#pressedAt_ms < PRESSURE_MS) return;
    this.#pressedAt_ms = now_ms;
    this.#write([{ type: 'account-pressed', account: this.#account, message: message.slice(0, 300) }]);
  }

  /** One suspicion at a time; a changed worktree speaks for the agent. */
  async #suspect(suspicion: Failure): Promise<void> {
    const { hasMoved, end, context, key } = this.#parts;
    if (this.#looking || taskOf(context, key.task).kind === 'research') return;
    this.#looking = true;
    const moved = suspicion.reason === 'no-progress' && (await hasMoved().catch(() => true));
    if (moved) this.#circling.moved();
    else end(suspicion);
    this.#looking = false;
  }

  #told(): readonly RunEvent[] {
    const { told, context, key } = this.#parts;
    const { delivered } = context.journal.view.recordOf(key.task);
    return told > delivered ? [{ type: 'words-delivered', ...this.#fence, count: told }] : [];
  }

  #write(events: readonly RunEvent[]): void {
    const { journal } = this.#parts.context;
    this.#writing = this.#writing.then(() => journal.append(events)).catch(() => undefined);
  }

  get #account(): string {
    const { context, key } = this.#parts;
    const { name, account } = choiceFor(context, key.task);
    return context.journal.view.recordOf(key.task).account ?? account ?? `agent:${name}`;
  }

  get #fence(): { readonly task: string; readonly attempt: number } {
    const { task, attempt } = this.#parts.key;
    return { task, attempt };
  }
}
