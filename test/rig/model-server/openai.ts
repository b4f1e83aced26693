import { newId, type Refused, retryAfter_s } from './protocol.ts';
import type { Refusal, Why } from './script.ts';

type Words = { readonly status: number; readonly type: string; readonly code: string | null; readonly message: string };

const refusals: Readonly<Record<Why, Words>> = {
  rate: { status: 429, type: 'tokens', code: 'rate_limit_exceeded', message: 'Rate limit reached for this model.' },
  window: { status: 429, type: 'usage_limit_reached', code: null, message: 'The usage limit has been reached' },
  credits: {
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  login: {
    status: 401,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message: 'Incorrect API key provided: sk-test.',
  },
  context: {
    status: 400,
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
  },
  overload: {
    status: 503,
    type: 'service_unavailable_error',
    code: 'server_is_overloaded',
    message: 'Our servers are currently overloaded. Please try again later.',
  },
  request: { status: 400, type: 'invalid_request_error', code: null, message: "Missing required parameter: 'input'." },
  server: {
    status: 500,
    type: 'server_error',
    code: 'server_error',
    message: 'The server had an error while processing your request.',
  },
};

/** The error object of both OpenAI APIs. */
function openaiError(refusal: Refusal): { readonly status: number; readonly error: object } {
  const { status, type, code, message } = refusals[refusal.why];
  const wait_s = retryAfter_s(refusal);
  const told = refusal.message ?? (wait_s === null ? message : `${message} Please try again in ${wait_s}s.`);
  // An account with a window is told until when in the error itself.
  const reset = refusal.why === 'window' && wait_s !== null ? resetsIn(wait_s) : {};
  return { status: refusal.status ?? status, error: { message: told, type, param: null, code, ...reset } };
}

const resetsIn = (wait_s: number): object => ({
  plan_type: 'plus',
  resets_at: Math.round(Date.now() / 1000) + wait_s,
  resets_in_seconds: wait_s,
});

/** A refusal of the Responses API, which in a stream is a response that failed. */
export function refuseResponse(refusal: Refusal): Refused {
  const { status, error } = openaiError(refusal);
  const failed = { id: newId('resp_'), object: 'response', status: 'failed', output: [], error, usage: null };
  const data = { type: 'response.failed', sequence_number: 1, response: failed };
  return { status, body: { error }, events: [{ event: 'response.failed', data }] };
}

/** A refusal of Chat Completions. */
export function refuseChat(refusal: Refusal): Refused {
  const { status, error } = openaiError(refusal);
  return { status, body: { error }, events: [{ data: { error } }] };
}
