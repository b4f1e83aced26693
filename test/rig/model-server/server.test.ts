import { expect, test } from 'vitest';
import { eventsOf, post, protocolNames, sheller, talks, writer } from './client.ts';
import { fields } from './json.ts';
import { ask, edit, plan, read, type Script, say, shell, together, write } from './script.ts';
import { ModelServer } from './server.ts';

const script: Script = {
  steps: [
    { ...write('src/a.txt', 'one\n'), say: 'Writing.', think: 'A file is wanted.' },
    together(shell('ls'), shell('pwd')),
    say('All done.'),
  ],
};
const tools = [writer, sheller];

test.each(protocolNames)(
  '%s: steps become calls of the tools that the client declares, then the last word',
  async (name) => {
    await using server = await ModelServer.start({ one: script });
    const { path, body, read } = talks[name];
    const url = server.url('one') + path;
    const turn = async () => read(fields(await (await post(url, body(tools))).json()));
    expect(await turn()).toMatchObject({
      calls: [{ name: 'write_file', input: { file_path: 'src/a.txt', content: 'one\n' } }],
    });
    expect((await turn()).calls).toEqual([
      { name: 'Bash', input: { command: 'ls' } },
      { name: 'Bash', input: { command: 'pwd' } },
    ]);
    expect(await turn()).toMatchObject({ say: 'All done.', calls: [] });
    expect(await turn()).toMatchObject({ say: 'Done.', calls: [] });
  },
);

test.each(protocolNames)('%s: with the history, a client that comes again is where it was', async (name) => {
  await using server = await ModelServer.start({ one: { ...script, mode: 'history' } });
  const { path, body, read } = talks[name];
  const rounds: unknown[] = [];
  const turn = async () => read(fields(await (await post(server.url('one') + path, body(tools, rounds))).json()));
  const first = await turn();
  expect(await turn()).toMatchObject({ calls: first.calls });
  rounds.push(first.kept);
  const second = await turn();
  expect(second.calls.map(({ input }) => input)).toEqual([{ command: 'ls' }, { command: 'pwd' }]);
  rounds.push(second.kept);
  const third = await turn();
  expect(third.say).toBe('All done.');
  rounds.push(third.kept);
  expect((await turn()).say).toBe('Done.');
  expect(server.requests('one').map(({ step }) => step)).toEqual([0, 0, 1, 2, null]);
});

test.each([
  ['anthropic', '/v1/messages', { stream: true }, 'message_stop'],
  ['responses', '/v1/responses', { stream: true }, 'response.completed'],
] as const)('%s: a stream carries the same answer and ends with %s', async (name, path, more, last) => {
  await using server = await ModelServer.start({ one: script });
  const events = await eventsOf(await post(server.url('one') + path, { ...talks[name].body(tools), ...more }));
  expect(events.at(-1)?.['type']).toBe(last);
  expect(JSON.stringify(events)).toContain('write_file');
});

test('chat: a stream carries the call in pieces, then why it ends and what it cost', async () => {
  await using server = await ModelServer.start({ one: script });
  const { path, body } = talks.chat;
  const response = await post(server.url('one') + path, { ...body(tools), stream: true });
  const events = await eventsOf(response);
  expect(events.at(-2)).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] });
  expect(events.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 1200, completion_tokens: 80 } });
});

test('gemini: a stream is events or, without them, an array', async () => {
  await using server = await ModelServer.start({ one: script, two: script });
  const path = '/v1beta/models/gemini-2.5-pro:streamGenerateContent';
  const events = await eventsOf(await post(`${server.url('one')}${path}?alt=sse`, talks.gemini.body(tools)));
  const array = await (await post(`${server.url('two')}${path}`, talks.gemini.body(tools))).json();
  expect(events.at(-1)).toMatchObject({ candidates: [{ finishReason: 'STOP' }] });
  expect(array).toHaveLength(events.length);
});

test('the address names the script, else the key, else a mark in the text', async () => {
  await using server = await ModelServer.start({
    address: { steps: [say('by address')] },
    key: { steps: [say('by key')] },
    mark: { steps: [say('by mark')] },
  });
  const { path, body, read } = talks.anthropic;
  const marked = { ...body([writer]), system: 'Do [[script:mark]] now.' };
  const said = async (url: string, key: string) =>
    read(fields(await (await post(url + path, marked, { 'x-api-key': key })).json())).say;
  expect(await said(server.url('address'), 'sk-test-key')).toBe('by address');
  expect(await said(server.url(), 'sk-test-key')).toBe('by key');
  expect(await said(server.url(), 'sk-other')).toBe('by mark');
});

test('requests without tools are answered beside the script and do not move it on', async () => {
  await using server = await ModelServer.start({ one: { ...script, side: 'A title' } });
  const { path, body, read } = talks.anthropic;
  const turn = async (declared: typeof tools) =>
    read(fields(await (await post(server.url('one') + path, body(declared))).json()));
  expect((await turn([])).say).toBe('A title');
  expect((await turn(tools)).calls).toHaveLength(1);
  expect(server.requests('one').map(({ kind, n }) => [kind, n])).toEqual([
    ['side', null],
    ['call', 1],
  ]);
});

