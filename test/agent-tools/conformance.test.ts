import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, watch } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { createDesks } from '../../src/desk/desk.ts';
import { builtAgentTools } from '../rig/build.ts';
import { Notes } from '../rig/notes.ts';
import { Office } from './tools.ts';

const HANDSHAKES = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
const NAMES = ['ask_human', 'request_scope', 'report_progress', 'report_done'];

test.each(HANDSHAKES)('a client that speaks %s shakes hands, lists the tools and calls one', async (version) => {
  await using office = await Office.open();
  const { client, call } = bound(await office.tools({}, { supportedProtocolVersions: [version] }));
  expect(client.getNegotiatedProtocolVersion()).toBe(version);
  expect(client.getServerVersion()).toMatchObject({ name: 'branchline' });
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(NAMES);
  expect(await call('report_progress', { done: 1, of: 2, text: 'half' })).toEqual({ text: 'Noted.', isError: false });
});

test('a client of the latest revision, which shakes no hands, is served too', async () => {
  await using office = await Office.open();
  const { client, call } = bound(await office.tools({}, { versionNegotiation: { mode: { pin: '2026-07-28' } } }));
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(NAMES);
  expect(await call('report_progress', { done: 1, of: 2, text: 'half' })).toEqual({ text: 'Noted.', isError: false });
});

const bound = <T extends Awaited<ReturnType<Office['tools']>>>(tools: T) => ({
  client: tools.client,
  call: tools.call.bind(tools),
});

