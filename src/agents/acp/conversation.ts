import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import type { Failure } from '../../core/failure.ts';
import type { AgentEvent, AgentSpec } from '../../core/ports/agent.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Clock } from '../../core/time.ts';
import { closingQuestion } from '../closing-question.ts';
import { asked, failed, type Outcome } from '../ending.ts';
import { fieldOf } from '../json.ts';
import type { Grounds } from '../places.ts';
import { APPROVED, objection, PLAN_WANTED, planQuestion } from '../plan-first.ts';
import { Questions } from '../questions.ts';
import { clientOf } from './client.ts';
import { eventsOfFailure, failureSaid } from './failures.ts';
import { Heard } from './heard.ts';
import { failureIn, type Opened, openSession } from './opening.ts';
import { type Peer, peerOn } from './peer.ts';
import { Permits } from './permits.ts';
import type { Profile } from './profile.ts';

export type Terms = {
  readonly stream: Duplex;
  readonly spec: AgentSpec;
  readonly profile: Profile;
  readonly clock: Clock;
  readonly grounds: Grounds;
  readonly on: (event: AgentEvent) => void;
  /** What the agent wrote into its report file; empty when nothing. */
  readonly report: () => Promise<string>;
  /** What each session has cost by now, as far as this process has heard: agents tell the sum of its whole life. */
  readonly costs: Map<string, number>;
};

/** How often an agent is sent on after a refusal has ended its turn, and how many plans it may make. */
const SENT_ON_MAX = 5;
const CLAIM_LENGTH_MAX = 4096;

/** What to do when a turn has ended: say something more, or be done. null: how its process ended says more. */
type Next = { readonly say: string } | { readonly done: Outcome | null };

/** One session with an agent, from the first word to the end of the last turn. */
export class Conversation {
  readonly #terms: Terms;
  readonly #heard: Heard;
  readonly #questions: Questions;
  readonly #permits: Permits;
  readonly #peer: Peer;
  #opened: Opened | null = null;
  #isStopping = false;
  #sentOn = 0;
  #plans = 0;
  /** Resolves once nothing more is said. null: the process has to tell what happened. Never rejects. */
  readonly over: Promise<Outcome | null>;

  constructor(terms: Terms) {
    const { spec, on, grounds, costs } = terms;
    this.#terms = terms;
    this.#heard = new Heard(on, spec.resume === null ? 0 : (costs.get(spec.resume.session) ?? null));
    this.#questions = new Questions(on);
    this.#permits = new Permits({ spec, grounds, on, heard: this.#heard, questions: this.#questions });
    this.#peer = peerOn(
      terms.stream,
      clientOf({ ...terms, heard: this.#heard, questions: this.#questions, permits: this.#permits }),
    );
    this.over = this.#hold().finally(() => this.#close());
  }

  answer(question: string, text: string): boolean {
    return this.#questions.answer(question, text);
  }

  /** Ends the turn; the session can be gone on with. False: there is no session yet that would hear it. */
  interrupt(): boolean {
    this.#isStopping = true;
    this.#permits.end();
    this.#questions.end();
    if (this.#opened === null) return false;
    this.#peer.notify('session/cancel', { sessionId: this.#opened.session });
    return true;
  }

  get wasInterrupted(): boolean {
    return this.#isStopping;
  }

  #close(): void {
    const { usd } = this.#heard.meter;
    if (usd !== null && this.#opened !== null) this.#terms.costs.set(this.#opened.session, usd);
    this.#peer.close();
  }

  async #hold(): Promise<Outcome | null> {
    const { spec, clock, profile, on } = this.#terms;
    const opened = await openSession({ peer: this.#peer, spec, clock, heard: this.#heard }, profile);
    if (!opened.ok) return this.#brokenOff(opened.error);
    this.#opened = opened.value;
    const { session, model, version } = opened.value;
    this.#heard.meter.model = model;
    on({ type: 'session', session, model, version });
    await opened.value.setMode(this.#firstMode());
    let text = await this.#firstWords();
    for (;;) {
      const ended = this.#isStopping ? ok(null) : await this.#turn(opened.value, text);
      if (!ended.ok) return this.#brokenOff(ended.error);
      const next = await this.#afterTurn(opened.value, ended.value);
      if ('done' in next) return next.done;
      text = next.say;
    }
  }

  #firstMode(): 'plan' | 'bypass' | 'work' {
    if (this.#permits.isPlanning) return 'plan';
    return this.#terms.spec.permissions === 'bypass' ? 'bypass' : 'work';
  }

  async #firstWords(): Promise<string> {
    const { resume, brief } = this.#terms.spec;
    if (resume !== null) return resume.text;
    return `${this.#permits.isPlanning ? PLAN_WANTED : ''}${await readFile(brief, 'utf8')}`;
  }

  /** Says one thing and waits until the agent has done with it; the reason why it stopped. null: it was stopped. */
  async #turn({ session, models }: Opened, text: string): Promise<Result<string | null, Failure | null>> {
    const { spec, clock, on } = this.#terms;
    this.#heard.turn();
    this.#permits.turn();
    const answer = await this.#peer.request('session/prompt', {
      sessionId: session,
      prompt: [{ type: 'text', text }],
    });
    if (!answer.ok) return err(failureIn(answer.error, clock, { model: spec.model, models }));
    const { meter } = this.#heard;
    for (const spent of meter.ofTurn(answer.value)) on({ type: 'spent', spent });
    return ok(String(fieldOf(answer.value, 'stopReason')));
  }

