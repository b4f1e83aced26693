import { type Fields, fields, list, text } from './json.ts';
import { refuseResponse } from './openai.ts';
import {
  type Answer,
  type Call,
  functionTool,
  newId,
  type PastTurn,
  type Protocol,
  pieces,
  type Tool,
  type Turn,
  type WireEvent,
} from './protocol.ts';

/** OpenAI's Responses. */
export const responses: Protocol = {
  name: 'responses',
  tools: (body) => [
    ...list(body['tools']).flatMap((tool) => toolsOf(fields(tool))),
    // What a search found may be called as if it had been declared.
    ...itemsOf(body, ['tool_search_output']).flatMap((item) => list(item['tools']).flatMap((t) => toolsOf(fields(t)))),
  ],
  past,
  answer,
  refuse: refuseResponse,
  streams: (why) => why === 'context',
};

const itemsOf = (body: Fields, types: readonly string[]): readonly Fields[] =>
  list(body['input'])
    .map(fields)
    .filter((item) => types.includes(text(item['type'])));

function toolsOf(tool: Fields, namespace: string | null = null): readonly Tool[] {
  const name = text(tool['name']);
  if (Array.isArray(tool['tools'])) return tool['tools'].flatMap((each) => toolsOf(fields(each), name));
  const [declared] = functionTool(tool['name'] ?? tool['type'], tool['parameters'], namespace);
  if (declared === undefined) return [];
  if (tool['type'] === 'function') return [declared];
  if (tool['type'] === 'custom') return [{ ...declared, kind: 'custom' }];
  return tool['type'] === 'tool_search' ? [{ ...declared, name: 'tool_search', kind: 'search' }] : [];
}

/** One answer is an unbroken row of the model's items; the results of calls stand between two answers. */
function past(body: Fields): readonly PastTurn[] {
  const turns: { say: string; calls: string[] }[] = [];
  let isOpen = false;
  for (const item of list(body['input']).map(fields)) {
    const isMine = mine.includes(text(item['type'])) || item['role'] === 'assistant';
    if (isMine && !isOpen) turns.push({ say: '', calls: [] });
    isOpen = isMine;
    const turn = turns.at(-1);
    if (!isMine || turn === undefined) continue;
    if (item['role'] === 'assistant')
      turn.say += list(item['content'])
        .map((part) => text(fields(part)['text']))
        .join('');
    if (item['call_id'] !== undefined) turn.calls.push(text(item['call_id']));
  }
  return turns;
}

const mine = ['reasoning', 'function_call', 'custom_tool_call', 'tool_search_call'];

type Item = {
  readonly begun: object;
  readonly within: readonly [type: string, data: object][];
  readonly whole: object;
};

function answer(turn: Turn, model: string): Answer {
  const items = [...thinking(turn), ...saying(turn), ...turn.calls.map(calling)];
  const response = {
    id: newId('resp_'),
    object: 'response',
    created_at: 1_700_000_000,
    model,
    tools: [],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    error: null,
    incomplete_details: null,
  };
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  const whole = { ...response, status: 'completed', output: items.map((item) => item.whole), usage: usageOf(turn) };
  const events: readonly [string, object][] = [
    ['response.created', { response: begun }],
    ['response.in_progress', { response: begun }],
    ...items.flatMap(itemEvents),
    ['response.completed', { response: whole }],
  ];
  return { events: events.map(numbered), whole };
}

const numbered = ([type, data]: readonly [string, object], sequence_number: number): WireEvent => ({
  event: type,
  data: { type, sequence_number, ...data },
});

function itemEvents({ begun, within, whole }: Item, output_index: number): [string, object][] {
  return [
    ['response.output_item.added', { output_index, item: begun }],
    ...within.map(([type, data]): [string, object] => [type, { output_index, ...data }]),
    ['response.output_item.done', { output_index, item: whole }],
  ];
}

function usageOf({ usage: { input, output, cacheRead, cacheWrite } }: Turn): object {
  const input_tokens = input + cacheRead + cacheWrite;
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: cacheRead },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input_tokens + output,
  };
}

function thinking({ think }: Turn): readonly Item[] {
  if (think === '') return [];
  const id = newId('rs_');
  const item = { id, type: 'reasoning', encrypted_content: 'c2VhbGVk' };
  const at = { item_id: id, summary_index: 0 };
  return [
    {
      begun: { ...item, summary: [] },
      within: [
        ['response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } }],
        ['response.reasoning_summary_text.delta', { ...at, delta: think }],
        ['response.reasoning_summary_text.done', { ...at, text: think }],
      ],
      whole: { ...item, summary: [{ type: 'summary_text', text: think }] },
    },
  ];
}

function saying({ say }: Turn): readonly Item[] {
  if (say === '') return [];
  const id = newId('msg_');
  const item = { id, type: 'message', role: 'assistant' };
  const part = (said: string) => ({ type: 'output_text', text: said, annotations: [] });
  const at = { item_id: id, content_index: 0 };
  return [
    {
      begun: { ...item, status: 'in_progress', content: [] },
      within: [
        ['response.content_part.added', { ...at, part: part('') }],
        ...pieces(say).map((delta): [string, object] => ['response.output_text.delta', { ...at, delta }]),
        ['response.output_text.done', { ...at, text: say }],
        ['response.content_part.done', { ...at, part: part(say) }],
      ],
      whole: { ...item, status: 'completed', content: [part(say)] },
    },
  ];
}

function calling({ id: call_id, tool, input }: Call): Item {
  const id = newId('item_');
  const at = { item_id: id };
  const call = { id, call_id, name: tool.name, ...(tool.namespace === null ? {} : { namespace: tool.namespace }) };
  if (tool.kind === 'search') {
    const item = { id, type: 'tool_search_call', call_id, execution: 'client', arguments: input };
    return { begun: { ...item, status: 'in_progress' }, within: [], whole: { ...item, status: 'completed' } };
  }
  const asText = typeof input === 'string' ? input : JSON.stringify(input);
  const isCustom = tool.kind === 'custom';
  const key = isCustom ? 'input' : 'arguments';
  const events = isCustom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  const item = { ...call, type: isCustom ? 'custom_tool_call' : 'function_call' };
  return {
    begun: { ...item, status: 'in_progress', [key]: '' },
    within: [
      [`${events}.delta`, { ...at, delta: asText }],
      [`${events}.done`, { ...at, [key]: asText }],
    ],
    whole: { ...item, status: 'completed', [key]: asText },
  };
}
