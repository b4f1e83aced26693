import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentDriverSuite, DriverBench } from '../../test/suites/agent-driver.ts';
import { agentSessionSuite } from '../../test/suites/agent-session.ts';

agentDriverSuite('command');
agentDriverSuite('acp');
agentSessionSuite('acp');

describe('the command driver alone', () => {
  let bench: DriverBench;
  beforeEach(async () => {
    bench = await DriverBench.open('command');
  });
  afterEach(() => bench.close());

  const shell = async (script: string, briefOnStdin = false) => {
    const spec = bench.spec({ argv: ['sh', '-c', script], briefOnStdin });
    const started = await bench.driver.start(spec, () => undefined);
    if (!started.ok) throw new Error(started.error.reason);
    return started.value.ended;
  };

  test('gives the brief as a file, and as input only if asked to', async () => {
    expect((await shell('cat "$BRANCHLINE_BRIEF"')).outcome).toEqual({ is: 'report', claim: 'Do the thing.' });
    expect((await shell('cat', true)).outcome).toEqual({ is: 'report', claim: 'Do the thing.' });
    expect((await shell('cat')).outcome).toEqual({ is: 'report', claim: '' });
  });

  test('takes the report for the question when exit 75 left no question', async () => {
    expect((await shell('echo "A or B?" > "$BRANCHLINE_REPORT"; exit 75')).outcome).toMatchObject({
      is: 'question',
      asked: { text: 'A or B?' },
    });
    expect((await shell('echo "C or D?"; exit 75')).outcome).toMatchObject({
      is: 'question',
      asked: { text: 'C or D?' },
    });
  });

  test('takes a question that it prints and leaves with for one, unless it has reported', async () => {
    const asks = 'echo "I read the code. Which database should I use?"';
    expect((await shell(asks)).outcome).toMatchObject({
      is: 'question',
      asked: { kind: 'free', text: 'I read the code. Which database should I use?' },
    });
    expect((await shell(`${asks}; echo Done > "$BRANCHLINE_REPORT"`)).outcome).toEqual({ is: 'report', claim: 'Done' });
    expect((await shell('echo "All done. Anything else?"')).outcome.is).toBe('report');
  });

  test('does not believe a report that an earlier attempt left', async () => {
    await shell('echo old > "$BRANCHLINE_REPORT"');
    expect((await shell('echo new words')).outcome).toEqual({ is: 'report', claim: 'new words' });
  });

  test('sees an agent that only beats as busy', async () => {
    const attempt = await bench.start(['--play', 'heartbeat-only']);
    await bench.event(attempt, 'output');
    await attempt.session.stop(500);
    await attempt.session.ended;
  });

  test('goes on after a line of ten megabytes', async () => {
    expect((await bench.play('10MB-line')).outcome).toEqual({ is: 'report', claim: 'Did api.' });
  });
});

