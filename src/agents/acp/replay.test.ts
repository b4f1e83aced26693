import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { AcpTape, type Delivery } from '../../../test/rig/acp-tape.ts';
import { bareSpec } from '../../../test/rig/bare.ts';
import type { AgentEvent, AgentSpec } from '../../core/ports/agent.ts';
import type { Outcome } from '../ending.ts';
import { Conversation } from './conversation.ts';
import { profileNamed } from './profiles.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/acp');
const NAMES = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => file.replace(/\.jsonl$/, ''));

const folder = mkdtempSync(join(tmpdir(), 'branchline-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Played = {
  readonly events: readonly AgentEvent[];
  readonly outcome: Outcome | null;
  readonly heard: AcpTape['heard'];
};

/** Plays a recording to the driver's side of a conversation. Questions are answered with "blue". */
async function play(name: string, more: Partial<AgentSpec> = {}, delivery?: Delivery): Promise<Played> {
  const brief = join(folder, 'brief.md');
  writeFileSync(brief, 'Write hello.txt');
  const file = join(FIXTURES, `${name}.jsonl`);
  const resumed = /"dir":">".*"method":"session\/(?:load|resume)".*"sessionId":"([^"]+)"/.exec(
    readFileSync(file, 'utf8'),
  );
  const spec: AgentSpec = {
    ...bareSpec,
    key: { run: 'r', task: 't', attempt: 1 },
    argv: [],
    cwd: folder,
    env: {},
    brief,
    briefOnStdin: false,
    log: join(folder, 'log'),
    logBytes_max: 1,
    mark: 'm',
    resume: resumed?.[1] === undefined ? null : { session: resumed[1], text: 'continue' },
    ...more,
  };
  const [ours, theirs] = duplexPair();
  const events: AgentEvent[] = [];
  const conversation: Conversation = new Conversation({
    stream: ours,
    spec,
    profile: profileNamed(null),
    clock: {
      now: () => 0,
      monotonic_ms: () => 0,
      until: (_, signal) => new Promise((over) => signal.addEventListener('abort', () => over())),
    },
    grounds: { worktree: folder, read: [], write: [] },
    on: (event) => {
      events.push(event);
      if (event.type === 'question') queueMicrotask(() => conversation.answer(event.id, 'blue'));
    },
    report: () => Promise.resolve(''),
    costs: new Map(),
  });
  const tape = new AcpTape(file, theirs, {
    cwd: folder,
    onCancel: () => conversation.interrupt(),
    ...(delivery === undefined ? {} : { delivery }),
  });
  const outcome = await conversation.over;
  return { events, outcome, heard: tape.heard };
}

/** One line for each event, pieces of text joined. */
function told({ events, outcome }: Played): string {
  const lines: string[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') lines.push(`text ${JSON.stringify(text)}`);
    text = '';
  };
  for (const event of events) {
    if (event.type === 'text') text += event.text;
    else {
      flush();
      const { type, ...rest } = event;
      const isSize = type === 'output';
      if (!(isSize && lines.at(-1) === 'output')) lines.push(isSize ? 'output' : `${type} ${JSON.stringify(rest)}`);
    }
  }
  flush();
  return `${[...lines, `=> ${JSON.stringify(outcome)}`].join('\n').replaceAll(folder, '{{cwd}}')}\n`;
}

describe('a recorded conversation', () => {
  test.each(NAMES)('with %s is told in our words (U51)', async (name) => {
    await expect(told(await play(name))).toMatchFileSnapshot(join(FIXTURES, `${name}.events`));
  });

  const unknowns = ({ events, ...rest }: Played): Played => ({
    ...rest,
    events: events.filter(({ type }) => type !== 'unknown'),
  });

  test.each(NAMES)('with %s is the same in pieces of any size, with other lines between', async (name) => {
    const plain = told(unknowns(await play(name)));
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 1, max: 700 })), async (sizes) => {
        const next = (): number => sizes.next().value ?? 1;
        expect(told(unknowns(await play(name, {}, inPieces(next))))).toBe(plain);
      }),
      { numRuns: 3 },
    );
  });
});

