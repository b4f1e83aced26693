/** What the model says and does towards one agent, in words that no client knows; `tools.ts` finds the client's own. */
export type Script = {
  readonly steps: readonly Step[];
  /**
   * How it is known which step comes next. `counter`: the one after the last that was answered, whoever asks. `history`: the
   * one after the last that the request itself tells of, so that a client which lost its memory begins again.
   */
  readonly mode?: 'counter' | 'history';
  /** What comes after the last step: a plain "Done.", or the last step again and again. */
  readonly then?: 'done' | 'repeat';
  /** The answer to requests that declare no tools (titles, topics); they never move the script on. */
  readonly side?: string;
  /** Faults by the number of the request, counted from 1 among those that declare tools. */
  readonly faults?: Readonly<Record<number, Fault>>;
};

/** One answer of the model. A step that only plans or asks is left out where the client has no tool for it. */
export type Step = {
  readonly think?: string;
  readonly say?: string;
  readonly do?: readonly Action[];
  readonly usage?: Partial<Usage>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer waits until the test opens this gate. */
  readonly gate?: string;
  readonly fault?: Fault;
};

/** Paths are inside the agent's working directory; `{{cwd}}` stands for it in every text. */
export type Action =
  | { readonly is: 'write'; readonly path: string; readonly content: string }
  | { readonly is: 'edit'; readonly path: string; readonly from: string; readonly to: string }
  | { readonly is: 'read'; readonly path: string }
  | { readonly is: 'shell'; readonly command: string }
  | { readonly is: 'plan'; readonly items: readonly PlanItem[] }
  | { readonly is: 'ask'; readonly question: string; readonly options: readonly string[] }
  | { readonly is: 'mcp'; readonly tool: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly is: 'tool'; readonly name: string; readonly input: Readonly<Record<string, unknown>> };

export type PlanItem = { readonly text: string; readonly status: 'pending' | 'in_progress' | 'completed' };

/** Tokens. `input` are the fresh ones: what comes from the cache is not in it. */
export type Usage = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
};

/**
 * What goes wrong with an answer. All but `slow` keep the script where it is: the client has to come again for the step. A
 * fault strikes once for its step unless `times` says otherwise; a slow answer is slow every time.
 */
export type Fault = { readonly times?: number } & (Refusal | Cut | Hang | Slow);

/** An error in the shape of the vendor whose API was called. */
export type Refusal = {
  readonly is: 'refuse';
  readonly why: Why;
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As an event in a stream that began with 200, not as a status. */
  readonly streamed?: boolean;
};

/** Reasons for a refusal that every vendor has, each in its own words. */
export type Why = 'rate' | 'window' | 'credits' | 'login' | 'context' | 'overload' | 'request' | 'server';

/** The connection breaks after so many events; without a number, before the answer begins. */
export type Cut = { readonly is: 'cut'; readonly after?: number };

/** Silence after so many events (0: after the headers), until the client leaves; without a number nothing is said at all. */
export type Hang = { readonly is: 'hang'; readonly after?: number };

export type Slow = { readonly is: 'slow'; readonly before_ms?: number; readonly each_ms?: number };

/** The last word of a turn: the client goes on only when somebody tells it to. */
export const say = (text: string): Step => ({ say: text });

export const write = (path: string, content: string): Step => ({ do: [{ is: 'write', path, content }] });

export const edit = (path: string, from: string, to: string): Step => ({ do: [{ is: 'edit', path, from, to }] });

export const read = (path: string): Step => ({ do: [{ is: 'read', path }] });

export const shell = (command: string): Step => ({ do: [{ is: 'shell', command }] });

/** The client's own list of what it is going to do; the second plan of a script moves the items of the first. */
export const plan = (...items: readonly PlanItem[]): Step => ({ do: [{ is: 'plan', items }] });

/** The client's own tool for asking a person, where it declares one. */
export const ask = (question: string, ...options: readonly string[]): Step => ({
  do: [{ is: 'ask', question, options }],
});

/** A tool of an MCP server by its bare name, whatever the client puts in front of it. */
export const mcp = (tool: string, input: Readonly<Record<string, unknown>> = {}): Step => ({
  do: [{ is: 'mcp', tool, input }],
});

/** Several steps as one answer with several calls. */
export const together = (...steps: readonly Step[]): Step => ({
  ...Object.assign({}, ...steps),
  do: steps.flatMap((step) => step.do ?? []),
});

export const refuse = (why: Why, more: Omit<Refusal, 'is' | 'why'> & { readonly times?: number } = {}): Fault => ({
  is: 'refuse',
  why,
  ...more,
});

export const cut = (after?: number): Fault => (after === undefined ? { is: 'cut' } : { is: 'cut', after });

export const hang = (after?: number): Fault => (after === undefined ? { is: 'hang' } : { is: 'hang', after });

export const slow = (before_ms: number, each_ms = 0): Fault => ({ is: 'slow', before_ms, each_ms });
