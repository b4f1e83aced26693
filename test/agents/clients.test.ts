import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cut, edit, plan, read, refuse, type Script, say, shell, together, write } from '../rig/model-server/script.ts';
import { ModelServer } from '../rig/model-server/server.ts';
import { type Line, type Ran, Running } from '../rig/program.ts';
import { isMissing, pinOf, RealAgent, WANTED_CLIENTS } from '../rig/real-agents.ts';
import { TestRepo } from '../rig/repo.ts';

/** How each client is run once, without a person, with its events on standard output. */
const ONCE: Readonly<Record<string, (brief: string) => readonly string[]>> = {
  claude: (brief) => ['-p', brief, '--output-format', 'stream-json', '--verbose', '--permission-mode', 'acceptEdits'],
  codex: (brief) => ['exec', '--json', '--sandbox', 'workspace-write', brief],
  gemini: (brief) => ['-p', brief, '-o', 'stream-json', '--approval-mode', 'yolo', '--skip-trust'],
  opencode: (brief) => ['run', '--format', 'json', brief],
  copilot: (brief) => [
    '-p',
    brief,
    '--output-format',
    'json',
    '--allow-all-tools',
    '--no-auto-update',
    '--no-ask-user',
  ],
};

/** The events that our drivers go by: a version that says something else is seen here first. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  claude: ['assistant', 'result success', 'system init', 'user'],
  codex: [
    'item.completed agent_message',
    'item.completed command_execution',
    'item.completed file_change',
    'item.started todo_list',
    'thread.started',
    'turn.completed',
    'turn.started',
  ],
  gemini: ['init', 'message', 'result', 'tool_result', 'tool_use'],
  opencode: ['step_finish', 'step_start', 'text', 'tool_use'],
  copilot: ['assistant.message', 'result', 'tool.execution_complete', 'tool.execution_start'],
};

const steps: Script['steps'] = [
  { ...plan({ text: 'write the greeting', status: 'in_progress' }), think: 'First a plan.' },
  { ...write('src/hello.txt', 'hello\nworld\n'), say: 'Writing.' },
  together(read('src/hello.txt'), shell('git status --short')),
  edit('src/hello.txt', 'world', 'moon'),
  say('All done.'),
];

/** The heaviest of them takes half a minute to start on a machine that has other things to do. */
const patience = { timeout: 180_000 };

describe.each(WANTED_CLIENTS)('%s', patience, (client) => {
  const isLeftOut = isMissing(client);

  test.skipIf(isLeftOut)('is the version that it was tried with', async () => {
    await using server = await ModelServer.start();
    await using agent = await RealAgent.create(client, { server });
    const { code, stdout } = await run(agent, ['--version'], agent.home);
    expect([code, stdout]).toEqual([0, expect.stringContaining(pinOf(client))]);
  });

  test.skipIf(isLeftOut)('does what the script says with its own tools, says so, and ends well', async () => {
    await using server = await ModelServer.start({ one: { steps, mode: 'history' } });
    await using agent = await RealAgent.create(client, { server, script: 'one' });
    await using repo = await TestRepo.create({ 'src/a.txt': 'a\n' });
    const ran = await once(agent, repo.dir);
    expect(ran).toMatchObject({ code: 0, signal: null });
    expect(await readFile(join(repo.dir, 'src/hello.txt'), 'utf8')).toBe('hello\nmoon\n');
    expect(await repo.git('status', '--short', '-uall')).toBe('?? src/hello.txt');
    expect(kinds(ran)).toEqual(expect.arrayContaining([...(EVENTS[client] ?? [])]));
    expect(ran.stdout).toContain('All done.');
    const calls = server.requests('one').filter(({ kind }) => kind === 'call');
    expect(new Set(calls.map(({ cwd }) => cwd))).toEqual(new Set([repo.dir]));
    expect(calls.flatMap(({ missed }) => missed)).toEqual([]);
    // Some have no tool for a plan; nobody asks twice for anything.
    expect(calls.map(({ step }) => step).filter((step) => step !== 0)).toEqual([1, 2, 3, 4]);
  });

  // One of them gives up when an answer had already begun; it is cut before it does.
  test.skipIf(isLeftOut)('comes again after a refusal and after an answer that was cut', async () => {
    const faults = { 1: REFUSED, 3: client === 'gemini' ? cut() : cut(2) };
    const broken: Script = { steps, mode: 'history', faults };
    await using server = await ModelServer.start({ one: broken });
    await using agent = await RealAgent.create(client, { server, script: 'one', retries: 2 });
    await using repo = await TestRepo.create({ 'src/a.txt': 'a\n' });
    const { code } = await once(agent, repo.dir);
    expect([code, await readFile(join(repo.dir, 'src/hello.txt'), 'utf8')]).toEqual([0, 'hello\nmoon\n']);
    expect(server.requests('one').filter(({ fault }) => fault !== null)).toMatchObject([
      { fault: 'refuse', status: 429, ended: 'told' },
      { fault: 'cut', status: 200, ended: 'cut' },
    ]);
  });
});

const REFUSED = refuse('rate', { headers: { 'retry-after': '0' } });

const once = (agent: RealAgent, cwd: string): Promise<Ran> =>
  run(agent, ONCE[agent.client]?.('Write src/hello.txt.') ?? [], cwd);

const run = (agent: RealAgent, args: readonly string[], cwd: string): Promise<Ran> =>
  Running.launch([...agent.command, ...args], { cwd, env: agent.environment(), input: null }).done;

/** The kinds of a stream's events: each by its type, and by what it carries where one type carries many things. */
function kinds({ events }: Ran): readonly string[] {
  const kind = ({ type, subtype, item }: Line): string => {
    const inner = typeof item === 'object' && item !== null && 'type' in item ? item.type : undefined;
    return [type, subtype, inner].filter((word) => typeof word === 'string').join(' ');
  };
  return [...new Set(events.map(kind))].toSorted();
}