test('counts, lists of models and what nobody knows are answered and recorded', async () => {
  await using server = await ModelServer.start({ one: script });
  const counted = await post(`${server.url('one')}/v1/messages/count_tokens`, talks.anthropic.body(tools));
  expect(await counted.json()).toMatchObject({ input_tokens: expect.any(Number) });
  const model = (await (await fetch(`${server.url('one')}/v1/models`)).json()) as object;
  expect(model).toMatchObject({ data: expect.arrayContaining([expect.objectContaining({ id: 'gpt-5.5' })]) });
  const google = (await (await fetch(`${server.url('one')}/v1beta/models`)).json()) as object;
  expect(google).toMatchObject({
    models: expect.arrayContaining([expect.objectContaining({ name: 'models/gemini-2.5-pro' })]),
  });
  expect((await post(`${server.url('one')}/api/telemetry`, 'x')).status).toBe(404);
  expect(server.requests('one').map(({ kind }) => kind)).toEqual(['count', 'models', 'models', 'unknown']);
});

test('a plan or a question is left out where the client has no tool for it; anything else is told', async () => {
  const steps = [
    plan({ text: 'write', status: 'pending' }),
    ask('Which?', 'a', 'b'),
    write('a.txt', 'a'),
    say('Done so far.'),
  ];
  await using server = await ModelServer.start({ one: { steps } });
  const { path, body, read } = talks.chat;
  const answer = read(
    fields(await (await post(server.url('one') + path, body([{ name: 'look', properties: {} }]))).json()),
  );
  expect(answer.say).toBe('[no tool for write]');
  expect(server.requests('one')).toMatchObject([{ step: 2, missed: ['write'] }]);
});

test('{{cwd}} and paths stand for the place that the request tells of', async () => {
  await using server = await ModelServer.start({
    one: { steps: [together(read('a.txt'), shell('cd {{cwd}}')), edit('a', 'x', 'y')] },
  });
  const { path, body, read: told } = talks.anthropic;
  const editor = { name: 'Edit', properties: { file_path: {}, old_string: {}, new_string: {} } };
  const request = { ...body([sheller, editor]), system: 'Primary working directory: /w/t\n' };
  const turn = async () => told(fields(await (await post(server.url('one') + path, request)).json())).calls;
  expect((await turn()).map(({ input }) => input)).toEqual([{ command: "cat '/w/t/a.txt'" }, { command: 'cd /w/t' }]);
  expect(await turn()).toEqual([{ name: 'Edit', input: { file_path: '/w/t/a', old_string: 'x', new_string: 'y' } }]);
  expect(server.requests('one').map(({ cwd }) => cwd)).toEqual(['/w/t', '/w/t']);
});

test('usage figures of a step reach the client in the words of its vendor', async () => {
  const usage = { input: 10, output: 5, cacheRead: 100, cacheWrite: 7 };
  await using server = await ModelServer.start({ one: { steps: [{ say: 'x', usage }], then: 'repeat' } });
  const answers = await Promise.all(
    protocolNames.map(async (name) =>
      (await post(server.url('one') + talks[name].path, talks[name].body([writer]))).json(),
    ),
  );
  expect(answers).toMatchObject([
    { usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 100, cache_creation_input_tokens: 7 } },
    { usage: { input_tokens: 117, output_tokens: 5, input_tokens_details: { cached_tokens: 100 } } },
    { usage: { prompt_tokens: 117, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 100 } } },
    { usageMetadata: { promptTokenCount: 117, candidatesTokenCount: 5, cachedContentTokenCount: 100 } },
  ]);
});

test('a test can wait for a request before it comes, and for the end of its answer', async () => {
  await using server = await ModelServer.start({ one: { steps: [{ say: 'x', gate: 'later' }] } });
  const came = server.request('one', 1);
  const told = server.answered('one', 1);
  const response = post(server.url('one') + talks.chat.path, talks.chat.body([writer]));
  expect(await came).toMatchObject({ n: 1, step: 0, ended: null });
  await server.waiting('later');
  server.open('later');
  expect(await told).toMatchObject({ ended: 'told', status: 200 });
  expect((await response).status).toBe(200);
});

test('a wait that nothing can fulfil any more fails with what did come', async () => {
  const server = await ModelServer.start({ one: script });
  const never = server.request('one', 3);
  await post(server.url('one') + talks.chat.path, talks.chat.body(tools));
  const failed = expect(never).rejects.toThrow('request 3 of one, but there was only: one call 1 200');
  await server.close();
  await failed;
});

test('an unknown script is refused at once', async () => {
  await using server = await ModelServer.start({});
  const response = await post(server.url('nobody') + talks.anthropic.path, talks.anthropic.body(tools));
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { error: { message: 'There is no script "nobody"' } },
  ]);
});

test('a body that nobody can read is a failure of whoever runs the server', async () => {
  const server = await ModelServer.start({ one: script });
  const response = await fetch(server.url('one') + talks.chat.path, { method: 'POST', body: '{' });
  expect(response.status).toBe(500);
  await expect(server.close()).rejects.toThrow('could not answer');
});
