import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endInWords, inWords, type Replayed, type ReplayStep, replay } from '../../test/rig/replay.ts';
import { DriverBench } from '../../test/suites/agent-driver.ts';
import type { AgentSpec } from '../core/ports/agent.ts';
import { fieldOf } from './json.ts';

const recordings = join(import.meta.dirname, 'fixtures/claude');

let bench: DriverBench;
beforeEach(async () => {
  bench = await DriverBench.open('claude');
});
afterEach(() => bench.close());

const request = (subtype: string, more: object = {}): ReplayStep => ({
  type: 'control_request',
  request_id: '$r',
  request: { subtype, ...more },
});
const answerTo = (response: object): ReplayStep => ({
  type: 'control_response',
  response: { subtype: 'success', request_id: '$r', response },
});

/** What every session begins with, once it is told what to do. */
const opening: readonly ReplayStep[] = [
  { when: request('initialize'), '<': [answerTo({})] },
  { when: request('get_session_cost'), '<': [answerTo({ text: 'Total cost: $0.0000' })] },
  { '>': { type: 'user', uuid: '$first' } },
  { '<': { type: 'system', subtype: 'init', session_id: 's1', model: 'sonnet', claude_code_version: '2.1.329' } },
];

const result = (more: object = {}): ReplayStep => ({
  '<': {
    ...{ type: 'result', subtype: 'success', is_error: false, terminal_reason: 'completed', result: 'All done.' },
    ...{ user_message_uuids: ['$first'], modelUsage: {}, ...more },
  },
});
const leaving: readonly ReplayStep[] = [{ eof: true }, { exit: 0 }];

const toolUse = (id: string, name: string, input: object): ReplayStep => ({
  '<': { type: 'assistant', message: { id: 'm', content: [{ type: 'tool_use', id, name, input }] } },
});

const may = (id: string, tool_name: string, input: object, more: object = {}): ReplayStep => ({
  '<': { type: 'control_request', request_id: id, request: { subtype: 'can_use_tool', tool_name, input, ...more } },
});
const hook = (id: string, tool_name: string, tool_input: object): ReplayStep => ({
  '<': {
    ...{ type: 'control_request', request_id: id },
    request: { subtype: 'hook_callback', callback_id: 'branchline-edit', input: { tool_name, tool_input } },
  },
});
const replied = (id: string): ReplayStep => ({ '>': { type: 'control_response', response: { request_id: id } } });

const inScope: Partial<AgentSpec> = {
  outOfScope: (paths) => paths.filter((path) => !path.startsWith('src/')),
  scopeInWords: 'src/**',
};

/** What was answered to the client's requests, by their names. */
const answers = async ({ heard }: Replayed): Promise<ReadonlyMap<unknown, unknown>> =>
  new Map(
    (await heard()).map((line) => [
      fieldOf(line, 'response', 'request_id'),
      fieldOf(line, 'response', 'response') ?? fieldOf(line, 'response', 'error'),
    ]),
  );

/** The words of an answer that refuses. */
const refusal = (answer: unknown): unknown =>
  fieldOf(answer, 'message') ?? fieldOf(answer, 'hookSpecificOutput', 'permissionDecisionReason') ?? answer;

