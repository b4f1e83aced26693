import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Failure } from '../../core/failure.ts';
import type { AgentEvent, AgentSpec } from '../../core/ports/agent.ts';
import type { Spent } from '../../core/spent.ts';
import type { Clock, Instant } from '../../core/time.ts';
import { deferred } from '../../process/deferred.ts';
import { visible } from '../../process/visible.ts';
import { fieldOf, listOf, numberOf, textOf } from '../json.ts';
import { LINE_BYTES_MAX, Lines, objectIn } from '../json-lines.ts';
import type { Grounds } from '../places.ts';
import { APPROVED } from '../plan-first.ts';
import { Questions } from '../questions.ts';
import { Control } from './control.ts';
import { Hearing } from './hearing.ts';
import type { Known } from './outcome.ts';
import { HOOKS, Permits, WORKING_MODE } from './permits.ts';
import { Spending } from './spending.ts';

/** Kinds of tools that may change files. */
const WORKING_KINDS = new Set(['edit', 'execute', 'agent', 'other']);

type Talk = {
  readonly stream: Socket;
  readonly spec: AgentSpec;
  readonly clock: Clock;
  readonly grounds: Grounds;
  readonly tell: (event: AgentEvent) => void;
};

/** One session with the client over its standard input and output, from the first line to the last. */
export class Conversation {
  readonly questions: Questions;
  /** Resolves once nothing more is to be waited for: the turn is over, cannot go on, or the client has closed its side. */
  readonly over: Promise<void>;
  /** Resolves once the client has closed its side. */
  readonly closed: Promise<void>;
  readonly #talk: Talk;
  readonly #control: Control;
  readonly #permits: Permits;
  readonly #hearing: Hearing;
  readonly #spending = new Spending();
  readonly #over = deferred<void>();
  readonly #closed = deferred<void>();
  /** What was said to the turn and not heard by it yet, by its names. */
  readonly #unheard = new Set<string>();
  /** Subagents at work beside the turn. */
  #aside = 0;
  #hasStarted = false;
  #isOver = false;
  #isInterrupted = false;
  #isClosed = false;
  #result: unknown = null;
  #failure: Failure | null = null;
  #known: Omit<Known, 'spec' | 'now'> = { model: null, error: '', limit: null, hasWorked: false };
  #heardAt: Instant;

  constructor(talk: Talk) {
    const { stream, spec, grounds, tell, clock } = talk;
    this.#talk = talk;
    this.over = this.#over.promise;
    this.closed = this.#closed.promise;
    this.#heardAt = clock.now();
    this.questions = new Questions(tell);
    this.#control = new Control((message) => this.#write(message));
    this.#permits = new Permits({ spec, grounds, questions: this.questions, tell });
    this.#hearing = new Hearing(spec.cwd);
    this.#listen(stream);
  }

  /** The last result, null: there was none. */
  get result(): unknown {
    return this.#result;
  }

  /** What ended the session before any result could. */
  get failure(): Failure | null {
    return this.#failure;
  }

  get known(): Known {
    return { ...this.#known, spec: this.#talk.spec, now: this.#talk.clock.now() };
  }

  /** When the client was last heard. */
  get heardAt(): Instant {
    return this.#heardAt;
  }

  /** Whether we ended the turn. */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  begin(text: string): void {
    // The client reads its input in order, so nothing has to be waited for. What a session that goes on has cost so far
    // is asked first: only what comes on top of it is this attempt's.
    this.#control.ask({ subtype: 'initialize', hooks: HOOKS });
    this.#askCost();
    this.#say(text);
  }

  steer(text: string): boolean {
    if (this.#isOver) return false;
    this.#unheard.add(this.#say(text));
    return true;
  }

  /** Ends the turn and keeps the session; resolves once the client says that the turn is over, or leaves. */
  async interrupt(): Promise<void> {
    this.questions.end();
    this.#isInterrupted = true;
    this.#control.ask({ subtype: 'interrupt', cancel_queued: true });
    this.#unheard.clear();
    this.#aside = 0;
    await this.over;
  }

  /** Closes our side: the client leaves when it has read all. */
  end(): void {
    this.#talk.stream.end();
  }

  #say(text: string): string {
    const uuid = randomUUID();
    const message = { role: 'user', content: [{ type: 'text', text }] };
    this.#write({ type: 'user', uuid, message, parent_tool_use_id: null, session_id: '' });
    return uuid;
  }

  #write(message: unknown): void {
    const { stream } = this.#talk;
    if (stream.writable) stream.write(`${JSON.stringify(message)}\n`);
  }

