import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentEvent, AgentSpec } from '../../src/core/ports/agent.ts';
import { type Attempt, DriverBench, type DriverName } from './agent-driver.ts';

type EventOf<T extends AgentEvent['type']> = Extract<AgentEvent, { readonly type: T }>;

const ofType = <T extends AgentEvent['type']>(events: readonly AgentEvent[], type: T): readonly EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type);

/** The events of one type, once there is one. */
export async function heard<T extends AgentEvent['type']>(
  bench: DriverBench,
  attempt: Attempt,
  type: T,
): Promise<readonly EventOf<T>[]> {
  await bench.event(attempt, type);
  return ofType(attempt.events, type);
}

/** A server of tools that says what it was asked, in words that a script can write down. */
const TOOL_SERVER = `
import { createInterface } from 'node:readline';
const tell = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize')
    tell({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'x', version: '0' } } });
  if (method === 'tools/call')
    tell({ id, result: { content: [{ type: 'text', text: process.env.WHO + ' was asked ' + params.name + ' ' + JSON.stringify(params.arguments) }] } });
});
`;

/** What every driver must do whose agent keeps sessions, asks, counts and is given tools. */
export const agentSessionSuite = (name: DriverName): void => {
  describe(`a session of the ${name} driver`, () => {
    let bench: DriverBench;
    beforeEach(async () => {
      bench = await DriverBench.open(name);
    });
    afterEach(() => bench.close());

    const seen = (file: string): Promise<string> => readFile(join(bench.worktree, file), 'utf8');
    const sessionOf = (events: readonly AgentEvent[]): string => ofType(events, 'session')[0]?.session ?? '';
    const goOn = (session: string, text: string): Partial<AgentSpec> => ({ resume: { session, text } });

    test('has its name before it does anything', async () => {
      const { events } = await bench.runScript([{ do: 'write', path: 'named', text: '{{SESSION}}' }]);
      expect(await seen('named')).toBe(sessionOf(events));
      expect(events.findIndex(({ type }) => type === 'session')).toBeLessThan(
        events.findIndex(({ type }) => type === 'tool'),
      );
    });

    test.each(['resume', 'load'])(
      'is gone on with in another process, by %s, and its past is not told again',
      async (way) => {
        const env = { ...bench.env, BRANCHLINE_FAKE_RESUME: way };
        const first = await bench.runScript([{ do: 'say', text: 'I began.' }], { env });
        const { outcome, events } = await bench.runScript(
          [
            { do: 'expect-session', resumed: true },
            { do: 'recall', path: 'past' },
            { do: 'say', text: 'I went on.' },
          ],
          { env, ...goOn(sessionOf(first.events), 'The answer is blue.') },
        );
        expect(outcome).toEqual({ is: 'report', claim: 'I went on.' });
        expect(sessionOf(events)).toBe(sessionOf(first.events));
        expect(await seen('past')).toBe('person: Do the thing.\nagent: I began.\nperson: The answer is blue.\n');
        expect(ofType(events, 'text').map(({ text }) => text)).toEqual(['I went on.\n']);
      },
    );

    test('that nobody knows is lost, and nothing is done in its place', async () => {
      const { outcome } = await bench.runScript([{ do: 'write', path: 'made', text: '' }], goOn('no-such', 'Go on.'));
      expect(outcome).toMatchObject({ is: 'failure', failure: { reason: 'session-lost', session: 'no-such' } });
      await expect(seen('made')).rejects.toThrow();
    });

    test('asks, waits, and goes on with the answer', async () => {
      const attempt = await bench.startScript([
        { do: 'question', text: 'Which colour?', options: ['blue', 'red'] },
        { do: 'write', path: 'colour', text: '{{ANSWER}}' },
        { do: 'say', text: 'Painted it {{ANSWER}}.' },
      ]);
      const [question] = await heard(bench, attempt, 'question');
      expect(question?.asked).toEqual({ kind: 'choice', text: 'Which colour?', options: ['blue', 'red'] });
      expect(await attempt.session.answer('another', 'red')).toBe(false);
      expect(await attempt.session.answer(question?.id ?? '', 'Blue')).toBe(true);
      expect(await attempt.session.answer(question?.id ?? '', 'red')).toBe(false);
      expect((await attempt.session.ended).outcome).toEqual({ is: 'report', claim: 'Painted it blue.' });
      expect(await seen('colour')).toBe('blue');
    });

    test('is stopped while it waits, and goes on with the answer later', async () => {
      const attempt = await bench.startScript([
        {
          do: 'if-resumed',
          steps: [{ do: 'write', path: 'said', text: '{{PROMPT}}' }],
          otherwise: [{ do: 'question', text: 'How?' }],
        },
      ]);
      await heard(bench, attempt, 'question');
      await attempt.session.stop(3_000);
      const { exit, outcome } = await attempt.session.ended;
      expect(outcome).toEqual({ is: 'question', asked: { kind: 'free', text: 'How?', options: [] } });
      // It left by itself: nothing was cut off that it had to write down.
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(await attempt.session.answer('q1', 'late')).toBe(false);
      await bench.runScript(
        [{ do: 'if-resumed', steps: [{ do: 'write', path: 'said', text: '{{PROMPT}}' }], otherwise: [] }],
        goOn(sessionOf(attempt.events), 'Like this.'),
      );
      expect(await seen('said')).toBe('Like this.');
    });

    test('tells what it uses as it goes, and nothing twice', async () => {
      const { events } = await bench.runScript([
        { do: 'spend', fresh: 100, output: 10, usd: 0.5 },
        { do: 'spend', fresh: 200, cacheRead: 50, cacheWrite: 5, output: 20, usd: 0.25 },
      ]);
      expect(ofType(events, 'spent').map(({ spent }) => ({ ...spent, model: null }))).toEqual([
        { fresh: 100, cacheRead: 0, cacheWrite: 0, output: 10, usd: 0.5, model: null },
        { fresh: 200, cacheRead: 50, cacheWrite: 5, output: 20, usd: 0.25, model: null },
      ]);
      const later = await bench.runScript(
        [{ do: 'spend', fresh: 1, output: 1, usd: 1 }],
        goOn(sessionOf(events), 'Go on.'),
      );
      // The sum of the whole session is what the agent told; who went on with it is told what was added.
      expect(ofType(later.events, 'spent')).toMatchObject([
        { spent: { fresh: 1, usd: expect.toSatisfy((usd) => usd === 1 || usd === null) } },
      ]);
    });

    test('has the tools that it is given, with their environment', async () => {
      const server = join(bench.dir, 'tools.mjs');
      await writeFile(server, TOOL_SERVER);
      const { outcome } = await bench.runScript(
        [
          { do: 'tool', name: 'ask_human', arguments: { question: 'Which?' } },
          { do: 'say', text: '{{ANSWER}}' },
        ],
        { tools: { argv: [process.execPath, server], env: { WHO: 'Somebody' } } },
      );
      expect(outcome).toEqual({ is: 'report', claim: 'Somebody was asked ask_human {"question":"Which?"}' });
      expect(await bench.alive()).toBe(0);
    });

    test('works with the model that is asked for, or says which there are', async () => {
      const env = { ...bench.env, BRANCHLINE_FAKE_MODELS: 'small,big' };
      const works = await bench.runScript([{ do: 'write', path: 'model', text: '{{MODEL}}' }], { env, model: 'big' });
      expect(await seen('model')).toBe('big');
      expect(ofType(works.events, 'session')[0]?.model).toBe('big');
      expect((await bench.runScript([], { env, model: 'huge' })).outcome).toMatchObject({
        failure: { reason: 'unknown-model', model: 'huge', message: expect.stringContaining('small, big') },
      });
    });
  });
};