describe('what the client is started with', () => {
  const commandLine = async (spec: Partial<AgentSpec>): Promise<string> => {
    // A turn that fails is over, also where a plan is to be approved first.
    const played = await replay(bench, [...opening, result({ is_error: true }), ...leaving], { spec });
    await played.end();
    return String((await played.heard())[0]).replaceAll(',', ' ');
  };

  test.each([
    ['unattended', {}, 'acceptEdits'],
    ['plan-first', { launch: 'plan-first' }, 'plan'],
    ['plan-first that goes on', { launch: 'plan-first', resume: { session: 's', text: 'yes' } }, 'acceptEdits'],
    ['plan-first where nobody answers', { launch: 'plan-first', questions: 'forbid' }, 'acceptEdits'],
    ['ask', { launch: 'ask' }, 'default'],
    ['read-only', { launch: 'read-only', permissions: 'bypass' }, 'default'],
    ['bypass, and only then', { permissions: 'bypass' }, 'bypassPermissions'],
  ] satisfies readonly [string, Partial<AgentSpec>, string][])('%s: its mode', async (_, spec, mode) => {
    expect(await commandLine(spec)).toContain(`--permission-mode ${mode} `);
  });

  test('its model and a name for a session that begins, or the name of one that goes on', async () => {
    const fresh = await commandLine({ model: 'opus', session: '11111111-1111-4111-8111-111111111111' });
    expect(fresh).toMatch(/^-p --input-format stream-json --output-format stream-json --verbose /);
    expect(fresh).toContain('--model opus --session-id 11111111-1111-4111-8111-111111111111');
    expect(fresh).not.toContain('--resume');
    expect(await commandLine({ resume: { session: 's0', text: 'Go on.' } })).toMatch(/--resume s0$/);
  });

  test('without the tools that reach beyond its task, nor those that ask where nobody answers', async () => {
    expect(await commandLine({})).toMatch(/--disallowedTools .*SendMessage .*EnterWorktree .*EnterPlanMode/);
    expect(await commandLine({})).not.toContain('AskUserQuestion');
    expect(await commandLine({ questions: 'forbid' })).toContain('AskUserQuestion');
  });

  test("with Branchline's own tools, in a file that nobody else may read", async () => {
    const tools = { argv: ['node', 'tools.mjs'], env: { TOKEN: 'secret' } };
    const line = await commandLine({ tools });
    const file = /--mcp-config (\S+)/.exec(line)?.[1] ?? '';
    expect(line).not.toContain('secret');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      mcpServers: {
        branchline: { type: 'stdio', command: 'node', args: ['tools.mjs'], env: { TOKEN: 'secret' }, alwaysLoad: true },
      },
    });
  });

  test('with few retries, no work behind its back and no updates, unless the person says otherwise', async () => {
    const argv = ['sh', '-c', 'env | grep -E "CLAUDE|DISABLE" | sort >&2; exit 3'];
    const said = async (env: Record<string, string>): Promise<string> => {
      const started = await bench.driver.start(bench.spec({ argv, env: { ...bench.env, ...env } }), () => undefined);
      return started.ok ? (await started.value.ended).exit.tail : '';
    };
    expect(await said({})).toContain('CLAUDE_CODE_MAX_RETRIES=5');
    expect(await said({})).toMatch(
      /DISABLE_AUTO_MEMORY=1\nCLAUDE_CODE_DISABLE_BACKGROUND_TASKS=1\n(?:.*\n)*DISABLE_AUTOUPDATER=1/,
    );
    expect(await said({ CLAUDE_CODE_MAX_RETRIES: '9' })).toContain('CLAUDE_CODE_MAX_RETRIES=9');
  });

  test('it is given the brief, or, to go on, what is to be said now', async () => {
    const said = async (spec: Partial<AgentSpec>): Promise<unknown> => {
      const played = await replay(bench, [...opening, result(), ...leaving], { spec });
      await played.end();
      const line = (await played.heard()).find((one) => fieldOf(one, 'type') === 'user');
      return fieldOf(line, 'message', 'content', '0', 'text');
    };
    expect(await said({})).toBe('Do the thing.\n');
    expect(await said({ resume: { session: 's0', text: 'Blue.' } })).toBe('Blue.');
  });
});

