import type { AgentEvent, AgentSpec } from '../../core/ports/agent.ts';
import { isApproval, refusalReason } from '../approval.ts';
import { fieldOf, listOf, textOf } from '../json.ts';
import type { Grounds } from '../places.ts';
import { NO_WORK_YET, planQuestion } from '../plan-first.ts';
import type { Questions } from '../questions.ts';
import { type Call, isWriting } from './calls.ts';
import type { Heard } from './heard.ts';
import { optionFor, type Verdict, verdictOn } from './permission.ts';

type Office = {
  readonly spec: AgentSpec;
  readonly grounds: Grounds;
  readonly on: (event: AgentEvent) => void;
  readonly heard: Heard;
  readonly questions: Questions;
};

const CANCELLED = { outcome: { outcome: 'cancelled' } };

/** Answers what an agent asks permission for. */
export class Permits {
  readonly #office: Office;
  #refusals: string[] = [];
  #isOver = false;
  /** Whether a plan is all that is wanted yet. A session that goes on is past that: its text says what was decided. */
  isPlanning: boolean;

  constructor(office: Office) {
    this.#office = office;
    const { launch, resume, questions } = office.spec;
    this.isPlanning = launch === 'plan-first' && resume === null && questions !== 'forbid';
  }

  /** What was refused in this turn, and why. */
  get refusals(): readonly string[] {
    return this.#refusals;
  }

  turn(): void {
    this.#refusals = [];
  }

  /** Whoever asks from now on gets no answer any more. */
  end(): void {
    this.#isOver = true;
  }

  /** The answer to a `session/request_permission`. */
  async answer(request: unknown): Promise<unknown> {
    const { heard, on } = this.#office;
    const call = heard.calls.asked(fieldOf(request, 'toolCall'));
    const settled = this.#isOver ? null : await this.#settle(call, request);
    if (settled === null || this.#isOver) return CANCELLED;
    on({ type: 'permission', title: call.title, paths: call.paths, granted: settled.is === 'allowed' });
    if (settled.is === 'refused') {
      this.#refusals.push(settled.why);
      heard.hasSpoken = false;
    }
    const optionId = optionFor(request, settled.is === 'allowed');
    return optionId === null ? CANCELLED : { outcome: { outcome: 'selected', optionId } };
  }

  /** null: the session ended before anybody had said anything. */
  async #settle(call: Call, request: unknown): Promise<Exclude<Verdict, { is: 'asked' }> | null> {
    if (call.kind === 'switch_mode') return this.#leavePlanMode(request);
    if (this.isPlanning && isWriting(call)) return { is: 'refused', why: NO_WORK_YET };
    const { spec, grounds, questions } = this.#office;
    const verdict = verdictOn(spec, grounds, call);
    if (verdict.is !== 'asked') return verdict;
    const answer = await questions.ask(verdict.asked);
    if (answer === null) return null;
    if (isApproval(answer)) return { is: 'allowed' };
    const reason = refusalReason(answer);
    return { is: 'refused', why: `${verdict.why} A person refused it${reason === null ? '.' : `: ${reason}`}` };
  }

  /** Some agents ask by themselves whether their plan is good. */
  async #leavePlanMode(request: unknown): Promise<Exclude<Verdict, { is: 'asked' }> | null> {
    if (!this.isPlanning) return { is: 'allowed' };
    const answer = await this.#office.questions.ask(planQuestion(planIn(request) || this.#office.heard.text));
    if (answer === null) return null;
    if (!isApproval(answer))
      return { is: 'refused', why: `The plan is not approved: ${refusalReason(answer) ?? 'make another.'}` };
    this.isPlanning = false;
    return { is: 'allowed' };
  }
}

const planIn = (request: unknown): string => {
  const call = fieldOf(request, 'toolCall');
  const shown = listOf(call, 'content').map((part) => textOf(fieldOf(part, 'content', 'text')));
  return textOf(fieldOf(call, 'rawInput', 'plan')) || shown.join('\n').trim();
};
