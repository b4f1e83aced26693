/**
 * What a scripted agent does, step by step. In every text `{{NAME}}` stands for the environment variable NAME, and
 * `{{FILE}}` for the file that an honest attempt at this task changes (BRANCHLINE_FAKE_FILE, else `<task>.txt`);
 * `{{ANSWER}}` for the last answer to a question or of a tool, and in protocol mode `{{PROMPT}}`, `{{MODEL}}`, `{{MODE}}`
 * and `{{SESSION}}` for what the session is about. Paths are relative to the working directory.
 */
export type Step =
  | { readonly do: 'write' | 'append'; readonly path: string; readonly text: string }
  | { readonly do: 'edit'; readonly path: string; readonly find: string; readonly replace: string }
  | { readonly do: 'delete' | 'mkdir'; readonly path: string }
  | { readonly do: 'symlink'; readonly path: string; readonly target: string }
  | { readonly do: 'rename'; readonly path: string; readonly to: string }
  /** `mode` in octal, e.g. `755`. */
  | { readonly do: 'chmod'; readonly path: string; readonly mode: string }
  | { readonly do: 'shell'; readonly script: string; readonly mayFail?: boolean }
  | { readonly do: 'run'; readonly argv: readonly string[]; readonly mayFail?: boolean }
  | { readonly do: 'git'; readonly argv: readonly string[]; readonly mayFail?: boolean }
  /** Everything in the worktree. */
  | { readonly do: 'commit'; readonly message: string }
  | { readonly do: 'say'; readonly text: string }
  /** Bytes straight to standard output, in protocol mode as well. */
  | { readonly do: 'print'; readonly text: string; readonly times?: number }
  | { readonly do: 'plan'; readonly items: readonly { readonly text: string; readonly done: boolean }[] }
  | { readonly do: 'tool'; readonly kind: string; readonly title: string; readonly paths: readonly string[] }
  /** Calls a tool of the server that the session came with; its answer becomes `{{ANSWER}}`. */
  | { readonly do: 'tool'; readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }
  /**
   * The steps are done only if permission is granted; outside protocol mode it always is. `endsTurn`: a refusal ends the turn
   * with this reason, and the script goes on with the next one.
   */
  | {
      readonly do: 'permission';
      readonly title: string;
      readonly paths: readonly string[];
      /** `edit` unless it says otherwise. */
      readonly kind?: string;
      readonly steps: readonly Step[];
      readonly endsTurn?: string;
    }
  | { readonly do: 'report'; readonly text: string }
  /** Leaves the question where it will be found; in protocol mode it is asked, and the answer does not matter. */
  | { readonly do: 'ask'; readonly text: string }
  /** Asks and waits for the answer, which becomes `{{ANSWER}}`. Outside protocol mode nobody answers: it waits for ever. */
  | { readonly do: 'question'; readonly text: string; readonly options?: readonly string[] }
  /** What an answer of a model used. */
  | {
      readonly do: 'spend';
      readonly fresh: number;
      readonly output: number;
      readonly cacheRead?: number;
      readonly cacheWrite?: number;
      readonly usd?: number;
    }
  /** Ends this turn; what comes after it is done when the next one begins. */
  | { readonly do: 'next-turn' }
  /** One list of steps where the session goes on from an earlier one, the other where it is fresh. */
  | { readonly do: 'if-resumed'; readonly steps: readonly Step[]; readonly otherwise: readonly Step[] }
  /** Fails where the session is not as expected. */
  | { readonly do: 'expect-session'; readonly resumed: boolean }
  /** Writes down what was said in this session, by both sides, also in its earlier life. */
  | { readonly do: 'recall'; readonly path: string }
  | { readonly do: 'sleep'; readonly ms: number }
  /** Until the file exists. */
  | { readonly do: 'wait-for'; readonly path: string }
  | { readonly do: 'read-stdin' | 'hang' | 'ignore-signals' }
  /** For ever: a line of output, or in protocol mode a message that means nothing. */
  | { readonly do: 'heartbeat' | 'compact'; readonly every_ms: number }
  /** A process that outlives us: in our group, or in a session of its own. */
  | { readonly do: 'spawn'; readonly script: string; readonly apart?: boolean; readonly times?: number }
  /** The turn ends here, the process does not: in protocol mode the answer is sent and the next steps go on. */
  | { readonly do: 'result'; readonly stopReason?: string }
  /** A vendor's error: in protocol mode the turn's error, else a line of output and exit 1. */
  | { readonly do: 'error'; readonly code?: number; readonly message: string; readonly data?: unknown }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'kill'; readonly signal: NodeJS.Signals }
  /** Everything in HOME, which must be a slot's private one. */
  | { readonly do: 'wipe-home' };

/** Steps for each attempt, by BRANCHLINE_ATTEMPT; the last list also serves all later attempts. */
export type Script = { readonly attempts: readonly (readonly Step[])[] };

/** A script file: a list of steps, `{steps}`, `{attempts}`, or `{tasks: {<id>: …, "*": …}}` chosen by BRANCHLINE_TASK. */
export const scriptIn = (json: unknown, task: string): Script => {
  if (Array.isArray(json)) return { attempts: [json as readonly Step[]] };
  const { steps, attempts, tasks } = json as {
    readonly steps?: readonly Step[];
    readonly attempts?: Script['attempts'];
    readonly tasks?: Readonly<Record<string, unknown>>;
  };
  if (attempts !== undefined) return { attempts };
  if (steps !== undefined) return { attempts: [steps] };
  const chosen = tasks?.[task] ?? tasks?.['*'];
  if (chosen === undefined) throw new Error(`The script has no steps for the task "${task}".`);
  return scriptIn(chosen, task);
};

/** `attempt` counts from 1. */
export const stepsOf = ({ attempts }: Script, attempt: number): readonly Step[] =>
  attempts[Math.min(Math.max(attempt, 1), attempts.length) - 1] ?? [];