describe('what the client wants to do', () => {
  const judged = async (steps: readonly ReplayStep[], spec: Partial<AgentSpec> = {}, answer = 'no') => {
    const played = await replay(bench, [...opening, ...steps, result(), ...leaving], {
      spec: { ...inScope, ...spec },
      react: (event, session) => {
        if (event.type === 'question') void session.answer(event.id, answer);
      },
    });
    const end = await played.end();
    return { end, played, told: await answers(played) };
  };
  const edits = (paths: readonly string[]): readonly ReplayStep[] =>
    paths.flatMap((file_path, i) => [hook(`e${i}`, 'Write', { file_path, content: '' }), replied(`e${i}`)]);

  test('is left to its mode where its task may write, and refused with the reason elsewhere (U47)', async () => {
    await mkdir(join(bench.dir, 'outside'));
    await symlink('../outside', join(bench.worktree, 'way-out'));
    await mkdir(join(bench.worktree, 'src'));
    await symlink('../docs', join(bench.worktree, 'src/docs'));
    await mkdir(join(bench.worktree, 'docs'));
    const paths = [
      'src/a.txt',
      join(bench.worktree, 'src/b.txt'),
      'docs/x',
      'src/docs/x',
      'way-out/x',
      '/etc/x',
      '.git/config',
    ];
    const { told } = await judged(edits(paths));
    expect(paths.map((_, i) => refusal(told.get(`e${i}`)))).toEqual([
      {},
      {},
      '"docs/x" is outside of this task\'s scope; you may write: src/**.',
      '"docs/x" is outside of this task\'s scope; you may write: src/**.',
      `"${join(bench.dir, 'outside/x')}" is outside of your worktree; you may write: src/**.`,
      '"/etc/x" is outside of your worktree; you may write: src/**.',
      '".git/config" belongs to git: use its commands.',
    ]);
  });

  test('may go into its folder for passing files and into its report', async () => {
    const env = { ...bench.env, TMPDIR: join(bench.dir, 'tmp'), BRANCHLINE_REPORT: join(bench.dir, 'out/report') };
    const { told } = await judged(edits([join(bench.dir, 'tmp/a'), join(bench.dir, 'out/report')]), { env });
    expect([told.get('e0'), told.get('e1')]).toEqual([{}, {}]);
  });

  test('is refused nothing where the plan says so (U54)', async () => {
    const { told } = await judged(edits(['docs/x', '/etc/x']), { permissions: 'bypass' });
    expect([told.get('e0'), told.get('e1')]).toEqual([{}, {}]);
  });

  test('is asked about beyond its scope, and a yes holds for the rest of the session (U54)', async () => {
    const write = (id: string) => [
      hook(id, 'Edit', { file_path: 'docs/x' }),
      replied(id),
      may(`${id}m`, 'Edit', { file_path: 'docs/x' }),
      replied(`${id}m`),
    ];
    const { told, played } = await judged([...write('a'), ...write('b')], { permissions: 'ask' }, 'yes');
    expect(fieldOf(told.get('a'), 'hookSpecificOutput', 'permissionDecision')).toBe('ask');
    expect(told.get('am')).toEqual({ behavior: 'allow', updatedInput: { file_path: 'docs/x' } });
    expect(told.get('b')).toEqual({});
    expect(played.events.filter(({ type }) => type === 'question')).toHaveLength(1);
    const refused = await judged(write('c'), { permissions: 'ask' }, 'No, never');
    expect(refusal(refused.told.get('cm'))).toBe(
      '"docs/x" is outside of this task\'s scope; you may write: src/**. A person refused it: never',
    );
  });

  test('is refused where a person would have to be asked and nobody answers', async () => {
    const question = { questions: [{ question: 'Which?', options: [] }] };
    const steps = [
      hook('a', 'Edit', { file_path: 'docs/x' }),
      replied('a'),
      may('b', 'AskUserQuestion', question),
      replied('b'),
    ];
    const { told } = await judged(steps, { permissions: 'ask', questions: 'forbid' });
    expect(refusal(told.get('a'))).toContain('Nobody can answer: assume something sensible');
    expect(refusal(told.get('b'))).toBe(
      'Nobody can answer: assume something sensible and write the assumption into your report.',
    );
  });

  test('is refused wherever it changes something in a task that only reads (U25)', async () => {
    const steps = [
      ...edits(['src/a.txt']),
      ...[may('b', 'Bash', { command: 'make' }), replied('b')],
      ...[may('c', 'Read', { file_path: '/usr/include/x.h' }), replied('c')],
      ...[may('d', 'mcp__other__act', {}), replied('d')],
      ...[may('e', 'mcp__branchline__ask_human', {}), replied('e')],
      ...[may('f', 'WebFetch', { url: 'https://example.org' }), replied('f')],
    ];
    const { told } = await judged(steps, { launch: 'read-only' });
    const onlyReads = 'This task only reads: it may change nothing.';
    expect(['e0', 'b', 'd'].map((id) => refusal(told.get(id)))).toEqual([onlyReads, onlyReads, onlyReads]);
    expect(['c', 'e', 'f'].map((id) => fieldOf(told.get(id), 'behavior'))).toEqual(['allow', 'allow', 'allow']);
  });

  test('with a shell is allowed, but for what the client sees it write outside', async () => {
    const blocked = { blocked_path: '/elsewhere/x' };
    const reads = { ...blocked, permission_suggestions: [{ type: 'addRules', rules: [{ toolName: 'Read' }] }] };
    const { told } = await judged([
      ...[may('a', 'Bash', { command: 'npm test' }), replied('a')],
      ...[may('b', 'Bash', { command: 'cat /elsewhere/x' }, reads), replied('b')],
      ...[may('c', 'Bash', { command: 'echo > /elsewhere/x' }, blocked), replied('c')],
    ]);
    expect(['a', 'b', 'c'].map((id) => fieldOf(told.get(id), 'behavior'))).toEqual(['allow', 'allow', 'deny']);
    expect(refusal(told.get('c'))).toContain('"/elsewhere/x"');
  });

  test('is a plan first, also when the agent only says it; then it goes on', async () => {
    const steps: readonly ReplayStep[] = [
      ...[hook('a', 'Write', { file_path: 'src/a.txt' }), replied('a')],
      ...[may('b', 'Bash', { command: 'make' }), replied('b')],
      result({ result: 'I would do this.' }),
      { '>': { request: { subtype: 'set_permission_mode', mode: 'acceptEdits' } } },
      { '>': { type: 'user', uuid: '$second' } },
      ...[hook('c', 'Write', { file_path: 'src/a.txt' }), replied('c')],
    ];
    const { told, end, played } = await judged(steps, { launch: 'plan-first' }, 'yes');
    expect(refusal(told.get('a'))).toContain('Nothing may be changed before the plan is approved');
    expect(refusal(told.get('b'))).toContain('Nothing may be changed before the plan is approved');
    expect(told.get('c')).toEqual({});
    expect(await played.event('question')).toMatchObject({
      asked: {
        kind: 'approve',
        text: 'I would do this.\n\nMay it carry out this plan?',
        options: ['yes', 'no'],
      },
    });
    expect(endInWords(end)).toBe('report (0): All done.');
  });

  test('is not carried out before the plan is approved: another one is to be made', async () => {
    const steps = [
      may('a', 'ExitPlanMode', { plan: 'Do it.' }),
      replied('a'),
      hook('b', 'Write', { file_path: 'src/a' }),
      replied('b'),
    ];
    const failing = result({ is_error: true });
    const played = await replay(bench, [...opening, ...steps, failing, ...leaving], {
      spec: { ...inScope, launch: 'plan-first' },
      react: (event, session) => {
        if (event.type === 'question') void session.answer(event.id, 'no, without tests it is nothing');
      },
    });
    await played.end();
    const told = await answers(played);
    expect(refusal(told.get('a'))).toBe(
      'Your plan is not approved: without tests it is nothing\nMake another plan; change nothing yet.',
    );
    expect(refusal(told.get('b'))).toContain('Nothing may be changed');
  });

  test('may be something that we never heard of: it gets an answer all the same', async () => {
    const unheardOf = { '<': { type: 'control_request', request_id: 'x', request: { subtype: 'dance' } } };
    const { told } = await judged([unheardOf, replied('x')]);
    expect(told.get('x')).toBe('Branchline does not know "dance".');
  });
});

