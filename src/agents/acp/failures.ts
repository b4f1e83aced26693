import type { Failure, LimitKind } from '../../core/failure.ts';
import type { AgentErrorClass, AgentEvent } from '../../core/ports/agent.ts';
import type { Instant } from '../../core/time.ts';
import { visible } from '../../process/visible.ts';
import { entriesOf, fieldOf, numberOf, textOf } from '../json.ts';
import { limitIn } from '../limit-text.ts';
import { resetTimeIn } from '../reset-time.ts';
import type { Refusal } from './peer.ts';

/** JSON-RPC code with which agents ask for a login first. */
const AUTH_REQUIRED = -32000;
const MESSAGE_LENGTH_MAX = 1000;

type Model = { readonly asked: string | null; readonly there: readonly string[] };

/**
 * What an answer that is an error means. Agents tell of a vendor's refusal in many ways: as a status in place of the code,
 * as a kind in the data, or only in words.
 */
export const failureOf = (refusal: Refusal, now: Instant, model: Model): Failure => {
  const text = wordsOf(refusal);
  const said = limitIn(text, now);
  // A model may also be refused with a status that means something else.
  if (saysModelUnknown(text)) return unknownModel(text, model);
  if (said !== null) return said;
  const message = text.slice(0, MESSAGE_LENGTH_MAX);
  const as = classOfStatus(statusOf(refusal)) ?? classOfKind(kindsIn(refusal.data));
  if (as === 'login' || refusal.code === AUTH_REQUIRED) return { reason: 'login', message };
  if (as === 'context') return { reason: 'context-full', message };
  if (as === 'model') return unknownModel(text, model);
  if (as !== null) return { reason: 'limited', limit: as, until: resetTimeIn(text, now), message };
  return { reason: 'agent-error', message };
};

/** What an agent put into the chat in place of an error. */
export const failureSaid = (text: string, now: Instant, model: Model): Failure => {
  if (saysModelUnknown(text)) return unknownModel(text, model);
  return limitIn(text, now) ?? { reason: 'agent-error', message: text.slice(0, MESSAGE_LENGTH_MAX) };
};

/** The events that tell of a failure before the attempt ends with it. */
export const eventsOfFailure = (failure: Failure): readonly AgentEvent[] => {
  const message = 'message' in failure ? failure.message : '';
  const error = (of: AgentErrorClass): AgentEvent => ({ type: 'error', of, fatal: true, message });
  switch (failure.reason) {
    case 'limited':
      return [
        { type: 'limit', limit: failure.limit, reached: true, until: failure.until, message },
        error(failure.limit),
      ];
    case 'login':
      return [error('login')];
    case 'context-full':
      return [error('context')];
    case 'unknown-model':
      return [error('model')];
    case 'agent-error':
      return [error('other')];
    default:
      return [];
  }
};

/** A failure that names the models there are, so that a person can choose. */
export const unknownModel = (text: string, { asked, there }: Model): Failure => {
  const list = there.slice(0, LISTED_MAX).join(', ') + (there.length > LISTED_MAX ? ', …' : '');
  const known = there.length === 0 ? '' : `${text === '' ? '' : '\n'}There are: ${visible(list)}`;
  return {
    reason: 'unknown-model',
    model: asked ?? '',
    message: `${text.slice(0, MESSAGE_LENGTH_MAX)}${known}`,
  };
};

const LISTED_MAX = 30;

const saysModelUnknown = (text: string): boolean =>
  /\bmodels?\b[^\n]{0,80}\b(?:not[ _]found|does not exist|is not (?:available|supported|recognized)|unknown)\b|\b(?:unknown|invalid|no such|unsupported)\s+model\b|\bmodel_not_found\b/i.test(
    text,
  );

const wordsOf = ({ message, data }: Refusal): string => {
  const more = data === undefined || data === null ? '' : typeof data === 'string' ? data : JSON.stringify(data);
  return visible(more === '' ? message : `${message} ${more}`);
};

type Class = LimitKind | 'login' | 'context' | 'model';

/** An HTTP status: in place of the JSON-RPC code, or anywhere near the top of the data. */
const statusOf = ({ code, data }: Refusal): number | null => {
  if (code >= 400 && code < 600) return code;
  const places = [data, fieldOf(data, 'error'), fieldOf(data, 'data'), fieldOf(data, 'response')];
  const found = places.map((place) => numberOf(place, STATUS_NAMES)).find((one) => one !== null && one >= 400);
  return found ?? null;
};

const STATUS_NAMES = ['statusCode', 'status', 'httpStatus', 'httpStatusCode', 'code'];

const classOfStatus = (status: number | null): Class | null => {
  switch (status) {
    case 401:
    case 403:
      return 'login';
    case 402:
      return 'credits';
    case 413:
      return 'context';
    case 429:
      return 'burst';
    case 502:
    case 503:
    case 504:
    case 529:
      return 'overload';
    default:
      return null;
  }
};

/** The short words that agents give errors as kinds, types or names. */
const kindsIn = (data: unknown): string =>
  entriesOf(data)
    .filter(([name]) => /kind|type|name|code|reason/i.test(name))
    .map(([, value]) => textOf(value))
    .join(' ');

const KINDS: readonly (readonly [RegExp, Class])[] = [
  [/auth|unauthorized|login/i, 'login'],
  [/context|too_?long|too_?large/i, 'context'],
  [/model_?not_?found/i, 'model'],
  [/credit|billing|quota/i, 'credits'],
  [/rate_?limit|too_?many/i, 'burst'],
  [/overload|unavailable/i, 'overload'],
];

const classOfKind = (kinds: string): Class | null => KINDS.find(([when]) => when.test(kinds))?.[1] ?? null;
