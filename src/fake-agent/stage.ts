/** Where a script is played: plain output, or the messages of a protocol. */
export interface Stage {
  say(text: string): Promise<void>;
  plan(items: readonly { readonly text: string; readonly done: boolean }[]): Promise<void>;
  tool(call: {
    readonly kind: string;
    readonly title: string;
    readonly paths: readonly string[];
    readonly status: 'in_progress' | 'completed';
  }): Promise<void>;
  permission(asked: {
    readonly kind: string;
    readonly title: string;
    readonly paths: readonly string[];
  }): Promise<boolean>;
  ask(text: string): Promise<void>;
  /** The answer. */
  question(text: string, options: readonly string[]): Promise<string>;
  /** The words of a tool's answer. */
  call(name: string, argumentsOfIt: Readonly<Record<string, unknown>>): Promise<string>;
  spend(used: Spending): Promise<void>;
  heartbeat(kind: 'heartbeat' | 'compact'): Promise<void>;
  /** Ends the turn. What comes after it in the script is still done. */
  result(stopReason: string): Promise<void>;
  /** Ends the turn, and waits for the next one. */
  nextTurn(stopReason: string): Promise<void>;
  /** Neither signals nor the protocol end it from now on. */
  ignoreSignals(): void;
  /** What a session has said and heard. */
  recalled(): string;
  readonly isResumed: boolean;
  /** True once it was told to stop: what is left of the script is not done. */
  readonly isStopped: boolean;
  /** What stands for a name in the texts of a script, beside the environment. */
  readonly values: Readonly<Record<string, string>>;
}

export type Spending = {
  readonly fresh: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly usd: number | null;
};

/** How a script came to its end. */
export type Ending =
  | { readonly is: 'over' }
  | { readonly is: 'exit'; readonly code: number }
  | { readonly is: 'error'; readonly code: number; readonly message: string; readonly data: unknown };