describe('what is said to it while it works', () => {
  test('reaches it, and the turn that it begins is waited for (U66)', async () => {
    const steps: readonly ReplayStep[] = [
      { '<': { type: 'assistant', message: { id: 'm', content: [{ type: 'text', text: 'At work.' }] } } },
      { '>': { type: 'user', uuid: '$second', message: { content: [{ text: 'Also this.' }] } } },
      result({ result: 'The first.' }),
      result({ result: 'Also this.', user_message_uuids: ['$second'] }),
    ];
    const played = await replay(bench, [...opening, ...steps, ...leaving]);
    await played.event('text');
    expect(await played.session.steer('Also this.')).toBe(true);
    expect(endInWords(await played.end())).toBe('report (0): Also this.');
    expect(await played.session.steer('Too late.')).toBe(false);
  });

  test('is not waited for by a client that does not say what it has heard', async () => {
    const steps = [{ '>': { type: 'user', uuid: '$second' } }, result({ user_message_uuids: undefined })];
    const played = await replay(bench, [...opening, ...steps, ...leaving]);
    await played.event('session');
    await played.session.steer('Also this.');
    expect(endInWords(await played.end())).toBe('report (0): All done.');
  });

  test('subagents at work beside the turn are waited for (U53)', async () => {
    const aside = (tasks: readonly object[]) => ({
      '<': { type: 'system', subtype: 'background_tasks_changed', tasks },
    });
    const agent = { task_id: 'a', task_type: 'local_agent' };
    const steps = [aside([agent]), result({ result: 'For now.' }), aside([]), result({ result: 'With all of it.' })];
    const { end } = await replay(bench, [...opening, ...steps, ...leaving]);
    expect(endInWords(await end())).toBe('report (0): With all of it.');
  });
});

