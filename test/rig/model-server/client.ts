import { type Fields, fields, list } from './json.ts';
import type { ProtocolName } from './protocol.ts';

/** The smallest client of each protocol there is, for the server's own tests. */
export type Talk = {
  readonly path: string;
  /** The body of a request with these tools, after these rounds. */
  readonly body: (tools: readonly ToolSketch[], rounds?: readonly unknown[]) => Fields;
  /** What a whole answer says and calls, and what a client would keep of it as its history. */
  readonly read: (answer: Fields) => Told;
};

export type ToolSketch = { readonly name: string; readonly properties: Fields; readonly required?: readonly string[] };
export type Told = { readonly say: string; readonly calls: readonly Called[]; readonly kept: readonly unknown[] };
export type Called = { readonly name: unknown; readonly input: unknown };

const schema = ({ properties, required = [] }: ToolSketch) => ({ type: 'object', properties, required });
const parsed = (value: unknown): unknown => JSON.parse(String(value));
const joined = (parts: readonly Fields[], key: string): string => parts.map((part) => part[key] ?? '').join('');

export const talks: Readonly<Record<ProtocolName, Talk>> = {
  anthropic: {
    path: '/v1/messages',
    body: (tools, rounds = []) => ({
      model: 'claude-sonnet-4-5',
      tools: tools.map((tool) => ({ name: tool.name, input_schema: schema(tool) })),
      messages: [{ role: 'user', content: 'Go.' }, ...rounds.flat()],
    }),
    read: ({ content }) => {
      const blocks = list(content).map(fields);
      const uses = blocks.filter(({ type }) => type === 'tool_use');
      const results = uses.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' }));
      return {
        say: joined(blocks, 'text'),
        calls: uses.map(({ name, input }) => ({ name, input })),
        kept: [
          { role: 'assistant', content },
          { role: 'user', content: results },
        ],
      };
    },
  },
  responses: {
    path: '/v1/responses',
    body: (tools, rounds = []) => ({
      model: 'gpt-5.5',
      tools: tools.map((tool) => ({ type: 'function', name: tool.name, parameters: schema(tool) })),
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go.' }] }, ...rounds.flat()],
    }),
    read: ({ output }) => {
      const items = list(output).map(fields);
      const calls = items.filter(({ call_id }) => call_id !== undefined);
      return {
        say: items.flatMap(({ content }) => joined(list(content).map(fields), 'text')).join(''),
        calls: calls.map((call) => ({ name: call['name'], input: call['input'] ?? parsed(call['arguments']) })),
        // Results stand behind each call, as they do when tools run beside each other.
        kept: items.flatMap((item) =>
          item['call_id'] === undefined
            ? [item]
            : [item, { type: 'function_call_output', call_id: item['call_id'], output: 'ok' }],
        ),
      };
    },
  },
  chat: {
    path: '/v1/chat/completions',
    body: (tools, rounds = []) => ({
      model: 'scripted',
      tools: tools.map((tool) => ({ type: 'function', function: { name: tool.name, parameters: schema(tool) } })),
      messages: [{ role: 'user', content: 'Go.' }, ...rounds.flat()],
    }),
    read: ({ choices }) => {
      const message = fields(fields(list(choices)[0])['message']);
      const calls = list(message['tool_calls']).map(fields);
      return {
        say: String(message['content'] ?? ''),
        calls: calls
          .map((call) => fields(call['function']))
          .map((f) => ({ name: f['name'], input: parsed(f['arguments']) })),
        kept: [message, ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'ok' }))],
      };
    },
  },
  gemini: {
    path: '/v1beta/models/gemini-2.5-pro:generateContent',
    body: (tools, rounds = []) => ({
      tools:
        tools.length === 0
          ? []
          : [{ functionDeclarations: tools.map((tool) => ({ name: tool.name, parametersJsonSchema: schema(tool) })) }],
      contents: [{ role: 'user', parts: [{ text: 'Go.' }] }, ...rounds.flat()],
    }),
    read: ({ candidates }) => {
      const content = fields(fields(list(candidates)[0])['content']);
      const parts = list(content['parts']).map(fields);
      const calls = parts.flatMap(({ functionCall }) => (functionCall === undefined ? [] : [fields(functionCall)]));
      const answers = calls.map(({ id, name }) => ({ functionResponse: { id, name, response: { output: 'ok' } } }));
      return {
        say: joined(parts, 'text'),
        calls: calls.map(({ name, args }) => ({ name, input: args })),
        kept: [content, ...(answers.length === 0 ? [] : [{ role: 'user', parts: answers }])],
      };
    },
  },
};

export const protocolNames = ['anthropic', 'responses', 'chat', 'gemini'] as const;

/** A client's writing tool, as most declare it. */
export const writer: ToolSketch = {
  name: 'write_file',
  properties: { file_path: { type: 'string' }, content: { type: 'string' } },
  required: ['file_path', 'content'],
};

export const sheller: ToolSketch = { name: 'Bash', properties: { command: { type: 'string' } }, required: ['command'] };

/** Posts JSON and waits for the head of the answer. */
export const post = (url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** The data of all events of a stream. */
export async function eventsOf(response: Response): Promise<readonly Fields[]> {
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
  return lines.filter((line) => line !== 'data: [DONE]').map((line) => fields(JSON.parse(line.slice(6))));
}
