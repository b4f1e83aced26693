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
  permission(title: string, paths: readonly string[]): Promise<boolean>;
  ask(text: string): Promise<void>;
  heartbeat(kind: 'heartbeat' | 'compact'): Promise<void>;
  /** Ends the turn. What comes after it in the script is still done. */
  result(stopReason: string): Promise<void>;
}

/** How a script came to its end. */
export type Ending =
  | { readonly is: 'over' }
  | { readonly is: 'exit'; readonly code: number }
  | { readonly is: 'error'; readonly code: number; readonly message: string };