describe('a question', () => {
  const question = { questions: [{ question: 'Which?', options: [{ label: 'A' }, { label: 'B' }] }] };

  test('is answered once', async () => {
    const played = await replay(bench, [
      ...opening,
      may('q', 'AskUserQuestion', question),
      replied('q'),
      result(),
      ...leaving,
    ]);
    const { id } = await played.event('question');
    expect(await played.session.answer('other', 'A')).toBe(false);
    expect(await played.session.answer(id, 'A')).toBe(true);
    expect(await played.session.answer(id, 'B')).toBe(false);
    await played.end();
    expect((await answers(played)).get('q')).toEqual({
      behavior: 'allow',
      updatedInput: { ...question, answers: { 'Which?': 'A' } },
    });
  });

  test('that nobody answered is handed on when the session is stopped, and the client leaves by itself', async () => {
    const played = await replay(bench, join(recordings, 'park-2.1.329.jsonl'));
    await played.event('question');
    await played.session.stop(5000);
    expect(endInWords(await played.end())).toBe('question (1): Which colour?');
    expect((await played.heard()).map((line) => fieldOf(line, 'request', 'subtype'))).toContain('interrupt');
    expect(played.events.filter(({ type }) => type === 'error')).toEqual([]);
  });

  test('is answered by the text with which the session goes on', async () => {
    const resume = { session: '00000000-0000-4000-8000-000000000001', text: 'blue it is' };
    const { end, events } = await replay(bench, join(recordings, 'unparked-2.1.329.jsonl'), { spec: { resume } });
    expect(endInWords(await end())).toBe('report (0): Over.');
    expect(inWords(events)).toContain('spent 1200+0+0>80 $0.0048 claude-sonnet-4-5');
  });

  test('that the client takes back can no longer be answered', async () => {
    const back = { '<': { type: 'control_cancel_request', request_id: 'q' } };
    const said = { '<': { type: 'assistant', message: { id: 'm', content: [{ type: 'text', text: 'Never mind.' }] } } };
    const wait = { '>': { type: 'user', uuid: '$second' } };
    const done = result({ user_message_uuids: ['$first', '$second'] });
    const played = await replay(bench, [
      ...opening,
      may('q', 'AskUserQuestion', question),
      back,
      said,
      wait,
      done,
      ...leaving,
    ]);
    const { id } = await played.event('question');
    await played.event('text');
    expect(await played.session.answer(id, 'A')).toBe(false);
    await played.session.steer('Go on.');
    expect(endInWords(await played.end())).toBe('report (0): All done.');
  });
});

