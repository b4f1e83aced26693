import type { AgentSpec, AgentSurroundings, Capabilities, Probe } from '../../core/ports/agent.ts';
import type { Instant } from '../../core/time.ts';
import { OWN_HOME } from '../probe.ts';
import type { UsageSpan } from './usage.ts';

/** What is particular to one agent that speaks the protocol. Everything else is the same for all. */
export type Profile = {
  readonly name: string;
  /** How the agent calls itself when asked: it has this profile even where the settings do not say so. */
  readonly calledIn: readonly string[];
  /** How it is started when the settings do not say. */
  readonly command: readonly string[];
  /** The argument with which it speaks the protocol, added where the settings leave it out; null: it always does. */
  readonly protocol: string | null;
  readonly surroundings: AgentSurroundings;
  readonly capabilities: Capabilities;
  /** The versions whose conversations the tests play back. */
  readonly tested: Probe['tested'];
  /** What it gets on its way for this attempt. */
  readonly start: (spec: AgentSpec, folder: string) => Start;
  /** Its names for ways to work; null: it has none. */
  readonly modes: Modes;
  /** `start` tells it the model; an agent that lists no models and is not told so either cannot be given one. */
  readonly modelAtStart: boolean;
  /** How it is given Branchline's tools: in the session, or already when it starts (by `start`). */
  readonly tools: 'session' | 'start';
  readonly usage: UsageSpan;
  /** The kind of update that ends the history of a session that is loaded; null: the answer to loading ends it. */
  readonly historyEnd: string | null;
  /** Done before the session of `resume` is loaded. */
  readonly beforeLoading: (spec: AgentSpec, now: Instant) => Promise<void>;
  /** It has written the file itself by the time it asks us to: then there is nothing left to do. */
  readonly writesItself: boolean;
  /** How it puts errors into the chat of a turn that it ends as if all were well. */
  readonly saysError: RegExp;
  /** How it tells in the chat that it tries again. */
  readonly saysRetry: RegExp | null;
};

export type Start = {
  readonly args: readonly string[];
  /** Wins over nothing: whatever a person or the settings say instead is taken. */
  readonly env: Readonly<Record<string, string>>;
  /** Wins over everything: what a person has in a shell must not let an agent write without asking. */
  readonly must: Readonly<Record<string, string>>;
  /** Files that it reads, by their paths; private ones, since tools come with secrets. */
  readonly files: Readonly<Record<string, string>>;
};

export type Modes = {
  /** Works and asks before it writes. */
  readonly work: string | null;
  /** Makes a plan and writes nothing. */
  readonly plan: string | null;
  /** Works and asks for nothing. */
  readonly bypass: string | null;
};

const NOTHING_MORE: Start = { args: [], env: {}, must: {}, files: {} };

/** Some agents end their turn as if all were well and put the vendor's error into the chat. */
const SAYS_ERROR = /^(?:(?:api )?error:|exceeded retry limit)/i;

/** What lets programs through a company's network; vendors' programs do not work there without it. */
export const NETWORK: readonly string[] = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
];

/** An agent that speaks the protocol and of which nothing more is known. */
export const ANY_AGENT: Profile = {
  name: 'any',
  calledIn: [],
  command: [],
  protocol: null,
  surroundings: OWN_HOME,
  capabilities: {
    steer: false,
    ask: 'native',
    deny: 'ends-turn',
    plan: true,
    cost: 'tokens',
    resume: 'exact',
    hooks: false,
    tools: true,
  },
  tested: null,
  start: () => NOTHING_MORE,
  modes: { work: null, plan: 'plan', bypass: null },
  modelAtStart: false,
  tools: 'session',
  usage: 'turn',
  historyEnd: null,
  beforeLoading: () => Promise.resolve(),
  writesItself: false,
  saysError: SAYS_ERROR,
  saysRetry: null,
};
