import type { AgentEvent, AgentSpec } from '../../core/ports/agent.ts';
import type { Asked } from '../../core/question.ts';
import { visible } from '../../process/visible.ts';
import { isApproval, refusalReason } from '../approval.ts';
import { fieldOf, listOf, textOf } from '../json.ts';
import type { Grounds } from '../places.ts';
import { objection, planQuestion } from '../plan-first.ts';
import type { Questions } from '../questions.ts';
import { beginsWithPlan } from './arguments.ts';
import { type Call, callOf, EDITING } from './calls.ts';
import { NOBODY_ANSWERS, type Rules, type Verdict, verdictOn, verdictOnEdit } from './policy.ts';

type Office = {
  readonly spec: AgentSpec;
  readonly grounds: Grounds;
  readonly questions: Questions;
  readonly tell: (event: AgentEvent) => void;
};

/** Name under which the client calls us back before a tool that edits. */
const EDIT_HOOK = 'branchline-edit';

/** Hooks in the client's words. They also run where its mode would allow the edit; should they fail, it is refused. */
export const HOOKS = {
  PreToolUse: [{ matcher: EDITING.join('|'), hookCallbackIds: [EDIT_HOOK], timeout: 60, onFailure: 'block' }],
};

/** The mode in which a plan is carried out. */
export const WORKING_MODE = 'acceptEdits';

/** Answers what the client asks about its tools. */
export class Permits {
  readonly #office: Office;
  readonly #allowed = new Set<string>();
  #isPlanning: boolean;

  constructor(office: Office) {
    this.#office = office;
    this.#isPlanning = beginsWithPlan(office.spec);
  }

  /** The answer to a `hook_callback`: only a refusal or a question says something, all else is left to the client's mode. */
  hook(request: unknown): unknown {
    const call = callOf(
      this.#office.spec.cwd,
      textOf(fieldOf(request, 'input', 'tool_name')),
      fieldOf(request, 'input', 'tool_input'),
    );
    if (call.kind !== 'edit') return {};
    const verdict = verdictOnEdit(this.#rules, call);
    if (verdict.is === 'allowed') return {};
    if (verdict.is === 'refused') this.#tell(call, false);
    const permissionDecision = verdict.is === 'refused' ? 'deny' : 'ask';
    return {
      hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision, permissionDecisionReason: verdict.why },
    };
  }

  /** The answer to a `can_use_tool`; null: the session ended, or the client took it back, before anybody had said anything. */
  async canUse(id: string, request: unknown): Promise<unknown> {
    const call = callOf(this.#office.spec.cwd, textOf(fieldOf(request, 'tool_name')), fieldOf(request, 'input'));
    if (call.tool === 'AskUserQuestion') return this.#askPerson(id, call);
    if (call.tool === 'ExitPlanMode') return this.#showPlan(id, call);
    const verdict = await this.#settled(id, verdictOn(this.#rules, call, request));
    if (verdict === null) return null;
    if (call.kind !== 'own') this.#tell(call, verdict.is === 'allowed');
    return verdict.is === 'allowed' ? allow(call.input) : deny(verdict.why);
  }

  /** Whether a plan is all that is wanted yet. */
  get isPlanning(): boolean {
    return this.#isPlanning;
  }

  /** Whether a person lets the agent carry out its plan, or what is to be said to it; null: nobody answers any more. */
  async judgePlan(id: string, plan: string): Promise<{ readonly objection: string | null } | null> {
    const answer = await this.#office.questions.ask(planQuestion(visible(plan)), id);
    if (answer === null) return null;
    this.#isPlanning = !isApproval(answer);
    return { objection: objection(answer) };
  }

  get #rules(): Rules {
    const { spec, grounds } = this.#office;
    const { launch, permissions, outOfScope, scopeInWords, questions } = spec;
    const asked = { grounds, isPlanning: this.#isPlanning, allowed: this.#allowed };
    return { launch, permissions, outOfScope, scopeInWords, questions, ...asked };
  }

  #tell(call: Call, granted: boolean): void {
    this.#office.tell({ type: 'permission', title: call.title, paths: call.shown, granted });
  }

  async #settled(id: string, verdict: Verdict): Promise<Exclude<Verdict, { is: 'asked' }> | null> {
    if (verdict.is !== 'asked') return verdict;
    const answer = await this.#office.questions.ask(verdict.asked, id);
    if (answer === null) return null;
    if (!isApproval(answer)) return { is: 'refused', why: `${verdict.why} ${saidNo(answer)}` };
    for (const path of verdict.paths) this.#allowed.add(path);
    return { is: 'allowed' };
  }

  /** Several questions of one call are asked one after the other. */
  async #askPerson(id: string, { input }: Call): Promise<unknown> {
    const { spec, questions } = this.#office;
    if (spec.questions === 'forbid') return deny(NOBODY_ANSWERS);
    const answers: Record<string, string> = {};
    for (const question of listOf(input, 'questions')) {
      const answer = await questions.ask(askedIn(question), id);
      if (answer === null) return null;
      answers[textOf(fieldOf(question, 'question'))] = answer;
    }
    return allow({ ...(typeof input === 'object' ? input : {}), answers });
  }

  async #showPlan(id: string, { input }: Call): Promise<unknown> {
    if (!this.#isPlanning) return leavePlanMode(input);
    const judged = await this.judgePlan(id, textOf(fieldOf(input, 'plan')));
    if (judged === null) return null;
    return judged.objection === null ? leavePlanMode(input) : deny(judged.objection);
  }
}

const saidNo = (answer: string): string => {
  const reason = refusalReason(answer);
  return reason === null ? 'A person refused it.' : `A person refused it: ${reason}`;
};

const allow = (updatedInput: unknown): unknown => ({ behavior: 'allow', updatedInput: updatedInput ?? {} });
const deny = (message: string): unknown => ({ behavior: 'deny', message });

const leavePlanMode = (input: unknown): unknown => ({
  ...{ behavior: 'allow', updatedInput: input ?? {} },
  updatedPermissions: [{ type: 'setMode', mode: WORKING_MODE, destination: 'session' }],
});

/** One of the client's questions. What an option means is worth as much as its name to whoever has to choose. */
const askedIn = (question: unknown): Asked => {
  const options = listOf(question, 'options').map((option) => ({
    label: visible(textOf(fieldOf(option, 'label'))),
    means: visible(textOf(fieldOf(option, 'description'))),
  }));
  const meanings = options.filter(({ label, means }) => means !== '' && means !== label);
  const several = fieldOf(question, 'multiSelect') === true ? ['(more than one, with commas between)'] : [];
  const text = [
    visible(textOf(fieldOf(question, 'question'))),
    ...several,
    ...meanings.map(({ label, means }) => `${label}: ${means}`),
  ].join('\n');
  return { kind: options.length === 0 ? 'free' : 'choice', text, options: options.map(({ label }) => label) };
};