describe('the end', () => {
  test('is a question when it has done nothing and its last words ask a person', async () => {
    const asking = result({ result: 'There are two ways.\n\nShould I use SQLite or PostgreSQL?' });
    expect(await endOf([...opening, asking, ...leaving])).toBe('question (0): Should I use SQLite or PostgreSQL?');
    expect(await endOf([...opening, asking, ...leaving], { questions: 'forbid' })).toMatch(/^report/);
    const wrote: ReplayStep = {
      '<': { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 't' }] } },
    };
    expect(await endOf([...opening, toolUse('t', 'Write', { file_path: 'a' }), wrote, asking, ...leaving])).toMatch(
      /^report/,
    );
  });

  const endOf = async (steps: readonly ReplayStep[], spec: Partial<AgentSpec> = {}): Promise<string> => {
    const { end } = await replay(bench, steps, { spec });
    return endInWords(await end());
  };

  test('is a report, in the words of the report file if there is one', async () => {
    const env = { ...bench.env, BRANCHLINE_REPORT: join(bench.dir, 'report') };
    const steps = [{ '>': { type: 'user', uuid: '$second' } }, result({ user_message_uuids: ['$first', '$second'] })];
    const played = await replay(bench, [...opening, ...steps, ...leaving], { spec: { env } });
    await played.event('session');
    await writeFile(env.BRANCHLINE_REPORT, 'What I did.\n');
    await played.session.steer('Go on.');
    expect(endInWords(await played.end())).toBe('report (0): What I did.');
  });

  test.each([
    ['an error flag', { is_error: true }, 'agent-error (0): All done.'],
    ['a subtype', { subtype: 'error_during_execution' }, 'agent-error (0): All done.'],
    ['a terminal reason', { terminal_reason: 'stop_hook_prevented' }, 'agent-error (0): All done.'],
    ['a full context', { terminal_reason: 'rapid_refill_breaker' }, 'context-full (0): All done.'],
    ['a status', { api_error_status: 529 }, 'limited overload until null (0): All done.'],
    ['a refusal', { stop_reason: 'refusal' }, 'agent-error (0): All done.'],
    [
      'words',
      { result: 'API Error: 429 too many requests' },
      'limited burst until null (0): API Error: 429 too many requests',
    ],
  ])('is a failure whatever else is said well of it, by %s', async (_, more, words) => {
    expect(await endOf([...opening, result(more), ...leaving])).toBe(words);
  });

  test('is a failure when the last message was an error of the vendor', async () => {
    const message = { id: 'm', model: '<synthetic>', content: [{ type: 'text', text: 'Sorry.' }] };
    const steps = [{ '<': { type: 'assistant', error: 'overloaded', message } }, result()];
    expect(await endOf([...opening, ...steps, ...leaving])).toBe('limited overload until null (0): All done.');
  });

  test('is a failure when the client falls after all', async () => {
    expect(await endOf([...opening, result(), { eof: true }, { '<err': 'fell over' }, { exit: 3 }])).toBe('exited (3)');
  });

  test('is a failure without a result, whatever the exit', async () => {
    expect(await endOf([...opening, { exit: 0 }])).toBe(
      'agent-error (0): The agent left before it had finished its turn.',
    );
    expect(await endOf([...opening, { exit: 4 }])).toBe('exited (4)');
    expect(await endOf([{ '<err': 'You must update' }, { exit: 1 }])).toBe('exited (1)');
  });

  test('of a session that the client does not know is told apart, also by what it only prints', async () => {
    const steps = [{ '<err': 'No conversation found with session ID: s0' }, { exit: 1 }];
    expect(await endOf(steps, { resume: { session: 's0', text: 'Go on.' } })).toBe(
      'session-lost (1): No conversation found with session ID: s0',
    );
    expect(await endOf(steps)).toBe('exited (1)');
  });

  test('comes at a line of ten megabytes', async () => {
    const steps = [...opening, { '<': { type: 'user', text: 'y'.repeat(10_000_000) } }, { hang: true }];
    expect(await endOf(steps)).toMatch(/^agent-error \(SIGTERM\): The agent sent a line of more than 8388608 bytes/);
    expect(await bench.alive()).toBe(0);
  });

  test('comes to a client that stays after its turn', async () => {
    const steps = [...opening, result(), { hang: true }];
    expect(await endOf(steps)).toBe('report (SIGTERM): All done.');
  });

  test('comes to a client that hears nothing, with what it used', async () => {
    const usage = { input_tokens: 10, output_tokens: 5 };
    const partial = (event: object) => ({ '<': { type: 'stream_event', event } });
    const unheard = [
      ...opening.filter((step) => !('when' in step)),
      partial({ type: 'message_start', message: { id: 'm', model: 'x', usage } }),
    ];
    const said = {
      '<': { type: 'assistant', message: { id: 'm', model: 'x', usage, content: [{ type: 'text', text: 'Hm.' }] } },
    };
    const played = await replay(bench, [...unheard, said, { hang: true }]);
    await played.event('text');
    await played.session.stop(500);
    expect(endInWords(await played.end())).toBe('signalled (SIGTERM)');
    expect(inWords(played.events).at(-1)).toBe('spent 10+0+0>5 ? x');
  });
});