  #listen(stream: Socket): void {
    const lines = new Lines((line) => this.#read(line));
    const read = (chunk: Buffer): void => {
      if (lines.push(chunk)) return;
      stream.off('data', read).resume();
      this.#fail({ reason: 'agent-error', message: `The agent sent a line of more than ${LINE_BYTES_MAX} bytes.` });
    };
    const end = (): void => {
      if (this.#isClosed) return;
      lines.end();
      this.#isClosed = true;
      this.#finish();
      this.#control.end();
      this.questions.end();
      this.#tellSpent(this.#spending.flush());
      this.#closed.resolve();
    };
    stream.on('data', read);
    stream.once('end', end);
    stream.once('close', end);
    // Writing to a client that has just died fails here; its exit, just behind, is what is acted upon.
    stream.on('error', () => undefined);
    stream.resume();
  }

  #read(line: string): void {
    // What a client says that is about to be ended changes nothing any more.
    if (this.#failure !== null) return;
    const { tell, clock } = this.#talk;
    this.#heardAt = clock.now();
    const message = objectIn(line);
    if (message === null) {
      tell({ type: 'unknown', raw: visible(line.slice(0, 300)) });
      return;
    }
    if (!this.#hasStarted) tell({ type: 'started' });
    this.#hasStarted = true;
    this.#hear(message, line.length);
  }

  #hear(message: unknown, bytes: number): void {
    switch (fieldOf(message, 'type')) {
      case 'control_response':
        this.#control.hear(message);
        break;
      case 'control_request':
        // Whatever goes wrong in here, the client must not wait for ever.
        this.#answer(message).catch((error) =>
          this.#control.refuse(textOf(fieldOf(message, 'request_id')), String(error)),
        );
        break;
      case 'control_cancel_request':
        this.questions.withdraw(textOf(fieldOf(message, 'request_id')));
        break;
      case 'result':
        this.#hearResult(message);
        break;
      default:
        this.#learn(message);
        for (const event of this.#hearing.hear(message, bytes)) this.#tell(event);
        if (this.#spending.hear(message)) this.#askCost();
    }
  }

  #tell(event: AgentEvent): void {
    if (event.type === 'session') this.#known = { ...this.#known, model: event.model };
    if (event.type === 'tool' && event.status === 'completed' && WORKING_KINDS.has(event.kind))
      this.#known = { ...this.#known, hasWorked: true };
    if (event.type === 'limit' && event.reached) this.#known = { ...this.#known, limit: event };
    this.#talk.tell(event);
    // The client would try a refused login again for minutes.
    if (event.type === 'error' && event.of === 'login') this.#fail({ reason: 'login', message: event.message });
  }

  /** What a message says that only counts later. */
  #learn(message: unknown): void {
    const type = fieldOf(message, 'type');
    if (type === 'assistant' && typeof fieldOf(message, 'parent_tool_use_id') !== 'string') {
      const error = textOf(fieldOf(message, 'error'));
      this.#known = { ...this.#known, error, limit: error === '' ? null : this.#known.limit };
    }
    if (type === 'system' && fieldOf(message, 'subtype') === 'background_tasks_changed')
      this.#aside = listOf(message, 'tasks').filter((task) => fieldOf(task, 'task_type') === 'local_agent').length;
  }

  #hearResult(result: unknown): void {
    this.#result = result;
    this.#tellSpent(this.#spending.hearResult(result));
    const heard = fieldOf(result, 'user_message_uuids');
    // A client that does not say what it has heard has heard it all.
    if (heard === undefined) this.#unheard.clear();
    for (const id of listOf(result, 'user_message_uuids')) this.#unheard.delete(textOf(id));
    const isWaiting = this.#unheard.size + this.#aside + (numberOf(result, ['queued_turn_count']) ?? 0) > 0;
    const isBad = fieldOf(result, 'is_error') !== false;
    if (!isBad && isWaiting) return;
    if (!isBad && this.#permits.isPlanning) void this.#judgePlan(textOf(fieldOf(result, 'result')));
    else this.#finish();
  }

  /** The agent ended its turn with a plan instead of asking for leave to carry it out. */
  async #judgePlan(plan: string): Promise<void> {
    const judged = await this.#permits.judgePlan('', plan);
    if (judged === null) return this.#finish();
    if (judged.objection === null) this.#control.ask({ subtype: 'set_permission_mode', mode: WORKING_MODE });
    this.#say(judged.objection ?? APPROVED);
  }

  async #answer(message: unknown): Promise<void> {
    const id = textOf(fieldOf(message, 'request_id'));
    const request = fieldOf(message, 'request');
    const subtype = textOf(fieldOf(request, 'subtype'));
    if (subtype === 'hook_callback') return this.#control.answer(id, this.#permits.hook(request));
    if (subtype === 'can_use_tool') {
      const answer = await this.#permits.canUse(id, request);
      if (answer !== null) this.#control.answer(id, answer);
      return;
    }
    this.#control.refuse(id, `Branchline does not know "${subtype}".`);
  }

  #askCost(): void {
    this.#control.ask({ subtype: 'get_session_cost' }, (answer) => {
      // Whoever has left says nothing about money any more: what it used is told without.
      if (this.#isClosed) return;
      this.#tellSpent(this.#spending.hearCost(answer === null ? null : textOf(fieldOf(answer, 'text'))));
    });
  }

  #tellSpent(spent: readonly Spent[]): void {
    for (const one of spent) this.#talk.tell({ type: 'spent', spent: one });
  }

  #fail(failure: Failure): void {
    this.#failure ??= failure;
    this.#finish();
  }

  #finish(): void {
    this.#isOver = true;
    this.#over.resolve();
  }
}
