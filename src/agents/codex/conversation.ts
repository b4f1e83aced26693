import type { Socket } from 'node:net';
import type { Failure } from '../../core/failure.ts';
import type { AgentEvent, AgentSpec } from '../../core/ports/agent.ts';
import type { Clock, Instant } from '../../core/time.ts';
import { deferred } from '../../process/deferred.ts';
import { visible } from '../../process/visible.ts';
import { fieldOf, textOf } from '../json.ts';
import type { Grounds } from '../places.ts';
import { Questions } from '../questions.ts';
import { Connection, Refused } from './connection.ts';
import { classIn, failureIn, limitEvent, messageIn } from './errors.ts';
import { itemEvent, Meter, planEvent } from './items.ts';
import { Permits } from './permits.ts';
import { threadSettings } from './settings.ts';

type Talk = {
  readonly stream: Socket;
  readonly spec: AgentSpec;
  readonly clock: Clock;
  readonly grounds: Grounds;
  readonly tell: (event: AgentEvent) => void;
};

/** How a conversation came out; null where the agent closed its side first. */
export type Ending =
  | { readonly is: 'said'; readonly text: string }
  | { readonly is: 'failed'; readonly failure: Failure };

/** So often a turn is begun again to tell the model why something was refused. */
const REMINDERS_MAX = 3;

/** One thread with the app server: a turn with the brief, and more of them where something has to be said. */
export class Conversation {
  readonly questions: Questions;
  readonly #talk: Talk;
  readonly #connection: Connection;
  readonly #permits: Permits;
  readonly #meter: Meter;
  readonly #closed = deferred<void>();
  #turn = deferred<unknown>();
  #thread = '';
  #turnId = '';
  #model: string | null = null;
  #version: string | null = null;
  #text = '';
  #until: Instant | null = null;
  #broken: Failure | null = null;
  #changes = { done: 0, failed: 0 };
  #hasStarted = false;
  #isInterrupted = false;
  /** A turn of ours is under way, or was: what is told of use before it is what the thread had used in its earlier life. */
  #hasBegun = false;

