import type { Entry } from '../core/event.ts';
import type { AgentSession } from '../core/ports/agent.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import type { Asked, Question } from '../core/question.ts';
import type { Context } from './context.ts';
import { questionRules } from './settings.ts';

/** One way by which an agent asks: how an answer gets back to it, and how long it may wait for one. */
export type Channel = {
  /** The question's id; the same question asked again after a restart has the same one. */
  readonly id: string;
  /** False: nobody waits there any more. */
  answer(text: string): Promise<boolean>;
  readonly wait_ms: number;
};

/** What an agent is told that may not ask. */
const NOBODY_ANSWERS =
  'Nobody can answer now. Assume something sensible, go on, and write the assumption into your report.';

/**
 * What passes between people and the agent of one attempt while it works: its questions go into the journal, answers and
 * notes from there to the agent. One question at a time; each is answered at most once, since `evolve` lets only one
 * answer through.
 */
export class Talk {
  readonly #context: Context;
  readonly #key: AttemptKey;
  readonly #over = new AbortController();
  readonly #unlisten: () => void;
  #park: (question: Question) => void = () => undefined;
  /** Resolves with a question that nobody answered for as long as the agent may wait; else never. */
  readonly parked = new Promise<Question>((resolve) => {
    this.#park = resolve;
  });
  #session: AgentSession | null = null;
  #open: { readonly question: Question; readonly channel: Channel; readonly answered: AbortController } | null = null;
  #asking: Promise<void> = Promise.resolve();
  #telling: Promise<void> = Promise.resolve();
  #late: string | null = null;

  constructor(context: Context, key: AttemptKey) {
    this.#context = context;
    this.#key = key;
    this.#unlisten = context.journal.onEntry((entry) => this.#hear(entry));
  }

  /** The question that has no answer yet. */
  get open(): Question | null {
    return this.#open?.question ?? null;
  }

  /** The question whose answer came when the agent did not listen any more. */
  get late(): string | null {
    return this.#late;
  }

  /** From now on there is somebody to tell notes to. */
  with(session: AgentSession): void {
    this.#session = session;
  }

  ask(asked: Asked, channel: Channel): void {
    this.#asking = this.#asking.then(() => this.#raise(asked, channel));
  }

  /** Waits until what is being said has been said; nothing is said after it. */
  async close(): Promise<void> {
    this.#over.abort();
    await this.#telling;
    this.#unlisten();
  }

  async #raise(asked: Asked, channel: Channel): Promise<void> {
    const { journal, parts, notify } = this.#context;
    if (this.#over.signal.aborted) return;
    const rules = questionRules(this.#context, this.#key.task);
    if (rules.policy === 'forbid') {
      await channel.answer(NOBODY_ANSWERS);
      return;
    }
    const question = questionOf(asked, { id: channel.id, rules, now: parts.clock.now() });
    const answered = new AbortController();
    this.#open = { question, channel, answered };
    // Asked again after a restart it stands in the journal already.
    if (journal.view.recordOf(this.#key.task).question?.id !== question.id) {
      const raised = await journal.append([{ type: 'question-raised', ...fence(this.#key), question }]);
      if (!raised.ok) {
        this.#open = null;
        return;
      }
    }
    notify();
    const wait_ms = rules.policy === 'park' ? 0 : channel.wait_ms;
    await parts.clock.until(parts.clock.now() + wait_ms, AbortSignal.any([answered.signal, this.#over.signal]));
    if (answered.signal.aborted || this.#over.signal.aborted) return;
    this.#park(question);
  }

  #hear({ event }: Entry): void {
    if (!('task' in event) || event.task !== this.#key.task || event.attempt !== this.#key.attempt) return;
    if (event.type === 'note-left') this.#tell(() => this.#note(event.text));
    const open = this.#open;
    if (event.type !== 'question-answered' || open?.question.id !== event.question) return;
    this.#open = null;
    open.answered.abort();
    this.#tell(async () => {
      if (await open.channel.answer(event.answer)) await this.#delivered();
      else this.#late = event.question;
    });
  }

  async #note(text: string): Promise<void> {
    if (await this.#session?.steer(text)) await this.#delivered();
  }

  async #delivered(): Promise<void> {
    const { journal } = this.#context;
    const { saidCount } = journal.view.recordOf(this.#key.task);
    await journal.append([{ type: 'words-delivered', ...fence(this.#key), count: saidCount }]);
  }

  /** What cannot be said is not lost: words that were not delivered go into the next turn. */
  #tell(say: () => Promise<void>): void {
    this.#telling = this.#telling.then(say).catch(() => undefined);
  }
}

type Asking = {
  readonly id: string;
  readonly rules: ReturnType<typeof questionRules>;
  readonly now: number;
};

/** A default that the question does not offer answers nothing. */
export function questionOf(asked: Asked, { id, rules, now }: Asking): Question {
  const fits = rules.default !== null && (asked.options.length === 0 || asked.options.includes(rules.default));
  const answer = fits && rules.deadline_ms !== null ? rules.default : null;
  return { ...asked, id, default: answer, deadline: answer === null ? null : now + (rules.deadline_ms ?? 0) };
}

const fence = ({ task, attempt }: AttemptKey): { task: string; attempt: number } => ({ task, attempt });
