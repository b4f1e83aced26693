import { type Fields, fields, list, text } from './json.ts';
import { refuseChat } from './openai.ts';
import { type Answer, type Call, functionTool, newId, type Protocol, pieces, type Turn } from './protocol.ts';

/** OpenAI's Chat Completions, which many other vendors speak as well. */
export const chat: Protocol = {
  name: 'chat',
  tools: (body) =>
    list(body['tools']).flatMap((tool) => {
      const { name, parameters } = fields(fields(tool)['function']);
      return functionTool(name, parameters);
    }),
  past: (body) =>
    list(body['messages'])
      .map(fields)
      .filter(({ role }) => role === 'assistant')
      .map((message) => ({ say: said(message), calls: list(message['tool_calls']).map((c) => text(fields(c)['id'])) })),
  answer,
  refuse: refuseChat,
  streams: () => false,
};

const said = ({ content }: Fields): string =>
  text(content) ||
  list(content)
    .map((part) => text(fields(part)['text']))
    .join('');

function answer(turn: Turn, model: string): Answer {
  const about = { id: newId('chatcmpl-'), created: 1_700_000_000, model };
  const finish_reason = turn.calls.length > 0 ? 'tool_calls' : 'stop';
  const usage = usageOf(turn);
  const chunk = (more: object) => ({ data: { ...about, object: 'chat.completion.chunk', ...more } });
  const delta = (said: object, finished: string | null = null) =>
    chunk({ choices: [{ index: 0, delta: said, finish_reason: finished }] });
  const message = {
    role: 'assistant',
    content: turn.say === '' ? null : turn.say,
    ...(turn.calls.length === 0 ? {} : { tool_calls: turn.calls.map(whole) }),
  };
  return {
    events: [
      delta({ role: 'assistant', content: '' }),
      ...(turn.think === '' ? [] : [delta({ reasoning_content: turn.think })]),
      ...pieces(turn.say).map((content) => delta({ content })),
      ...turn.calls.flatMap((call, index) => calling(call, index).map((each) => delta({ tool_calls: [each] }))),
      delta({}, finish_reason),
      chunk({ choices: [], usage }),
      { data: '[DONE]' },
    ],
    whole: { ...about, object: 'chat.completion', choices: [{ index: 0, finish_reason, message }], usage },
  };
}

const argumentsOf = ({ input }: Call): string => JSON.stringify(typeof input === 'string' ? { input } : input);

const whole = (call: Call): object => ({
  id: call.id,
  type: 'function',
  function: { name: call.tool.name, arguments: argumentsOf(call) },
});

const calling = (call: Call, index: number): readonly object[] => [
  { index, id: call.id, type: 'function', function: { name: call.tool.name, arguments: '' } },
  ...pieces(argumentsOf(call), 2).map((piece) => ({ index, function: { arguments: piece } })),
];

function usageOf({ usage: { input, output, cacheRead, cacheWrite } }: Turn): object {
  const prompt_tokens = input + cacheRead + cacheWrite;
  return {
    prompt_tokens,
    completion_tokens: output,
    total_tokens: prompt_tokens + output,
    prompt_tokens_details: { cached_tokens: cacheRead },
  };
}