describe('the acp driver alone', () => {
  let bench: DriverBench;
  beforeEach(async () => {
    bench = await DriverBench.open('acp');
  });
  afterEach(() => bench.close());

  test('tells what the agent does: its plan, its tools, its words', async () => {
    const { events } = await bench.play('ok');
    expect(events).toContainEqual({ type: 'text', text: 'Did api.\n' });
    expect(events).toContainEqual({
      type: 'plan',
      items: [
        { text: 'Write it', done: true },
        { text: 'Commit it', done: false },
      ],
    });
    const tools = events.filter(({ type }) => type === 'tool');
    expect(tools).toMatchObject([
      { kind: 'edit', title: 'append api.txt', paths: ['api.txt'], status: 'in_progress' },
      { kind: 'edit', title: 'append api.txt', paths: ['api.txt'], status: 'completed' },
    ]);
    expect(events.at(-1)).toEqual({ type: 'result' });
  });

  test('permits what stays in the worktree, also by way of its links, and nothing else', async () => {
    await mkdir(join(bench.dir, 'outside'));
    await symlink('../outside', join(bench.worktree, 'way-out'));
    const tries = ['in.txt', join(bench.worktree, 'new/deep.txt'), '../out.txt', 'way-out/x.txt', '/etc/passwd'];
    const { events } = await bench.runScript(
      tries.map((path, i) => ({
        do: 'permission',
        title: path,
        paths: [path],
        steps: [{ do: 'write', path: `granted-${i}`, text: '' }],
      })),
    );
    const asked = events.flatMap((event) => (event.type === 'permission' ? [event] : []));
    expect(asked.map(({ title, granted }) => [title, granted])).toEqual(tries.map((path, i) => [path, i < 2]));
    await readFile(join(bench.worktree, 'granted-1'));
    await expect(readFile(join(bench.worktree, 'granted-2'))).rejects.toThrow();
  });

  test('takes a turn that ends well but says an error for a failure', async () => {
    expect((await bench.runScript([{ do: 'say', text: 'Error: 401 unauthorized' }])).outcome).toMatchObject({
      failure: { reason: 'login' },
    });
    const said = await bench.runScript([
      { do: 'say', text: 'exceeded retry limit, last status: 429 Too Many Requests' },
    ]);
    expect(said.outcome).toMatchObject({ failure: { reason: 'limited', limit: 'burst' } });
    expect((await bench.runScript([{ do: 'say', text: 'Error: out of ideas' }])).outcome).toMatchObject({
      failure: { reason: 'agent-error' },
    });
  });

  test.each([
    ['refusal', { reason: 'agent-error', message: expect.stringContaining('refusal') }],
    ['cancelled', { reason: 'agent-error' }],
    ['max_turn_requests', { reason: 'agent-error' }],
    ['max_tokens', { reason: 'context-full' }],
  ])('takes the stop reason %s for a failure', async (stopReason, failure) => {
    expect((await bench.runScript([{ do: 'result', stopReason }])).outcome).toMatchObject({ is: 'failure', failure });
  });

  test('says that an agent left before it had finished', async () => {
    const argv = ['sh', '-c', 'read -r line'];
    const started = await bench.driver.start(bench.spec({ argv }), () => undefined);
    const end = started.ok ? await started.value.ended : null;
    expect(end?.outcome).toMatchObject({
      failure: { reason: 'agent-error', message: expect.stringContaining('left before') },
    });
  });

  test('is not led astray by lines that are no messages, nor by answers to what nobody asked', async () => {
    const noise = [
      'debug: starting',
      '[1,2]',
      '{"jsonrpc":"2.0","id":"\u001b[31m","result":{}}',
      '{"method":"session/update"}',
      '{}',
      '\u0000',
    ];
    const { outcome, events } = await bench.runScript([
      { do: 'print', text: `${noise.join('\n')}\n` },
      { do: 'say', text: 'Fine.' },
    ]);
    expect(outcome).toEqual({ is: 'report', claim: 'Fine.' });
    expect(events).toContainEqual({ type: 'unknown', raw: 'debug: starting' });
  });

  test('ends the conversation at a line of ten megabytes', async () => {
    expect((await bench.play('10MB-line')).outcome).toMatchObject({
      failure: { reason: 'agent-error', message: expect.stringContaining('line of more than') },
    });
    expect(await bench.alive()).toBe(0);
  });

  test('does not take heartbeats for work (U73)', async () => {
    const attempt = await bench.start(['--play', 'heartbeat-only']);
    await bench.event(attempt, 'session');
    await writeFile(join(bench.dir, 'mark'), '');
    await attempt.session.stop(500);
    await attempt.session.ended;
    expect(attempt.events.map(({ type }) => type)).toEqual(['started', 'session']);
  });

  test('stops an agent that stays after its turn by itself', async () => {
    const { outcome, exit } = await bench.play('result-then-hang');
    expect(outcome).toEqual({ is: 'report', claim: 'Did api.' });
    expect(exit.signal).toBe('SIGKILL');
  });

  test('writes what the agent said and did into its log (U75)', async () => {
    const { log } = await bench.runScript([
      { do: 'write', path: 'a.txt', text: 'a' },
      { do: 'say', text: 'Written.' },
    ]);
    const text = await readFile(log, 'utf8');
    expect(text).toContain('[edit: write a.txt (completed)]');
    expect(text).toContain('Written.');
  });
});
