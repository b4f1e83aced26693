import { expect, test } from 'vitest';
import { eventsOf, post, protocolNames, talks, writer } from './client.ts';
import { fields } from './json.ts';
import type { ProtocolName } from './protocol.ts';
import { cut, hang, refuse, type Script, say, slow, type Why, write } from './script.ts';
import { ModelServer } from './server.ts';

const call = (server: ModelServer, name: ProtocolName, more: object = {}): Promise<Response> =>
  post(server.url('one') + talks[name].path, { ...talks[name].body([writer]), ...more });

const streamed = { stream: true };

const shapes: readonly (readonly [Why, ProtocolName, number, object])[] = [
  ['rate', 'anthropic', 429, { type: 'error', error: { type: 'rate_limit_error' } }],
  [
    'rate',
    'responses',
    429,
    { error: { code: 'rate_limit_exceeded', message: expect.stringMatching(/try again in 2s/) } },
  ],
  ['rate', 'chat', 429, { error: { code: 'rate_limit_exceeded' } }],
  ['rate', 'gemini', 429, { error: { status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '2s' }] } }],
  ['login', 'anthropic', 401, { error: { type: 'authentication_error' } }],
  ['login', 'responses', 401, { error: { code: 'invalid_api_key' } }],
  ['login', 'chat', 401, { error: { code: 'invalid_api_key' } }],
  ['login', 'gemini', 401, { error: { code: 401, status: 'UNAUTHENTICATED' } }],
  ['context', 'anthropic', 400, { error: { message: 'prompt is too long: 250000 tokens > 200000 maximum' } }],
  ['context', 'responses', 400, { error: { code: 'context_length_exceeded' } }],
  ['context', 'chat', 400, { error: { code: 'context_length_exceeded' } }],
  ['context', 'gemini', 400, { error: { message: expect.stringMatching(/exceeds the maximum number of tokens/) } }],
  ['overload', 'anthropic', 529, { error: { type: 'overloaded_error' } }],
  ['overload', 'gemini', 503, { error: { status: 'UNAVAILABLE' } }],
  ['window', 'responses', 429, { error: { type: 'usage_limit_reached', resets_in_seconds: 2 } }],
];

test.each(shapes)('%s is said by %s as %i', async (why, name, status, shape) => {
  const fault = refuse(why, { headers: { 'retry-after': '2' } });
  await using server = await ModelServer.start({ one: { steps: [{ say: 'Now.', fault }] } });
  const refused = await call(server, name);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([status, '2']);
  expect(await refused.json()).toMatchObject(shape);
  const answered = await call(server, name);
  expect(talks[name].read(fields(await answered.json())).say).toBe('Now.');
  expect(server.requests('one').map(({ fault: what, status: code }) => [what, code])).toEqual([
    ['refuse', status],
    [null, 200],
  ]);
});

test.each(protocolNames)('%s: a fault strikes as often as it says and leaves the script where it is', async (name) => {
  const script: Script = {
    steps: [write('a.txt', 'a'), { say: 'Now.', fault: refuse('overload', { times: 2, status: 529 }) }],
  };
  await using server = await ModelServer.start({ one: script });
  const statuses: number[] = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await call(server, name)).status);
  expect(statuses).toEqual([200, 529, 529, 200, 200]);
  expect(server.requests('one').map(({ step }) => step)).toEqual([0, 1, 1, 1, null]);
});

test('a fault can belong to a request, whatever its step', async () => {
  await using server = await ModelServer.start({
    one: { steps: [say('x')], then: 'repeat', faults: { 2: refuse('server') } },
  });
  const statuses: number[] = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await call(server, 'anthropic')).status);
  expect(statuses).toEqual([200, 500, 200]);
});

test('a full context is told inside the stream by the one API that does so', async () => {
  const script: Script = { steps: [{ say: 'x', fault: refuse('context', { times: 9 }) }] };
  await using server = await ModelServer.start({ one: script });
  const inStream = await call(server, 'responses', streamed);
  expect([inStream.status, (await eventsOf(inStream)).at(-1)]).toMatchObject([
    200,
    { type: 'response.failed', response: { error: { code: 'context_length_exceeded' } } },
  ]);
  expect((await call(server, 'chat', streamed)).status).toBe(400);
});

