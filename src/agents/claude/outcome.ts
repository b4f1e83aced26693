import type { Failure } from '../../core/failure.ts';
import type { AgentErrorClass, AgentEvent, AgentSpec } from '../../core/ports/agent.ts';
import type { Instant } from '../../core/time.ts';
import { visible } from '../../process/visible.ts';
import { closingQuestion } from '../closing-question.ts';
import { asked, failed, type Outcome } from '../ending.ts';
import { fieldOf, listOf, numberOf, textOf } from '../json.ts';
import { limitIn } from '../limit-text.ts';
import { errorClassOf, limitedBy } from './limits.ts';

/** What else is known when a turn is over. */
export type Known = {
  readonly spec: AgentSpec;
  readonly now: Instant;
  /** The model that the client named; null: it did not come to that. */
  readonly model: string | null;
  /** The client's word for the last error that a message carried; empty: none since the last honest answer. */
  readonly error: string;
  /** The limit that the client said is reached. */
  readonly limit: Extract<AgentEvent, { readonly type: 'limit' }> | null;
  /** Whether one of its tools may have changed a file. */
  readonly hasWorked: boolean;
};

const messageLength_max = 1000;

/** What went wrong in a turn; null: nothing that its result tells. `subtype: success` alone means nothing. */
export const failureIn = (result: unknown, known: Known): Failure | null => {
  const text = wordsOf(result);
  const { resume } = known.spec;
  if (resume !== null && /no conversation found|session_held_by_background/i.test(text + reasonOf(result)))
    return { reason: 'session-lost', session: resume.session, message: text };
  if (!isBad(result, known)) return saysError(text, known);
  const terminal = textOf(fieldOf(result, 'terminal_reason'));
  if (CONTEXT_FULL.has(terminal)) return { reason: 'context-full', message: text };
  const status = numberOf(result, ['api_error_status']);
  const of = errorClassOf(known.error || (terminal === 'api_error' ? 'unknown' : ''), status);
  return failureOfClass(of, text, known) ?? { reason: 'agent-error', message: text };
};

/** The turn's result as an outcome. */
export const outcomeIn = (result: unknown, known: Known, report: string): Outcome => {
  const failure = failureIn(result, known);
  if (failure !== null) return failed(failure);
  const words = wordsOf(result).trim();
  // Whoever has done nothing and leaves with a question waits, although it looks finished.
  const isIdle = report === '' && !known.hasWorked && known.spec.questions !== 'forbid';
  const question = isIdle ? closingQuestion(words) : null;
  if (question !== null) return { is: 'question', asked: asked(question) };
  return { is: 'report', claim: report || words };
};

/** The class of a failure, for an event of it. */
export const classOf = (failure: Failure, result: unknown): AgentErrorClass => {
  if (failure.reason === 'limited') return failure.limit;
  if (failure.reason === 'login') return 'login';
  if (failure.reason === 'context-full') return 'context';
  if (failure.reason === 'unknown-model') return 'model';
  return fieldOf(result, 'terminal_reason') === 'budget_exhausted' ? 'budget' : 'other';
};

const isBad = (result: unknown, { error }: Known): boolean => {
  const terminal = fieldOf(result, 'terminal_reason');
  return (
    fieldOf(result, 'is_error') !== false ||
    fieldOf(result, 'subtype') !== 'success' ||
    (terminal !== undefined && terminal !== 'completed') ||
    numberOf(result, ['api_error_status']) !== null ||
    fieldOf(result, 'stop_reason') === 'refusal' ||
    error !== ''
  );
};

/** Ends of a turn that only a fresh session helps against. */
const CONTEXT_FULL = new Set(['prompt_too_long', 'blocking_limit', 'rapid_refill_breaker']);

const failureOfClass = (of: AgentErrorClass, text: string, known: Known): Failure | null => {
  if (of === 'login') return { reason: 'login', message: text };
  if (of === 'context') return { reason: 'context-full', message: text };
  if (of === 'model')
    return { reason: 'unknown-model', model: known.spec.model ?? known.model ?? 'default', message: text };
  const { limit } = known;
  if (of === 'burst' && limit !== null && limit.reached)
    return { reason: 'limited', limit: limit.limit, until: limit.until, message: text };
  const said = limitIn(text, known.now);
  if (of === 'burst' || of === 'network' || of === 'other') return said ?? limitedBy(of, null, text);
  return limitedBy(of, said?.reason === 'limited' ? said.until : null, text);
};

/** Some errors are put into the chat as if all were well. */
const saysError = (text: string, known: Known): Failure | null =>
  /^(?:api error\b|error:|exceeded retry limit|not logged in|prompt is too long)/i.test(text.trim())
    ? (limitIn(text, known.now) ?? { reason: 'agent-error', message: text })
    : null;

const reasonOf = (result: unknown): string => textOf(fieldOf(result, 'startup_failure_reason'));

/** The result's text, else what it says about errors, else what it calls them. */
const wordsOf = (result: unknown): string => {
  const errors = listOf(result, 'errors').map(textOf).join('\n');
  const named = `The turn ended with "${textOf(fieldOf(result, 'terminal_reason')) || textOf(fieldOf(result, 'subtype'))}".`;
  const words = textOf(fieldOf(result, 'result')) || (/\[ede_diagnostic\]/.test(errors) ? named : errors) || named;
  return visible(words.slice(-messageLength_max * 4)).slice(-messageLength_max * 4);
};