test('lines that are no messages, and noise on standard error, do no harm', async () => {
  const noise = [
    { '<text': 'debug: starting' },
    { '<err': 'warning \u001b[31mred' },
    { '<text': '[1]' },
    { '<': { type: 'new_kind', a: 1 } },
  ];
  const { end, events } = await replay(bench, [...noise, ...opening, ...noise, result(), ...noise, ...leaving]);
  expect(endInWords(await end())).toBe('report (0): All done.');
  expect(inWords(events)).toContain('unknown {"type":"new_kind","a":1}');
  expect(inWords(events)).toContain('unknown debug: starting');
  expect(JSON.stringify(events)).not.toContain('\\u001b');
});

test('a limit that is near is told, and one that is reached names its end', async () => {
  const info = (rate_limit_info: object) => ({ '<': { type: 'rate_limit_event', rate_limit_info } });
  const weekly = { rateLimitType: 'seven_day_opus', resetsAt: 1_800_000_000 };
  const steps = [
    info({ status: 'allowed' }),
    info({ status: 'allowed_warning', utilization: 0.9, ...weekly }),
    info({ status: 'rejected', isUsingOverage: true, ...weekly }),
    info({ status: 'rejected', ...weekly }),
    result({ is_error: true, api_error_status: 429, result: 'Too much.' }),
  ];
  const { end, events } = await replay(bench, [...opening, ...steps, ...leaving]);
  expect(endInWords(await end())).toBe('limited weekly until 1800000000000 (0): Too much.');
  expect(inWords(events).filter((line) => line.startsWith('limit'))).toEqual([
    'limit weekly near until 1800000000000: The seven day opus limit is near, 90 % used.',
    'limit weekly near until 1800000000000: The seven day opus limit is near.',
    'limit weekly reached until 1800000000000: The seven day opus limit is reached.',
  ]);
});

test('its list of things to do is followed through its tools', async () => {
  const did = (id: string, name: string, input: object, tool_use_result: object): readonly ReplayStep[] => [
    toolUse(id, name, input),
    { '<': { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: id }] }, tool_use_result } },
  ];
  const steps = [
    ...did('1', 'TaskCreate', { subject: 'A' }, { task: { id: '1', subject: 'A' } }),
    ...did('2', 'TaskCreate', { subject: 'B' }, { task: { id: '2', subject: 'B' } }),
    ...did('3', 'TaskUpdate', { taskId: '1', status: 'completed' }, { success: true }),
    ...did('4', 'TaskUpdate', { taskId: '2', status: 'deleted' }, { success: true }),
    ...did('5', 'TaskUpdate', { taskId: '9', status: 'completed' }, { success: false }),
    ...did('6', 'TodoWrite', { todos: [{ content: 'C', status: 'completed' }, { content: 'D' }] }, {}),
  ];
  const { end, events } = await replay(bench, [...opening, ...steps, result(), ...leaving]);
  await end();
  expect(inWords(events).filter((line) => line.startsWith('plan'))).toEqual([
    'plan - A',
    'plan - A, - B',
    'plan + A, - B',
    'plan + A',
    'plan + C, - D',
  ]);
});

test('the probe finds the version and the tested range, and says when nothing is installed', async () => {
  const program = join(bench.dir, 'claude');
  await writeFile(program, '#!/bin/sh\necho "2.1.329 (Claude Code)"\n', { mode: 0o755 });
  const [argv, env] = [[program], bench.env];
  const probe = { profile: null, cwd: bench.worktree };
  expect(await bench.driver.probe({ ...probe, argv, env })).toMatchObject({
    ...{ installed: true, version: '2.1.329', tested: { from: '2.1.197', to: '2.1.329' } },
    capabilities: { steer: true, ask: 'native', cost: 'money', resume: 'exact', hooks: true },
  });
  expect(await bench.driver.probe({ ...probe, argv: ['no-such-claude'], env })).toMatchObject({ installed: false });
});

test("it works in the person's HOME and sees their login, and nothing of a session around us", () => {
  const { home, passed } = bench.driver.surroundings(null);
  expect(home).toBe('person');
  expect(passed).toEqual(expect.arrayContaining(['ANTHROPIC_*', 'CLAUDE_CONFIG_DIR', 'AWS_*', 'HTTPS_PROXY']));
  expect(passed.some((name) => /^CLAUDE(CODE|_\*|_CODE_\*|_CODE_SSE|_CODE_ENTRY)/.test(name))).toBe(false);
});