test('what comes on standard input and is no message of the protocol does not end the tools', async () => {
  await using office = await Office.open();
  const child = spawn(process.execPath, [await builtAgentTools()], { env: { BRANCHLINE_DESK: office.folder } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  child.stdin.write('not json\n{"jsonrpc":"1.0"}\n[]\n\n');
  const params = { protocolVersion: '1999-01-01', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  say({ id: 1, method: 'initialize', params });
  const answer: unknown = JSON.parse(String((await lines.next()).value));
  // A version that nobody knows is answered with one that the server knows, and the client decides.
  expect(answer).toMatchObject({ id: 1, result: { protocolVersion: expect.stringMatching(/^2\d{3}-\d\d-\d\d$/) } });
  say({ method: 'notifications/initialized' });
  say({ id: 2, method: 'no/such/method' });
  expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ id: 2, error: { code: -32601 } });
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('each tool says what it is for and harms nothing', async () => {
  await using office = await Office.open();
  const { tools } = await (await office.tools()).client.listTools();
  for (const { description, inputSchema, annotations } of tools) {
    expect(description?.length).toBeLessThan(200);
    expect(annotations).toEqual({ readOnlyHint: true, destructiveHint: false, openWorldHint: false });
    const properties = Object.values(inputSchema.properties ?? {}) as readonly { readonly description?: string }[];
    expect(properties.every((property) => (property.description ?? '') !== '')).toBe(true);
  }
  expect(tools.map(({ inputSchema }) => inputSchema.required)).toEqual([
    ['question'],
    ['paths', 'reason'],
    ['done', 'of', 'text'],
    ['summary'],
  ]);
});

test('ask_human returns what a person answers', async () => {
  await using office = await Office.open();
  const tools = await office.tools();
  const said = tools.call('ask_human', { question: 'Tabs or spaces?', options: ['tabs', 'spaces'] });
  const [question] = await office.notes.saw('question');
  expect(question?.asked).toEqual({ kind: 'choice', text: 'Tabs or spaces?', options: ['tabs', 'spaces'] });
  await office.desk.answer(1, 'spaces');
  expect(await said).toEqual({ text: 'spaces', isError: false });
  expect(await office.notes.saw('delivered')).toEqual([{ type: 'delivered', number: 1 }]);
  expect(await office.desk.deliver(1)).toBe(false);
});

test('a question that is not answered in time is recorded, and asking again gets the answer to the same one', async () => {
  await using office = await Office.open();
  const tools = await office.tools({ BRANCHLINE_ASK_WAIT_MS: '50' });
  const ask = () => tools.call('ask_human', { question: 'Which colour?' });
  expect(await ask()).toEqual({
    text: 'Your question is recorded as 001. Finish what you can without the answer and end your turn; you will be resumed with the answer.',
    isError: false,
  });
  expect((await ask()).text).toContain('recorded as 001');
  await office.notes.saw('question');
  await office.desk.answer(1, 'green');
  expect((await ask()).text).toBe('green');
  expect((await ask()).text).toContain('recorded as 002');
  expect(await office.notes.saw('question', 2)).toHaveLength(2);
});

test('where questions park an agent, it is told at once', async () => {
  await using office = await Office.open();
  const tools = await office.tools({ BRANCHLINE_QUESTIONS: 'park', BRANCHLINE_ASK_WAIT_MS: '3600000' });
  expect((await tools.call('ask_human', { question: 'Which colour?' })).text).toContain('recorded as 001');
  expect(await office.notes.saw('question')).toHaveLength(1);
});

test('where nobody may be asked, the agent has to assume, and what it would have asked is noted (U68)', async () => {
  await using office = await Office.open();
  const tools = await office.tools({ BRANCHLINE_QUESTIONS: 'forbid' });
  expect((await tools.call('ask_human', { question: 'Which colour?', options: ['red', 'blue'] })).text).toBe(
    'Nobody can answer now: assume something sensible and write the assumption into your report.',
  );
  expect((await tools.call('request_scope', { paths: ['a.ts'], reason: 'Types' })).text).toBe(
    'Nobody can allow it now: stay within your scope and write into your report what you had to leave out.',
  );
  expect((await office.notes.saw('unasked', 2)).map(({ asked }) => asked.kind)).toEqual(['choice', 'scope']);
  expect(office.notes.of('question')).toEqual([]);
});

const VERDICTS = [
  ['allow', 'Allowed. You may also write: src/api.ts, docs/'],
  ['refuse', 'Refused. Stay within your scope, and write into your report what you had to leave out.'],
  ['Only the first', 'Only the first'],
] as const;

test('request_scope says whether the paths may be written, or what a person said instead', async () => {
  await using office = await Office.open();
  const tools = await office.tools();
  for (const [at, [answer, told]] of VERDICTS.entries()) {
    const said = tools.call('request_scope', { paths: ['src/api.ts', 'docs/'], reason: 'The types live there.' });
    const question = (await office.notes.saw('question', at + 1)).at(-1);
    expect(question).toMatchObject({ asked: { kind: 'scope' }, paths: ['src/api.ts', 'docs/'] });
    await office.desk.answer(question?.number ?? 0, answer);
    expect(await said).toEqual({ text: told, isError: false });
  }
});

test('report_progress and report_done reach the engine', async () => {
  await using office = await Office.open();
  const tools = await office.tools();
  await tools.call('report_progress', { done: 2, of: 5, text: 'tests' });
  expect(await office.notes.saw('progress')).toEqual([{ type: 'progress', done: 2, of: 5, text: 'tests' }]);
  expect((await tools.call('report_done', { summary: 'All five steps.' })).text).toBe(
    'Recorded. End your turn now: your work will be checked.',
  );
  expect(await office.notes.saw('done')).toEqual([{ type: 'done', text: 'All five steps.' }]);
});

const REFUSED = [
  ['ask_human', {}, /question/],
  ['ask_human', { question: '  ' }, /question/],
  ['ask_human', { question: 'x'.repeat(8_001) }, /8000/],
  ['ask_human', { question: 'x', options: 'red' }, /options/],
  ['request_scope', { paths: [], reason: 'x' }, /paths/],
  ['request_scope', { paths: ['../up'], reason: 'x' }, /relative to the worktree, stay inside/],
  ['request_scope', { paths: ['src/*.ts'], reason: 'x' }, /be no pattern/],
  ['request_scope', { paths: ['/etc/passwd'], reason: 'x' }, /relative to the worktree, stay inside/],
  ['report_progress', { done: 3, of: 2, text: 'x' }, /done must not be greater than of/],
  ['report_progress', { done: 0.5, of: 2, text: 'x' }, /done/],
  ['report_done', { summary: '' }, /summary/],
] as const;

test('what a tool cannot take is refused with the reason, and nothing is recorded', async () => {
  await using office = await Office.open();
  const tools = await office.tools();
  for (const [name, given, reason] of REFUSED) {
    expect(await tools.call(name, given)).toEqual({ text: expect.stringMatching(reason), isError: true });
  }
  expect(await readdir(office.folder)).toEqual([]);
});

test('when the desk is gone, the agent is told that nobody will see what it says', async () => {
  await using office = await Office.open();
  const tools = await office.tools();
  await rm(office.folder, { recursive: true });
  const expected = {
    text: 'This could not be recorded (ENOENT), so nobody will see it. Write it into your report instead.',
    isError: true,
  };
  expect(await tools.call('ask_human', { question: 'Anybody?' })).toEqual(expected);
  expect(await tools.call('report_done', { summary: 'All done' })).toEqual(expected);
});

test('without a desk the tools say what they are and end', async () => {
  const child = spawn(process.execPath, [await builtAgentTools()], { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
  const told = child.stderr.setEncoding('utf8').toArray();
  expect(await once(child, 'exit')).toEqual([78, null]);
  expect((await told).join('')).toContain('BRANCHLINE_DESK is not set');
});

test('ten clients that ask at the same time get ten numbers, and each its own answer (U64)', async () => {
  await using office = await Office.open();
  const clients = await Promise.all(Array.from({ length: 10 }, () => office.tools()));
  const said = clients.map((tools, at) => tools.call('ask_human', { question: `Question of ${at}` }));
  const questions = await office.notes.saw('question', 10);
  expect(questions.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const { number, asked } of questions) await office.desk.answer(number, `Answer to: ${asked.text}`);
  expect((await Promise.all(said)).map(({ text }) => text)).toEqual(
    clients.map((_, at) => `Answer to: Question of ${at}`),
  );
}, 120_000);

test('one client that asks many things at once gets each answer where it belongs', async () => {
  await using office = await Office.open();
  const tools = await office.tools();
  const asked = ['a', 'b', 'a', 'c'].map((question) => tools.call('ask_human', { question }));
  const questions = await office.notes.saw('question', 3);
  for (const { number, asked: one } of questions) await office.desk.answer(number, one.text.toUpperCase());
  expect((await Promise.all(asked)).map(({ text }) => text)).toEqual(['A', 'B', 'A', 'C']);
});

test('a call that the client gives up leaves its question standing, and takes no answer', async () => {
  await using office = await Office.open();
  const tools = await office.tools();
  const stop = new AbortController();
  const said = tools.call('ask_human', { question: 'Still there?' }, stop.signal);
  await office.notes.saw('question');
  stop.abort();
  await expect(said).rejects.toThrow();
  // Behind the cancellation on the same pipe: once this is answered, that one has been heard.
  await tools.call('report_progress', { done: 0, of: 1, text: '' });
  await office.desk.answer(1, 'yes');
  expect(await office.desk.deliver(1)).toBe(true);
});

/** Resolves at the `count`th change of a folder. */
async function changed(folder: string, count: number): Promise<void> {
  const changes = watch(folder);
  let seen = 0;
  for await (const _ of changes) if (++seen === count) return;
}

test('tools that are killed while they write leave nothing half, and what they asked stands (U64)', async () => {
  await using office = await Office.open();
  const text = 'A long question. '.repeat(400);
  for (const changes of [1, 3, 8, 20]) {
    const tools = await office.tools();
    const isTime = changed(office.folder, changes);
    const calls = Array.from({ length: 8 }, (_, at) =>
      tools.call('ask_human', { question: `${changes}.${at} ${text}` }),
    );
    const over = Promise.allSettled(calls);
    await isTime;
    process.kill(tools.pid, 'SIGKILL');
    await over;
  }
  const files = (await readdir(office.folder)).filter((name) => name.endsWith('.question'));
  expect(files).not.toEqual([]);
  for (const file of files) {
    const wording = JSON.parse(await readFile(join(office.folder, file), 'utf8')) as { readonly text: string };
    expect(wording.text).toMatch(/^\d+\.\d A long question/);
    expect(wording.text.endsWith(text.trim())).toBe(true);
  }
  const again = new Notes();
  const desk = await createDesks().open(office.folder, again.hear);
  expect(again.numbers.map((number) => `${String(number).padStart(3, '0')}.question`)).toEqual(files.toSorted());
  expect(again.of('noise')).toEqual([]);
  await desk.close();
}, 120_000);

test('an engine that is made anew hears an open question once and its answer reaches the client that still waits (U67)', async () => {
  await using office = await Office.open();
  const tools = await office.tools();
  const said = tools.call('ask_human', { question: 'Will you come back?' });
  await office.notes.saw('question');
  await office.desk.close();
  const later = new Notes();
  const desk = await createDesks().open(office.folder, later.hear);
  expect(later.numbers).toEqual([1]);
  expect(await desk.answer(1, 'Here I am')).toBe(true);
  expect((await said).text).toBe('Here I am');
  expect(await later.saw('delivered')).toHaveLength(1);
  await desk.close();
  const last = new Notes();
  await (await createDesks().open(office.folder, last.hear)).close();
  expect(last.all).toEqual([]);
});
