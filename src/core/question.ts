import type { Instant } from './time.ts';

/** What somebody wants to know, before it has a name and a place in the journal. */
export type Asked = {
  /** `scope`: may a path outside the scope be written? `approve`: may this be done? */
  readonly kind: 'choice' | 'free' | 'approve' | 'scope';
  readonly text: string;
  /** What it can be answered with; empty: anything. */
  readonly options: readonly string[];
  /** Of kind `scope`: the paths that are asked for, relative to the worktree. */
  readonly paths?: readonly string[];
};

/** What allows a question of kind `scope`, and what refuses it. */
export const ALLOW = 'allow';
export const REFUSE = 'refuse';

/** Durable; answered once, by a person or by a default that the plan names. */
export type Question = Asked & {
  readonly id: string;
  /** When the plan's own default answers it; null: never, a person must. */
  readonly deadline: Instant | null;
  readonly default: string | null;
};
