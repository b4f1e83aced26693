import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentEnd, AgentEvent, AgentSession, AgentSpec } from '../../src/core/ports/agent.ts';
import type { DriverBench } from '../suites/agent-driver.ts';
import { built } from './build.ts';

/** A step of a recording; `replay-agent-main.ts` says what there is. */
export type ReplayStep = Readonly<Record<string, unknown>>;

/** What a test does about an event while the recording plays. */
type React = (event: AgentEvent, session: AgentSession) => void;

/** A session with an agent that plays a recording, under the driver of a bench. */
export type Replayed = {
  readonly session: AgentSession;
  readonly events: readonly AgentEvent[];
  /** Its command line, then each line of its input, as far as it has come. */
  heard(): Promise<readonly unknown[]>;
  end(): Promise<AgentEnd>;
  /** Waits for an event that has come or will come. */
  event<T extends AgentEvent['type']>(type: T): Promise<Extract<AgentEvent, { readonly type: T }>>;
};

type Wanted = { readonly spec?: Partial<AgentSpec>; readonly react?: React };

const programs = ['test/rig/replay-agent-main.ts'] as const;

/** Plays a recording: a file of it, or its steps. */
export const replay = async (
  bench: DriverBench,
  recording: string | readonly ReplayStep[],
  { spec: more = {}, react = () => undefined }: Wanted = {},
): Promise<Replayed> => {
  const file = typeof recording === 'string' ? recording : join(bench.dir, 'recording.jsonl');
  if (typeof recording !== 'string') await writeFile(file, recording.map((step) => JSON.stringify(step)).join('\n'));
  const heardFile = join(bench.dir, 'heard.jsonl');
  await writeFile(heardFile, '');
  const env = { ...bench.env, REPLAY: file, REPLAY_HEARD: heardFile, ...more.env };
  const program = await built(programs[0], programs);
  const spec = bench.spec({ argv: [process.execPath, program], ...more, env });
  const events: AgentEvent[] = [];
  const started: { session?: AgentSession } = {};
  const result = await bench.driver.start(spec, (event) => {
    events.push(event);
    if (started.session !== undefined) react(event, started.session);
  });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  const session = result.value;
  started.session = session;
  for (const event of [...events]) react(event, session);
  return {
    session,
    events,
    heard: async () =>
      (await readFile(heardFile, 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line): unknown => JSON.parse(line)),
    end: () => session.ended,
    event: async <T extends AgentEvent['type']>(type: T) => {
      for (;;) {
        const found = events.find((one): one is Extract<AgentEvent, { readonly type: T }> => one.type === type);
        if (found !== undefined) return found;
        await delay(5);
      }
    },
  };
};

/** Events in a few words each, for a test that looks at all of them. */
export const inWords = (events: readonly AgentEvent[]): readonly string[] => events.map(wordsFor);

const wordsFor = (event: AgentEvent): string => {
  switch (event.type) {
    case 'session':
      return `session ${event.session} ${event.model} ${event.version}`;
    case 'output':
      return `output ${event.bytes}`;
    case 'text':
      return `text ${event.text.trimEnd()}`;
    case 'tool':
      return `${event.kind} ${event.status}: ${event.title} [${event.paths.join(' ')}]`;
    case 'plan':
      return `plan ${event.items.map(({ text, done }) => `${done ? '+' : '-'} ${text}`).join(', ')}`;
    case 'permission':
      return `${event.granted ? 'allowed' : 'refused'} ${event.title} [${event.paths.join(' ')}]`;
    case 'question':
      return `question ${event.id} ${event.asked.kind} ${JSON.stringify(event.asked.text)} ${event.asked.options.join('|')}`;
    case 'spent': {
      const { fresh, cacheRead, cacheWrite, output, usd, model } = event.spent;
      return `spent ${fresh}+${cacheRead}+${cacheWrite}>${output} ${usd === null ? '?' : `$${usd}`} ${model}`;
    }
    case 'retry':
      return `retry ${event.of} in ${event.delay_ms}: ${event.message}`;
    case 'limit':
      return `limit ${event.limit} ${event.reached ? 'reached' : 'near'} until ${event.until}: ${event.message}`;
    case 'error':
      return `error ${event.of}${event.fatal ? ' fatal' : ''}: ${event.message}`;
    case 'unknown':
      return `unknown ${event.raw}`;
    default:
      return event.type;
  }
};

/** The end in a few words. */
export const endInWords = ({ exit, outcome }: AgentEnd): string => {
  const how = exit.signal ?? exit.code;
  if (outcome.is === 'report') return `report (${how}): ${outcome.claim}`;
  if (outcome.is === 'question') return `question (${how}): ${outcome.asked.text}`;
  const { failure } = outcome;
  const more = 'limit' in failure ? ` ${failure.limit} until ${failure.until}` : '';
  return `${failure.reason}${more} (${how})${'message' in failure ? `: ${failure.message}` : ''}`;
};
