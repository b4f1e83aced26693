import type { Failure, LimitKind } from '../../core/failure.ts';
import type { AgentErrorClass, AgentEvent } from '../../core/ports/agent.ts';
import type { Instant } from '../../core/time.ts';
import { visible } from '../../process/visible.ts';
import { fieldOf, numberOf, textOf } from '../json.ts';

/** A limit of the vendor's account, as the client tells of it. */
export type Limited = Extract<Failure, { readonly reason: 'limited' }>;

const second_ms = 1000;

/** What a `rate_limit_event` says; null: all is well. */
export const limitEvent = (message: unknown): Extract<AgentEvent, { readonly type: 'limit' }> | null => {
  const info = fieldOf(message, 'rate_limit_info');
  const status = textOf(fieldOf(info, 'status'));
  if (status !== 'rejected' && status !== 'allowed_warning') return null;
  const name = textOf(fieldOf(info, 'rateLimitType'));
  // Who has bought more goes on beyond the window.
  const reached = status === 'rejected' && fieldOf(info, 'isUsingOverage') !== true;
  const seconds = numberOf(info, ['resetsAt']);
  const used = numberOf(info, ['utilization']);
  const share = used === null ? '' : `, ${Math.round(used * 100)} % used`;
  const words = name === '' ? 'account' : visible(name.replaceAll('_', ' '));
  return {
    type: 'limit',
    limit: limitKindOf(name),
    reached,
    until: seconds === null ? null : seconds * second_ms,
    message: `The ${words} limit is ${reached ? 'reached' : 'near'}${share}.`,
  };
};

const limitKindOf = (name: string): LimitKind => {
  if (name.startsWith('five_hour')) return 'window';
  if (name.startsWith('seven_day')) return 'weekly';
  return name === 'overage' ? 'credits' : 'burst';
};

/** What is behind an error, by the client's own word for it and the vendor's status. */
export const errorClassOf = (error: string, status: number | null): AgentErrorClass => {
  // Without a status there was no answer at all.
  if (status === null && (error === 'unknown' || error === 'server_error')) return 'network';
  return CLASSES[error] ?? (status === null ? 'other' : classOfStatus(status));
};

const classOfStatus = (status: number): AgentErrorClass => {
  if (status === 401 || status === 403) return 'login';
  if (status === 402) return 'credits';
  if (status === 413) return 'context';
  if (status === 429) return 'burst';
  return status >= 500 ? 'overload' : 'other';
};

const CLASSES: Readonly<Record<string, AgentErrorClass>> = {
  authentication_failed: 'login',
  oauth_org_not_allowed: 'login',
  account_on_hold: 'login',
  verification_required: 'login',
  cloud_credential_error: 'login',
  billing_error: 'credits',
  rate_limit: 'burst',
  overloaded: 'overload',
  server_error: 'overload',
  model_not_found: 'model',
};

/** The client tries a request again. A login that is refused is refused the next time too: that is an error, and the end. */
export const retryEvent = (message: unknown): AgentEvent => {
  const status = numberOf(message, ['error_status']);
  const error = textOf(fieldOf(message, 'error'));
  const of = errorClassOf(error, status);
  const words = visible(`${error || 'error'}${status === null ? '' : ` (${status})`}`.replaceAll('_', ' '));
  if (of === 'login') return { type: 'error', of, fatal: true, message: `The vendor refuses the login: ${words}.` };
  const count = `attempt ${numberOf(message, ['attempt']) ?? '?'} of ${numberOf(message, ['max_retries']) ?? '?'}`;
  return { type: 'retry', of, delay_ms: numberOf(message, ['retry_delay_ms']), message: `${words}, ${count}` };
};

/** The limit in which a class of error results, until when it is known; null: it is none. */
export const limitedBy = (of: AgentErrorClass, until: Instant | null, message: string): Limited | null =>
  of === 'login' || of === 'context' || of === 'budget' || of === 'model' || of === 'other'
    ? null
    : { reason: 'limited', limit: of, until, message };