  constructor(talk: Talk) {
    this.#talk = talk;
    this.questions = new Questions(talk.tell);
    this.#permits = new Permits({ spec: talk.spec, grounds: talk.grounds, questions: this.questions, tell: talk.tell });
    this.#meter = new Meter(talk.spec.resume !== null);
    this.#connection = new Connection(talk.stream, {
      heard: () => this.#heard(),
      told: (method, params) => this.#told(method, params),
      asked: (method, params) => this.#permits.asked(method, params),
      unknown: (line) => talk.tell({ type: 'unknown', raw: visible(line.slice(0, 300)) }),
      closed: (why) => this.#close(why),
    });
  }

  /** Talks until the work is reported or cannot go on. */
  async hold(text: string): Promise<Ending | null> {
    try {
      const opened = await this.#open();
      if (opened !== null) return { is: 'failed', failure: opened };
      return await this.#work(text);
    } catch (error) {
      if (this.#broken !== null) return { is: 'failed', failure: this.#broken };
      if (!(error instanceof Refused)) throw error;
      return error.data === null ? null : { is: 'failed', failure: failureIn(error.data, this.#known) };
    } finally {
      this.questions.end();
    }
  }

  async steer(text: string): Promise<boolean> {
    if (this.#turnId === '') return false;
    const told = { threadId: this.#thread, expectedTurnId: this.#turnId, input: inputOf(text) };
    return this.#connection.request('turn/steer', told).then(
      () => true,
      () => false,
    );
  }

  /** Ends the turn in a way that leaves the thread to be gone on with. */
  async interrupt(): Promise<void> {
    this.#isInterrupted = true;
    this.questions.end();
    if (this.#turnId === '') return;
    const ended = this.#connection.request('turn/interrupt', { threadId: this.#thread, turnId: this.#turnId });
    await Promise.allSettled([ended]);
  }

  end(): void {
    this.#connection.end();
  }

  /** The failure, or null once there is a thread. */
  async #open(): Promise<Failure | null> {
    const { spec } = this.#talk;
    const greeting = await this.#connection.request('initialize', {
      clientInfo: { name: 'branchline', title: 'Branchline', version: '0' },
      capabilities: { experimentalApi: true },
    });
    this.#version = /\d+\.\d+\.\d+/.exec(textOf(fieldOf(greeting, 'userAgent')))?.[0] ?? null;
    this.#connection.tell('initialized');
    const settings = threadSettings(spec);
    const opened = spec.resume === null ? settings : { ...settings, threadId: spec.resume.session };
    try {
      const started = await this.#connection.request(spec.resume === null ? 'thread/start' : 'thread/resume', opened);
      this.#thread = textOf(fieldOf(started, 'thread', 'id'));
      this.#model = textOf(fieldOf(started, 'model')) || null;
    } catch (error) {
      if (!(error instanceof Refused) || error.data === null || spec.resume === null) throw error;
      return { reason: 'session-lost', session: spec.resume.session, message: visible(error.message).slice(0, 300) };
    }
    const session = { session: this.#thread, model: this.#model, version: this.#version };
    this.#talk.tell({ type: 'session', ...session });
    return null;
  }

  async #work(text: string): Promise<Ending> {
    let say = text;
    for (let turns = 0; ; turns += 1) {
      const turn = await this.#oneTurn(say);
      const status = textOf(fieldOf(turn, 'status'));
      if (this.#broken !== null) return { is: 'failed', failure: this.#broken };
      if (status === 'failed') return { is: 'failed', failure: failureIn(fieldOf(turn, 'error'), this.#known) };
      if (status !== 'completed') return cutShort(status);
      const refused = this.#permits.refusals();
      // The model was told that it was declined, not why: where nothing at all came of it, it hears the reason.
      if (refused.length === 0 || this.#changes.done > 0 || turns >= REMINDERS_MAX) break;
      say = `${refused.join('\n')}\nGo on with the task within these limits.`;
    }
    if (this.#changes.failed > 0 && this.#changes.done === 0) return { is: 'failed', failure: NO_PATCH };
    return { is: 'said', text: this.#text.trim() };
  }

  async #oneTurn(text: string): Promise<unknown> {
    this.#turn = deferred<unknown>();
    const begun = await this.#connection.request('turn/start', { threadId: this.#thread, input: inputOf(text) });
    this.#turnId = textOf(fieldOf(begun, 'turn', 'id'));
    const turn = await Promise.race([this.#turn.promise, this.#closed.promise.then(() => GONE)]);
    this.#turnId = '';
    if (turn === GONE) throw this.#isInterrupted ? new Refused('interrupted', INTERRUPTED) : new Refused('gone', null);
    return turn;
  }

  #told(method: string, params: unknown): void {
    const { tell } = this.#talk;
    switch (method) {
      case 'item/started':
      case 'item/completed':
        this.#item(fieldOf(params, 'item'), method === 'item/completed');
        break;
      case 'turn/started':
        this.#hasBegun = true;
        break;
      case 'turn/plan/updated':
        tell(planEvent(params));
        break;
      case 'thread/tokenUsage/updated':
        this.#spent(fieldOf(params, 'tokenUsage'));
        break;
      case 'account/rateLimits/updated':
        this.#limit(params);
        break;
      case 'error':
        this.#error(params);
        break;
      case 'turn/completed':
        this.#turn.resolve(fieldOf(params, 'turn'));
        break;
      default:
        if (!isQuiet(method)) tell({ type: 'unknown', raw: visible(method) });
    }
  }

  #item(item: unknown, isCompleted: boolean): void {
    this.#permits.patch(item);
    const event = itemEvent(item, isCompleted);
    if (event === null) return;
    if (event.type === 'tool') this.#text = '';
    if (event.type === 'text') this.#text += event.text;
    if (event.type === 'tool' && event.kind === 'edit' && isCompleted) {
      const isDone = event.status === 'completed';
      this.#changes = { done: this.#changes.done + (isDone ? 1 : 0), failed: this.#changes.failed + (isDone ? 0 : 1) };
    }
    this.#talk.tell(event);
  }

  #spent(usage: unknown): void {
    if (!this.#hasBegun) {
      this.#meter.begin(usage);
      return;
    }
    const spent = this.#meter.read(usage, this.#model);
    if (spent !== null) this.#talk.tell({ type: 'spent', spent });
  }

  #limit(params: unknown): void {
    const limit = limitEvent(params);
    if (limit === null) return;
    if (limit.reached) this.#until = limit.until;
    this.#talk.tell(limit);
  }

  #error(params: unknown): void {
    const error = fieldOf(params, 'error');
    const of = classIn(error);
    const message = messageIn(error);
    if (fieldOf(params, 'willRetry') !== true) {
      this.#talk.tell({ type: 'error', of, fatal: true, message });
      return;
    }
    this.#talk.tell({ type: 'retry', of, delay_ms: null, message });
    // A login does not come back by asking again.
    if (of !== 'login') return;
    this.#broken = { reason: 'login', message };
    void this.interrupt().then(() => this.#turn.resolve(null));
  }

  #heard(): void {
    if (!this.#hasStarted) this.#talk.tell({ type: 'started' });
    this.#hasStarted = true;
  }

  #close(why: string | null): void {
    if (why !== null) this.#broken ??= { reason: 'agent-error', message: why };
    this.#closed.resolve();
  }

  get #known() {
    return { now: this.#talk.clock.now(), until: this.#until, model: this.#talk.spec.model ?? this.#model };
  }
}

const GONE = Symbol('gone');
const INTERRUPTED = { message: 'The turn was ended from outside.' };

/** Seen where its sandbox cannot start: the turn ends well, and not one file was changed. */
const NO_PATCH: Failure = {
  reason: 'agent-error',
  message: 'Every change of a file failed. Its sandbox may not work here: see docs/agents/codex.md',
};

const cutShort = (status: string): Ending => ({
  is: 'failed',
  failure: { reason: 'agent-error', message: `The agent ended its turn with "${visible(status)}".` },
});

const inputOf = (text: string) => [{ type: 'text', text, text_elements: [] }];

/** What says nothing about the work; pieces of it come whole later. */
const isQuiet = (method: string): boolean =>
  /[dD]elta$|^(?:thread|mcpServer|remoteControl|serverRequest|account|turn|configWarning|warning|deprecationNotice|app|skills|hook|windows|fuzzyFileSearch|item\/reasoning)/.test(
    method,
  );