describe('a scope', () => {
  const src = {
    outOfScope: (paths: readonly string[]) => paths.filter((path) => !path.startsWith('src/')),
    scopeInWords: 'src/**',
  };
  const prompts = ({ heard }: Played): readonly string[] =>
    heard
      .filter(({ method }) => method === 'session/prompt')
      .map(({ params }) => (params as { readonly prompt: readonly { readonly text: string }[] }).prompt[0]?.text ?? '');
  const granted = ({ events }: Played): readonly (readonly [string | undefined, boolean])[] =>
    events.flatMap((event) =>
      event.type === 'permission' && event.paths.length > 0
        ? [[event.paths[0]?.replace(`${folder}/`, ''), event.granted] as const]
        : [],
    );

  test.each([
    ['claude-agent-acp-0.100.0-scope', 'goes-on'],
    ['codex-acp-2.6.0-scope', 'ends'],
    ['gemini-0.61.0-scope', 'goes-on'],
    ['opencode-1.18.33-scope', 'ends'],
  ])('allows what is inside and refuses the rest to %s', async (name, after) => {
    const played = await play(name, src);
    expect(granted(played).slice(0, 2)).toEqual([
      ['src/ok.txt', true],
      ['docs/other.txt', false],
    ]);
    expect(
      granted(played)
        .slice(2)
        .some(([, isGranted]) => isGranted),
    ).toBe(false);
    // Where a refusal has ended the turn, the agent is told why and sent on.
    const [, second] = prompts(played);
    if (after === 'goes-on') expect(second).toBeUndefined();
    else {
      expect(second).toContain('"docs/other.txt" is outside this task\'s scope; you may write: src/**.');
      expect(second).toContain('go on with it');
      expect(played.outcome).toEqual({ is: 'report', claim: 'I went on.' });
    }
  });

  test('is nothing to an agent with bypass', async () => {
    const played = await play('claude-agent-acp-0.100.0-scope', { ...src, permissions: 'bypass' });
    expect(granted(played).every(([, isGranted]) => isGranted)).toBe(true);
  });

  test('is asked about where a person may widen it', async () => {
    const played = await play('gemini-0.61.0-scope', { ...src, permissions: 'ask' });
    expect(played.events).toContainEqual({
      type: 'question',
      id: 'q1',
      asked: {
        kind: 'scope',
        text: 'May the agent write "docs/other.txt"? The scope of its task is src/**.',
        options: ['allow', 'refuse'],
        paths: ['docs/other.txt'],
      },
    });
    // "blue" is no approval.
    expect(granted(played)[1]).toEqual(['docs/other.txt', false]);
  });
});

describe('an agent that may ask nobody', () => {
  test('is told so, with its questions answered', async () => {
    const { events, heard } = await play('claude-agent-acp-0.100.0-question', { questions: 'forbid' });
    expect(events.some(({ type }) => type === 'question')).toBe(false);
    const hello = heard.find(({ method }) => method === 'initialize')?.params;
    expect(hello).not.toMatchObject({ clientCapabilities: { elicitation: expect.anything() } });
    expect(heard.find(({ result }) => JSON.stringify(result)?.includes('accept'))?.result).toEqual({
      action: 'accept',
      content: { question_0_custom: expect.stringContaining('Nobody can answer') },
    });
  });
});

describe('an answer', () => {
  test.each([
    ['claude-agent-acp-0.100.0-question', { question_0: 'blue' }],
    ['codex-acp-2.6.0-question', { q1: 'blue' }],
  ])('comes back to %s as it wants it', async (name, content) => {
    const { heard } = await play(name);
    expect(heard.map(({ result }) => result)).toContainEqual({ action: 'accept', content });
  });
});

/** Cuts lines anywhere, also within a character, and puts lines between that are no messages. */
const inPieces =
  (next: () => number): Delivery =>
  (line) => {
    const noise = next() % 5 === 0 ? '(node:1) Warning: grüße ✓\n' : '';
    let bytes = Buffer.from(noise + line);
    const pieces: Buffer[] = [];
    while (bytes.length > 0) {
      const size = next();
      pieces.push(bytes.subarray(0, size));
      bytes = bytes.subarray(size);
    }
    return pieces;
  };
