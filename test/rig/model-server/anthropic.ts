import { fields, list, text } from './json.ts';
import {
  type Answer,
  functionTool,
  newId,
  type PastTurn,
  type Protocol,
  pieces,
  type Turn,
  type WireEvent,
} from './protocol.ts';
import type { Refusal, Why } from './script.ts';

/** Anthropic's Messages. */
export const anthropic: Protocol = {
  name: 'anthropic',
  tools: (body) => list(body['tools']).flatMap((tool) => functionTool(fields(tool)['name'], schemaOf(fields(tool)))),
  past: (body) =>
    list(body['messages'])
      .map(fields)
      .filter(({ role }) => role === 'assistant')
      .map(({ content }) => pastTurn(content)),
  answer,
  refuse,
  streams: () => false,
};

const schemaOf = (tool: Readonly<Record<string, unknown>>): unknown => tool['input_schema'] ?? {};

function pastTurn(content: unknown): PastTurn {
  if (typeof content === 'string') return { say: content, calls: [] };
  const blocks = list(content).map(fields);
  return {
    say: blocks.map((block) => (block['type'] === 'text' ? text(block['text']) : '')).join(''),
    calls: blocks.filter((block) => block['type'] === 'tool_use').map((block) => text(block['id'])),
  };
}

type Block = { readonly start: object; readonly deltas: readonly object[]; readonly whole: object };

function answer(turn: Turn, model: string): Answer {
  const blocks = [...thinking(turn), ...saying(turn), ...turn.calls.map(calling)];
  const stop = { stop_reason: turn.calls.length > 0 ? 'tool_use' : 'end_turn', stop_sequence: null };
  const usage = {
    input_tokens: turn.usage.input,
    cache_creation_input_tokens: turn.usage.cacheWrite,
    cache_read_input_tokens: turn.usage.cacheRead,
    service_tier: 'standard',
  };
  const message = { id: newId('msg_'), type: 'message', role: 'assistant', model };
  const begun = { ...message, content: [], stop_reason: null, stop_sequence: null };
  const output_tokens = turn.usage.output;
  return {
    events: [
      event('message_start', { message: { ...begun, usage: { ...usage, output_tokens: 1 } } }),
      ...blocks.flatMap(blockEvents),
      event('message_delta', { delta: stop, usage: { output_tokens } }),
      event('message_stop', {}),
    ],
    whole: { ...message, content: blocks.map(({ whole }) => whole), ...stop, usage: { ...usage, output_tokens } },
  };
}

const event = (type: string, data: object): WireEvent => ({ event: type, data: { type, ...data } });

const blockEvents = ({ start, deltas }: Block, index: number): readonly WireEvent[] => [
  event('content_block_start', { index, content_block: start }),
  ...deltas.map((delta) => event('content_block_delta', { index, delta })),
  event('content_block_stop', { index }),
];

/** Nobody checks the signature of a thought here, but clients want one. */
const signature = 'c2lnbmVk';

function thinking({ think }: Turn): readonly Block[] {
  if (think === '') return [];
  const deltas = [
    { type: 'thinking_delta', thinking: think },
    { type: 'signature_delta', signature },
  ];
  const start = { type: 'thinking', thinking: '', signature: '' };
  return [{ start, deltas, whole: { type: 'thinking', thinking: think, signature } }];
}

function saying({ say }: Turn): readonly Block[] {
  if (say === '') return [];
  const deltas = pieces(say).map((piece) => ({ type: 'text_delta', text: piece }));
  return [{ start: { type: 'text', text: '' }, deltas, whole: { type: 'text', text: say } }];
}

function calling({ id, tool, input }: Turn['calls'][number]): Block {
  const call = { type: 'tool_use', id, name: tool.name };
  const deltas = pieces(JSON.stringify(input), 2).map((piece) => ({ type: 'input_json_delta', partial_json: piece }));
  return { start: { ...call, input: {} }, deltas, whole: { ...call, input } };
}

const refusals: Readonly<Record<Why, readonly [status: number, type: string, message: string]>> = {
  rate: [429, 'rate_limit_error', 'This request would exceed the rate limit of your organization.'],
  window: [429, 'rate_limit_error', "This request would exceed your account's rate limit. Please try again later."],
  credits: [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'],
  login: [401, 'authentication_error', 'invalid x-api-key'],
  context: [400, 'invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum'],
  overload: [529, 'overloaded_error', 'Overloaded'],
  request: [400, 'invalid_request_error', 'messages: at least one message is required'],
  server: [500, 'api_error', 'Internal server error'],
};

function refuse(refusal: Refusal) {
  const [status, type, message] = refusals[refusal.why];
  const error = { type, message: refusal.message ?? message };
  const body = { type: 'error', error, request_id: newId('req_') };
  return { status: refusal.status ?? status, body, events: [{ event: 'error', data: body }] };
}
