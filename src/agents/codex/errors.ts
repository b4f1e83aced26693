import type { Failure, LimitKind } from '../../core/failure.ts';
import type { AgentErrorClass, AgentEvent } from '../../core/ports/agent.ts';
import type { Instant } from '../../core/time.ts';
import { visible } from '../../process/visible.ts';
import { entriesOf, fieldOf, numberOf, textOf } from '../json.ts';
import { limitIn } from '../limit-text.ts';

/** What is known besides the error itself. */
export type Known = { readonly now: Instant; readonly until: Instant | null; readonly model: string | null };

/** A turn's error as a failure: by the client's own word for it first, by its status second, by its text last. */
export function failureIn(error: unknown, { now, until, model }: Known): Failure {
  const message = messageIn(error);
  const said = limitIn(message, now);
  const kind = classIn(error);
  if (kind === 'login') return { reason: 'login', message };
  if (kind === 'context') return { reason: 'context-full', message };
  if (kind === 'model' || /model.*(?:not (?:found|exist|supported)|does not exist)/i.test(message))
    return { reason: 'unknown-model', model: model ?? 'its own', message };
  if (kind !== 'other' && kind !== 'budget') {
    const named = said?.reason === 'limited' ? said : null;
    return { reason: 'limited', limit: named?.limit ?? kind, until: named?.until ?? until, message };
  }
  return said ?? { reason: 'agent-error', message: message.slice(0, 1000) };
}

/** The class of an error, as its `codexErrorInfo` says: a word, or a word with a status. */
export function classIn(error: unknown): AgentErrorClass {
  const info = fieldOf(error, 'codexErrorInfo');
  const [word = '', inner] = typeof info === 'string' ? [info] : (entriesOf(info)[0] ?? []);
  const known = WORDS[word];
  if (known !== undefined) return known;
  const status = numberOf(inner, ['httpStatusCode']);
  return (status === null ? undefined : STATUSES[status]) ?? (word === '' ? 'other' : (BROKEN[word] ?? 'other'));
}

const WORDS: Readonly<Record<string, AgentErrorClass>> = {
  unauthorized: 'login',
  contextWindowExceeded: 'context',
  sessionBudgetExceeded: 'budget',
  usageLimitExceeded: 'window',
  rateLimitExceeded: 'burst',
  serverOverloaded: 'overload',
};
const STATUSES: Readonly<Record<number, AgentErrorClass>> = {
  401: 'login',
  402: 'credits',
  404: 'model',
  413: 'context',
  429: 'burst',
  503: 'overload',
  529: 'overload',
};
const BROKEN: Readonly<Record<string, LimitKind>> = {
  httpConnectionFailed: 'network',
  responseStreamConnectionFailed: 'network',
  responseStreamDisconnected: 'network',
};

/** The words of an error for a person. */
export function messageIn(error: unknown): string {
  const words = [textOf(fieldOf(error, 'message')), textOf(fieldOf(error, 'additionalDetails'))];
  return visible(words.filter((text) => text !== '').join(': ')).slice(0, 1000) || 'The agent gave no reason.';
}

/** What the account's windows say: how near the end of one is, and when it begins anew. null: nothing worth telling. */
export function limitEvent(params: unknown): Extract<AgentEvent, { type: 'limit' }> | null {
  const limits = fieldOf(params, 'rateLimits');
  const windows = [
    { limit: 'window', of: fieldOf(limits, 'primary') },
    { limit: 'weekly', of: fieldOf(limits, 'secondary') },
  ] as const;
  const fullest = windows
    .map(({ limit, of }) => ({
      limit,
      used: numberOf(of, ['usedPercent']) ?? 0,
      until: instantIn(of),
    }))
    .reduce((a, b) => (b.used > a.used ? b : a));
  const reached = textOf(fieldOf(limits, 'rateLimitReachedType')) !== '' || fullest.used >= 100;
  if (!reached && fullest.used < 80) return null;
  const { limit, until, used } = fullest;
  return { type: 'limit', limit, reached, until, message: `${Math.round(used)} % of the ${limit} limit is used up` };
}

/** Seconds since the epoch. */
function instantIn(window: unknown): Instant | null {
  const seconds = numberOf(window, ['resetsAt']);
  return seconds === null ? null : seconds * 1000;
}
