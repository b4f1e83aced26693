import type { Failure, LimitKind } from '../failure.ts';
import type { DriverName, LaunchMode, Permissions, QuestionRules } from '../plan.ts';
import type { Asked } from '../question.ts';
import type { Result } from '../result.ts';
import type { Spent } from '../spent.ts';
import type { Instant } from '../time.ts';
import type { Exit, ProcessId } from './process.ts';
import type { AttemptKey } from './store.ts';

/** One driver per kind of agent, all behind this. Nothing an agent says is more than a report. */
export interface AgentDriver {
  readonly name: DriverName;
  /** What is installed under this command, and what it can do. Starts the program only to ask for its version. */
  probe(spec: ProbeSpec): Promise<Probe>;
  /** Which of the person's own variables such an agent may see, and whose HOME it gets. */
  surroundings(profile: string | null): AgentSurroundings;
  start(spec: AgentSpec, on: (event: AgentEvent) => void): Promise<Result<AgentSession, Failure>>;
}

export type ProbeSpec = {
  readonly argv: readonly string[];
  readonly profile: string | null;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
};
export type Probe = {
  readonly installed: boolean;
  /** As the program prints it; null: it is not installed, or does not say. */
  readonly version: string | null;
  /** The versions that the driver's tests ran against, first and last; null: the driver is for any program. */
  readonly tested: { readonly from: string; readonly to: string } | null;
  readonly capabilities: Capabilities;
};

/** What an agent can do, as far as its driver can make use of it. */
export type Capabilities = {
  /** Whether a text reaches a turn that is under way. */
  readonly steer: boolean;
  /** `native`: by a question of its own; `tools`: only through the tools that Branchline gives it; `end`: by ending with one. */
  readonly ask: 'native' | 'tools' | 'end';
  /** What a refused permission does to the turn; `never`: it asks for none. */
  readonly deny: 'goes-on' | 'ends-turn' | 'never';
  readonly plan: boolean;
  readonly cost: 'money' | 'tokens' | 'none';
  /** `turn`: only once a turn has ended. */
  readonly resume: 'exact' | 'turn' | 'none';
  /** Whether a tool call can be refused with a reason before it happens. */
  readonly hooks: boolean;
  /** Whether it is given Branchline's own tools. */
  readonly tools: boolean;
};

/**
 * Vendors keep a login in a folder of the person's HOME, and it is never copied: such an agent gets the person's own
 * HOME (`person`) or a variable that points there (`set`, each value a path below that HOME).
 */
export type AgentSurroundings = {
  readonly home: 'slot' | 'person';
  /** Names of variables, or beginnings of names that end in `*`. */
  readonly passed: readonly string[];
  readonly set: Readonly<Record<string, string>>;
};

export type AgentSpec = {
  readonly key: AttemptKey;
  readonly argv: readonly string[];
  /** Which of the ACP agents it is; null: any. */
  readonly profile: string | null;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** null: whichever the agent takes by itself. */
  readonly model: string | null;
  readonly launch: LaunchMode;
  readonly permissions: Permissions;
  /** Of these paths (relative to the worktree, `/` between), those that the task may not write. Cheap. */
  readonly outOfScope: (paths: readonly string[]) => readonly string[];
  /** The scope in one line, for a refusal: what may be written instead. */
  readonly scopeInWords: string;
  readonly questions: QuestionRules['policy'];
  /** The brief, as a file. It is what a fresh session begins with. */
  readonly brief: string;
  readonly briefOnStdin: boolean;
  /** A name for the session that begins, a UUID: for agents that let us choose. */
  readonly session: string;
  /** The session to go on with, and what is said to it in place of the brief; null: a fresh one. */
  readonly resume: { readonly session: string; readonly text: string } | null;
  /** Branchline's own tools as an MCP server on standard input and output; null: this agent gets none. */
  readonly tools: { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> } | null;
  readonly log: string;
  readonly logBytes_max: number;
  readonly mark: string;
};

export interface AgentSession {
  readonly id: ProcessId;
  /** Resolves once the process and its group are gone. */
  readonly ended: Promise<AgentEnd>;
  /** Says something to a turn under way; false: it cannot be told, now or ever. */
  steer(text: string): Promise<boolean>;
  /** Answers a question of a `question` event; false: nobody waits for it any more. */
  answer(question: string, text: string): Promise<boolean>;
  /** Lets the session end so that it can be gone on with (interrupt, end of input), then TERM to the tree, grace, KILL. */
  stop(grace_ms: number): Promise<void>;
}

export type AgentEnd = {
  readonly exit: Exit;
  /** What the driver makes of it: a claim to be checked, a failure, or a question without an answer. */
  readonly outcome:
    | { readonly is: 'report'; readonly claim: string }
    | { readonly is: 'failure'; readonly failure: Failure }
    | { readonly is: 'question'; readonly asked: Asked };
};

/** What went wrong at the vendor's or in the session, as far as an agent tells. */
export type AgentErrorClass = LimitKind | 'login' | 'context' | 'budget' | 'model' | 'other';

/** All text in it is visible text already. */
export type AgentEvent =
  /** The first sign of life. */
  | { readonly type: 'started' }
  /** The session has its name; `null`: the agent does not say. */
  | {
      readonly type: 'session';
      readonly session: string;
      readonly model: string | null;
      readonly version: string | null;
    }
  | { readonly type: 'output'; readonly bytes: number }
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool';
      readonly kind: string;
      readonly title: string;
      readonly paths: readonly string[];
      readonly status: string;
    }
  | { readonly type: 'plan'; readonly items: readonly { readonly text: string; readonly done: boolean }[] }
  | {
      readonly type: 'permission';
      readonly title: string;
      readonly paths: readonly string[];
      readonly granted: boolean;
    }
  /** It waits for `AgentSession.answer` with this id, which is unique within the session. One at a time. */
  | { readonly type: 'question'; readonly id: string; readonly asked: Asked }
  /** One answer of a model, or whatever the agent counts: what was used since it told last. */
  | { readonly type: 'spent'; readonly spent: Spent }
  /** The agent met with a limit or an error and tries again by itself. */
  | { readonly type: 'retry'; readonly of: AgentErrorClass; readonly delay_ms: number | null; readonly message: string }
  /** What the vendor says about its account: a limit is near (`until` null: no end named) or reached. */
  | {
      readonly type: 'limit';
      readonly limit: LimitKind;
      readonly reached: boolean;
      readonly until: Instant | null;
      readonly message: string;
    }
  | { readonly type: 'error'; readonly of: AgentErrorClass; readonly fatal: boolean; readonly message: string }
  /** The turn is over; the process may linger. */
  | { readonly type: 'result' }
  | { readonly type: 'unknown'; readonly raw: string };