  async #afterTurn(opened: Opened, stopReason: string | null): Promise<Next> {
    const unanswered = this.#questions.unanswered;
    if (unanswered !== null) return { done: { is: 'question', asked: unanswered } };
    if (this.#isStopping || stopReason === null) return { done: null };
    const failure = this.#failureSaid(opened) ?? this.#endedBadly(stopReason);
    if (failure !== null) return this.#failed(failure);
    if (this.#permits.isPlanning) return this.#afterPlan(opened);
    const refusals = this.#permits.refusals;
    if (refusals.length > 0 && (stopReason === 'cancelled' || !this.#heard.hasSpoken)) return this.#sendOn(refusals);
    return { done: await this.#report() };
  }

  /** The vendor's error, where the agent has put it into the chat and ended its turn as if all were well. */
  #failureSaid({ profile, models }: Opened): Failure | null {
    const { clock, spec } = this.#terms;
    const said = [this.#heard.text.trim(), this.#heard.lastPiece.trim()].find((text) => profile.saysError.test(text));
    return said === undefined ? null : failureSaid(said, clock.now(), { asked: spec.model, there: models });
  }

  #endedBadly(stopReason: string): Failure | null {
    const text = this.#heard.text.trim();
    if (stopReason === 'max_tokens')
      return { reason: 'context-full', message: text.slice(-300) || 'The agent used up its tokens.' };
    const wasRefused = stopReason === 'cancelled' && (this.#permits.refusals.length > 0 || this.#permits.isPlanning);
    if (stopReason === 'end_turn' || wasRefused) return null;
    return { reason: 'agent-error', message: `The agent ended its turn with "${stopReason}". ${text}`.trim() };
  }

  /** A refusal must not end the work: the agent is told why it was refused, and goes on. */
  #sendOn(refusals: readonly string[]): Next {
    const why = [...new Set(refusals)].join('\n');
    if (++this.#sentOn > SENT_ON_MAX)
      return this.#failed({
        reason: 'agent-error',
        message: `The agent ended its turn after a refusal. ${why}`.slice(0, 1000),
      });
    return { say: `${why}\nOnly that was refused, not your task: go on with it within these bounds.` };
  }

  async #afterPlan(opened: Opened): Promise<Next> {
    const question = planQuestion(this.#heard.text);
    if (++this.#plans > SENT_ON_MAX)
      return this.#failed({ reason: 'agent-error', message: 'None of its plans was approved.' });
    const answer = await this.#questions.ask(question);
    if (answer === null) return { done: { is: 'question', asked: question } };
    const why = objection(answer);
    if (why !== null) return { say: why };
    this.#permits.isPlanning = false;
    await opened.setMode('work');
    return { say: APPROVED };
  }

  async #report(): Promise<Outcome> {
    const { report, spec } = this.#terms;
    const text = this.#heard.text.trim();
    const claim = await report();
    const isIdle = claim === '' && !this.#heard.hasChangedFiles && spec.questions !== 'forbid';
    const question = isIdle ? closingQuestion(text) : null;
    if (question !== null) return { is: 'question', asked: asked(question) };
    return { is: 'report', claim: claim || text.slice(-CLAIM_LENGTH_MAX) };
  }

  #failed(failure: Failure): Next {
    for (const event of eventsOfFailure(failure)) this.#terms.on(event);
    return { done: failed(failure) };
  }

  /** It asked, and left or fell when it got no answer: a person must be asked all the same. */
  #brokenOff(failure: Failure | null): Outcome | null {
    const unanswered = this.#questions.unanswered;
    this.#questions.end();
    if (unanswered !== null) return { is: 'question', asked: unanswered };
    if (failure === null || this.#isStopping) return null;
    for (const event of eventsOfFailure(failure)) this.#terms.on(event);
    return failed(failure);
  }
}
