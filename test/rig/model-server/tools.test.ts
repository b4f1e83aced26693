import { expect, test } from 'vitest';
import { post, talks } from './client.ts';
import { cwdOf } from './cwd.ts';
import { fields, list } from './json.ts';
import { functionTool, type Tool } from './protocol.ts';
import { type Action, mcp, say } from './script.ts';
import { ModelServer } from './server.ts';
import { callsOf } from './tools.ts';

const tool = (name: string, ...properties: readonly string[]): Tool => {
  const [made] = functionTool(name, {
    properties: Object.fromEntries(properties.map((key) => [key, { type: 'string' }])),
  });
  if (made === undefined) throw new Error(name);
  return made;
};
const custom = (name: string): Tool => ({ ...tool(name), kind: 'custom' });
const calls = (action: Action, tools: readonly Tool[], hasPlanned = false) =>
  callsOf(action, { tools, cwd: '/w', hasPlanned }).map(({ tool: { name }, input }) => [name, input]);

const write: Action = { is: 'write', path: 'a/b.txt', content: 'one\ntwo\n' };
const added = '*** Begin Patch\n*** Add File: /w/a/b.txt\n+one\n+two\n*** End Patch';

test.each([
  [
    'Claude Code',
    [tool('Write', 'file_path', 'content')],
    ['Write', { file_path: '/w/a/b.txt', content: 'one\ntwo\n' }],
  ],
  ['Codex', [custom('apply_patch'), tool('exec_command', 'cmd')], ['apply_patch', added]],
  ['a client with patches as JSON', [tool('apply_patch', 'patchText')], ['apply_patch', { patchText: added }]],
  ['opencode', [tool('write', 'filePath', 'content')], ['write', { filePath: '/w/a/b.txt', content: 'one\ntwo\n' }]],
  ['Copilot', [tool('create', 'path', 'file_text')], ['create', { path: '/w/a/b.txt', file_text: 'one\ntwo\n' }]],
  [
    'a client with only a shell',
    [tool('exec_command', 'cmd')],
    ['exec_command', { cmd: `mkdir -p "$(dirname '/w/a/b.txt')" && printf %s 'one\ntwo\n' > '/w/a/b.txt'` }],
  ],
] as const)('%s writes with what it has', (_, tools, expected) => {
  expect(calls(write, tools)).toEqual([expected]);
});

test('edits are put in place of texts, or into a patch', () => {
  const action: Action = { is: 'edit', path: '/x/a.txt', from: 'old', to: 'new' };
  expect(calls(action, [tool('replace', 'file_path', 'old_string', 'new_string')])).toEqual([
    ['replace', { file_path: '/x/a.txt', old_string: 'old', new_string: 'new' }],
  ]);
  expect(calls(action, [custom('apply_patch')])).toEqual([
    ['apply_patch', '*** Begin Patch\n*** Update File: /x/a.txt\n@@\n-old\n+new\n*** End Patch'],
  ]);
  expect(calls(action, [tool('Bash', 'command')])).toEqual([]);
});

test('files are read by a tool, else by the shell', () => {
  expect(calls({ is: 'read', path: 'a' }, [tool('read_file', 'absolute_path')])).toEqual([
    ['read_file', { absolute_path: '/w/a' }],
  ]);
  expect(calls({ is: 'read', path: 'a' }, [tool('Bash', 'command')])).toEqual([['Bash', { command: "cat '/w/a'" }]]);
});

test('a shell gets words where it wants words, and whatever else it requires', () => {
  const [shell] = functionTool('shell', {
    properties: { command: { type: 'array' }, timeout: { type: 'integer' }, mode: { enum: ['fast', 'slow'] } },
    required: ['command', 'timeout', 'mode'],
  });
  expect(calls({ is: 'shell', command: 'ls' }, shell === undefined ? [] : [shell])).toEqual([
    ['shell', { command: ['bash', '-lc', 'ls'], timeout: 1, mode: 'fast' }],
  ]);
});

