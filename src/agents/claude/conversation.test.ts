import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bareSpec } from '../../../test/rig/bare.ts';
import { inWords } from '../../../test/rig/replay.ts';
import type { AgentEvent, AgentSpec } from '../../core/ports/agent.ts';
import { Conversation } from './conversation.ts';

const spec: AgentSpec = {
  ...bareSpec,
  key: { run: 'r', task: 'api', attempt: 1 },
  argv: [],
  cwd: '/worktree',
  env: {},
  brief: '',
  briefOnStdin: false,
  log: '',
  logBytes_max: 0,
  mark: '',
};

const clock = { now: () => 0, monotonic_ms: () => 0, until: () => Promise.resolve() };

/** Both ends of a real connection. */
const connected = async (dir: string): Promise<readonly [Socket, Socket]> => {
  const path = join(dir, 's');
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  await new Promise<void>((listening) => server.listen(path, listening));
  const met = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = connect(path);
  const ours = await met;
  server.close();
  return [ours, client];
};

/** What is told of bytes that come in the given pieces. */
const toldOf = async (dir: string, pieces: readonly Buffer[]): Promise<readonly string[]> => {
  const [stream, client] = await connected(dir);
  const events: AgentEvent[] = [];
  const tell = (event: AgentEvent): void => void events.push(event);
  const talk = new Conversation({ stream, spec, clock, tell, grounds: { worktree: '/worktree', read: [], write: [] } });
  client.resume();
  for (const piece of pieces) await new Promise((written) => client.write(piece, written));
  client.end();
  await talk.closed;
  stream.destroy();
  client.destroy();
  return inWords(events);
};

test('hears the same in a stream however it is cut, and whatever is printed in between', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'branchline-talk-'));
  const recording = await readFile(join(import.meta.dirname, '../fixtures/claude/steer-partial-2.1.329.jsonl'), 'utf8');
  const lines = recording.split('\n').flatMap((line) => {
    const said: unknown = line === '' ? null : JSON.parse(line)['<'];
    return said === null || said === undefined ? [] : [JSON.stringify(said)];
  });
  const whole = await toldOf(dir, [Buffer.from(`${lines.join('\n')}\n`)]);
  expect(whole.length).toBeGreaterThan(10);
  const words = fc.string({ unit: fc.constantFrom('a', '{', '"', 'é', '漢', '😀', '\u0000'), maxLength: 20 });
  const noise = fc.tuple(fc.nat(lines.length), words.map(quiet));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 20 }), fc.array(noise, { maxLength: 5 }), async (cuts, noises) => {
      const mixed = lines.flatMap((line, i) => [...noises.filter(([at]) => at === i).map(([, text]) => text), line]);
      const bytes = Buffer.from(`${mixed.join('\n')}\n`);
      const places = [0, ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
      const told = await toldOf(dir, pieces);
      expect(told.filter((one) => !one.startsWith('unknown'))).toEqual(whole);
    }),
    { numRuns: 100 },
  );
  await rm(dir, { recursive: true });
});

/** A line that is no message. */
const quiet = (text: string): string => `# ${text}`;
