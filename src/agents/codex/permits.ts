import type { AgentEvent, AgentSpec } from '../../core/ports/agent.ts';
import type { Asked } from '../../core/question.ts';
import { visible } from '../../process/visible.ts';
import { APPROVAL_OPTIONS, isApproval, scopeQuestion } from '../approval.ts';
import { fieldOf, listOf, textOf } from '../json.ts';
import { type Grounds, placesOf } from '../places.ts';
import type { Questions } from '../questions.ts';
import { pathsOf } from './items.ts';

type Office = {
  readonly spec: AgentSpec;
  readonly grounds: Grounds;
  readonly questions: Questions;
  readonly tell: (event: AgentEvent) => void;
};

/** What an agent is told that may not ask. */
const NOBODY_ANSWERS = 'Nobody can answer: assume something sensible and write the assumption into your report.';

/** Answers what the client asks before it patches or runs something. It patches nothing that was not asked about here. */
export class Permits {
  readonly #office: Office;
  readonly #patches = new Map<string, readonly string[]>();
  /** What was refused since it was last asked for, in words for the model: the protocol carries no reason. */
  #refusals: string[] = [];

  constructor(office: Office) {
    this.#office = office;
  }

  /** A patch is described when it starts, and asked about by its name after that. */
  patch(item: unknown): void {
    if (textOf(fieldOf(item, 'type')) === 'fileChange') this.#patches.set(textOf(fieldOf(item, 'id')), pathsOf(item));
  }

  refusals(): readonly string[] {
    const said = this.#refusals;
    this.#refusals = [];
    return said;
  }

  async asked(method: string, params: unknown): Promise<unknown> {
    switch (method) {
      case 'item/fileChange/requestApproval':
        return { decision: await this.#onPatch(params) };
      case 'item/commandExecution/requestApproval':
        return { decision: await this.#onCommand(params) };
      case 'item/tool/requestUserInput':
        return this.#onQuestions(params);
      case 'mcpServer/elicitation/request':
        // Its own tools ask nothing of a person that way; what another server wants to know is not for an agent to settle.
        return { action: isOwnTool(params) ? 'accept' : 'decline', content: {}, _meta: null };
      default:
        throw new Error(`${method} is not known here`);
    }
  }

  async #onPatch(params: unknown): Promise<string> {
    const paths = this.#patches.get(textOf(fieldOf(params, 'itemId'))) ?? [];
    const astray = this.#astray(paths);
    const granted = astray.length === 0 || (await this.#mayAsk(this.#scopeQuestion(astray)));
    this.#office.tell({ type: 'permission', title: `change ${paths.join(', ')}`, paths, granted });
    if (granted) return 'accept';
    const names = astray.map((path) => `"${path}"`).join(', ');
    this.#refusals.push(`${names} is outside of this task's scope; you may write: ${this.#office.spec.scopeInWords}.`);
    return 'decline';
  }

  async #onCommand(params: unknown): Promise<string> {
    const { launch, permissions } = this.#office.spec;
    const command = visible(textOf(fieldOf(params, 'command'))).slice(0, 2_000);
    const reason = visible(textOf(fieldOf(params, 'reason'))).slice(0, 500);
    if (permissions === 'bypass') return 'accept';
    const text = `May the agent run this?\n${command}${reason === '' ? '' : `\n(${reason})`}`;
    const asks = launch === 'ask' || permissions === 'ask';
    const granted = asks
      ? await this.#mayAsk({ kind: 'approve', text, options: APPROVAL_OPTIONS })
      : launch !== 'read-only' && !isBeyondSandbox(params);
    this.#office.tell({ type: 'permission', title: command, paths: [], granted });
    if (!granted) this.#refusals.push(`\`${command.slice(0, 200)}\` was refused: stay inside of your worktree.`);
    return granted ? 'accept' : 'decline';
  }

  async #onQuestions(params: unknown): Promise<unknown> {
    const answers: Record<string, unknown> = {};
    for (const question of listOf(params, 'questions')) {
      const answer =
        this.#office.spec.questions === 'forbid'
          ? NOBODY_ANSWERS
          : await this.#office.questions.ask(askedIn(question), textOf(fieldOf(params, 'itemId')));
      answers[textOf(fieldOf(question, 'id'))] = { answers: answer === null ? [] : [answer] };
    }
    return { answers };
  }

  /** Of the paths of a patch, those that the task may not write. */
  #astray(paths: readonly string[]): readonly string[] {
    const { spec, grounds } = this.#office;
    if (spec.permissions === 'bypass') return [];
    const places = placesOf(grounds, paths, 'write');
    if (spec.launch === 'read-only') return places.flatMap((place) => (place.is === 'granted' ? [] : [place.path]));
    const outside = places.flatMap((place) => (place.is === 'outside' ? [place.path] : []));
    const inside = places.flatMap((place) => (place.is === 'inside' ? [place.path] : []));
    return [...outside, ...inside.filter((path) => path.startsWith('.git/')), ...spec.outOfScope(inside)];
  }

  #scopeQuestion(paths: readonly string[]): Asked {
    const names = paths.map((path) => `"${path}"`).join(', ');
    const text = `May the agent write ${names}? The scope of its task is ${this.#office.spec.scopeInWords}.`;
    return scopeQuestion(text, paths);
  }

  async #mayAsk(asked: Asked): Promise<boolean> {
    const { spec, questions } = this.#office;
    const asks = (spec.permissions === 'ask' || spec.launch === 'ask') && spec.questions !== 'forbid';
    if (!asks) return false;
    const answer = await questions.ask(asked);
    return answer !== null && isApproval(answer);
  }
}

/** The sandbox would have to be left for it. */
const isBeyondSandbox = (params: unknown): boolean =>
  fieldOf(params, 'additionalPermissions') != null || textOf(fieldOf(params, 'networkApprovalContext', 'host')) !== '';

const isOwnTool = (params: unknown): boolean => textOf(fieldOf(params, 'serverName')) === 'branchline';

const askedIn = (question: unknown): Asked => {
  const options = listOf(question, 'options').map((option) => visible(textOf(fieldOf(option, 'label'))));
  const isOpen = options.length === 0 || fieldOf(question, 'isOther') === true;
  const text = visible(textOf(fieldOf(question, 'question')));
  return {
    kind: isOpen ? 'free' : 'choice',
    text: withHints(text, isOpen ? options : []),
    options: isOpen ? [] : options,
  };
};

const withHints = (text: string, hints: readonly string[]): string =>
  hints.length === 0 ? text : `${text}\n(${hints.join(' · ')}, or something else)`;