test('a plan is a list, or one call for each item that is made and then moved', () => {
  const action: Action = { is: 'plan', items: [{ text: 'dig', status: 'in_progress' }] };
  expect(calls(action, [tool('update_plan', 'plan')])).toEqual([
    ['update_plan', { plan: [{ step: 'dig', status: 'in_progress' }] }],
  ]);
  expect(calls(action, [tool('write_todos', 'todos')])).toEqual([
    ['write_todos', { todos: [{ description: 'dig', status: 'in_progress' }] }],
  ]);
  const tasks = [tool('TaskCreate', 'subject'), tool('TaskUpdate', 'taskId')];
  expect(calls(action, tasks)).toEqual([['TaskCreate', { subject: 'dig', description: 'dig', activeForm: 'dig' }]]);
  expect(calls(action, tasks, true)).toEqual([['TaskUpdate', { taskId: '1', status: 'in_progress' }]]);
});

test('a question goes to the tool that asks people', () => {
  const action: Action = { is: 'ask', question: 'Which?', options: ['a'] };
  expect(calls(action, [tool('ask_user', 'question', 'choices')])).toEqual([
    ['ask_user', { question: 'Which?', choices: ['a'] }],
  ]);
  expect(calls(action, [tool('AskUserQuestion', 'questions')])).toMatchObject([
    ['AskUserQuestion', { questions: [{ question: 'Which?', options: [{ label: 'a' }] }] }],
  ]);
});

test.each([
  'mcp__dispatch__ask_human',
  'mcp_dispatch_ask_human',
  'dispatch-ask_human',
  'dispatch.ask_human',
  'ask_human',
])('the bare name finds %s', (name) => {
  const others = [tool('task_human'), tool('humask_human')];
  expect(calls({ is: 'mcp', tool: 'ask_human', input: { q: 1 } }, [...others, tool(name)])).toEqual([[name, { q: 1 }]]);
});

test('a tool that the client only tells of when asked is looked for once, then called', async () => {
  await using server = await ModelServer.start({ one: { steps: [mcp('ask_human', { q: 1 }), say('Asked.')] } });
  const search = { type: 'tool_search', execution: 'client', parameters: { properties: { query: {} } } };
  const found = {
    type: 'namespace',
    name: 'dispatch',
    tools: [{ type: 'function', name: 'ask_human', parameters: {} }],
  };
  const url = server.url('one') + talks.responses.path;
  const turn = async (...input: readonly unknown[]) =>
    list(fields(await (await post(url, { model: 'm', tools: [search], input })).json())['output']).map(fields);
  const [look] = await turn();
  expect(look).toMatchObject({ type: 'tool_search_call', arguments: { query: 'ask human' } });
  const result = { type: 'tool_search_output', call_id: look?.['call_id'], tools: [found] };
  const [called] = await turn(look, result);
  expect(called).toMatchObject({
    type: 'function_call',
    name: 'ask_human',
    namespace: 'dispatch',
    arguments: '{"q":1}',
  });
  const output = { type: 'function_call_output', call_id: called?.['call_id'], output: 'blue' };
  expect(await turn(look, result, called, output)).toMatchObject([{ content: [{ text: 'Asked.' }] }]);
});

test('a tool that is nowhere is told after one search', async () => {
  await using server = await ModelServer.start({ one: { steps: [mcp('ask_human')] } });
  const url = server.url('one') + talks.responses.path;
  const body = (input: readonly unknown[]) => ({ tools: [{ type: 'tool_search', parameters: {} }], input });
  const first = fields(await (await post(url, body([]))).json());
  const look = fields(list(first['output'])[0]);
  await post(url, body([look, { type: 'tool_search_output', call_id: look['call_id'], tools: [] }]));
  expect(server.requests('one').map(({ missed }) => missed)).toEqual([[], ['mcp ask_human']]);
});

test.each([
  ['<environment_context>\n  <cwd>/a</cwd>\n</environment_context> … <cwd>/b</cwd>', '/b'],
  ['Primary working directory: /a/b\nPlatform: linux', '/a/b'],
  ['The current working directory is: /a/b.\n', '/a/b'],
  ['- **Workspace Directories:**\n  - /a/b\n', '/a/b'],
  ["I'm currently working in the directory: /a/b", '/a/b'],
  ['Work in src.', ''],
])('the working directory is read out of %j', (said, cwd) => {
  expect(cwdOf(said)).toBe(cwd);
});