test('any refusal can be told inside a stream that began well', async () => {
  const fault = refuse('overload', { streamed: true });
  await using server = await ModelServer.start({ one: { steps: [{ say: 'x', fault }] } });
  const response = await call(server, 'anthropic', streamed);
  expect(await response.text()).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error"/);
});

test.each(protocolNames)('%s: a stream is cut where the script says, and the client may come again', async (name) => {
  await using server = await ModelServer.start({ one: { steps: [{ say: 'one two three', fault: cut(1) }] } });
  const path = name === 'gemini' ? '/v1beta/models/m:streamGenerateContent?alt=sse' : talks[name].path;
  const url = server.url('one') + path;
  const body = { ...talks[name].body([writer]), ...streamed };
  const broken = await post(url, body);
  expect(broken.status).toBe(200);
  const reader = broken.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toMatch(/data: /);
  await expect(reader?.read()).rejects.toThrow('terminated');
  expect((await server.answered('one', 1)).ended).toBe('cut');
  expect((await post(url, body)).status).toBe(200);
});

test('a connection can break before anything was said', async () => {
  await using server = await ModelServer.start({ one: { steps: [{ say: 'x', fault: cut() }] } });
  await expect(call(server, 'chat')).rejects.toThrow('fetch failed');
  expect((await call(server, 'chat')).status).toBe(200);
});

test.each([
  ['nothing', undefined],
  ['the headers', 0],
  ['an event', 1],
] as const)('silence after %s lasts until the client leaves', async (_, after) => {
  await using server = await ModelServer.start({ one: { steps: [{ say: 'x', fault: hang(after) }] } });
  const leaving = new AbortController();
  const { path, body } = talks.anthropic;
  const init = { method: 'POST', body: JSON.stringify({ ...body([writer]), stream: true }), signal: leaving.signal };
  const response = fetch(server.url('one') + path, init).then((head) => head.text());
  const failed = expect(response).rejects.toThrow('abort');
  const record = await server.request('one', 1);
  expect(record.ended).toBe(null);
  leaving.abort();
  await failed;
  expect((await server.answered('one', 1)).ended).toBe('left');
});

test('the end of the server ends what hangs', async () => {
  const server = await ModelServer.start({ one: { steps: [{ say: 'x', fault: hang() }] } });
  const response = expect(call(server, 'chat')).rejects.toThrow('fetch failed');
  await server.request('one', 1);
  await server.close();
  await response;
});

test('a slow answer takes its time and is whole', async () => {
  await using server = await ModelServer.start({ one: { steps: [{ say: 'one two three', fault: slow(30, 10) }] } });
  const startedAt = performance.now();
  const events = await eventsOf(await call(server, 'anthropic', streamed));
  expect(performance.now() - startedAt).toBeGreaterThan(90);
  expect(events.at(-1)?.['type']).toBe('message_stop');
});

test('what is more than a key may ask for at once is told to come later and costs no step', async () => {
  const script: Script = { steps: [{ say: 'x', gate: 'on' }] };
  await using server = await ModelServer.start({ one: script, two: script, three: script }, { key: 2 });
  const { path, body } = talks.anthropic;
  const ask = (id: string, key: string) => post(server.url(id) + path, body([writer]), { 'x-api-key': key });
  const held = [ask('one', 'team'), ask('two', 'team')];
  await server.waiting('on', 2);
  const refused = await ask('three', 'team');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  const other = ask('three', 'other');
  await server.waiting('on', 3);
  server.open('on');
  expect((await Promise.all([...held, other])).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(server.requests('three').map(({ fault, step }) => [fault, step])).toEqual([
    ['limit', null],
    [null, 0],
  ]);
  expect([server.peak('team'), server.peak('other'), server.peak()]).toEqual([2, 1, 3]);
});

test('the whole server can have a limit, and single keys their own', async () => {
  const script: Script = { steps: [{ say: 'x', gate: 'on' }], then: 'repeat' };
  await using server = await ModelServer.start({ one: script }, { server: 2, keys: { small: 1 } });
  const { path, body } = talks.chat;
  const ask = (key: string) => post(server.url('one') + path, body([writer]), { authorization: `Bearer ${key}` });
  const held = [ask('small')];
  await server.waiting('on', 1);
  expect((await ask('small')).status).toBe(429);
  held.push(ask('big'));
  await server.waiting('on', 2);
  expect((await ask('big')).status).toBe(429);
  server.open('on');
  await Promise.all(held);
  expect((await ask('small')).status).toBe(200);
});
