import type { BudgetLevel } from './plan.ts';
import type { Instant } from './time.ts';

/**
 * Why an attempt gave nothing to land. The set is closed: whoever adds a reason must also say, in `retry.ts`,
 * whether another attempt could help, and in `report/explain.ts`, what a person should do about it.
 */
export type Failure =
  // The agent's process.
  | { readonly reason: 'agent-missing'; readonly program: string }
  | { readonly reason: 'exited'; readonly code: number; readonly tail: string }
  | { readonly reason: 'signalled'; readonly signal: string; readonly tail: string }
  | { readonly reason: 'no-first-event'; readonly limit_ms: number }
  | { readonly reason: 'silent'; readonly limit_ms: number }
  | { readonly reason: 'hung-after-result'; readonly limit_ms: number }
  | { readonly reason: 'over-time'; readonly limit_ms: number }
  | { readonly reason: 'agent-error'; readonly message: string }
  | { readonly reason: 'engine-stopped' }
  /** It was still at work so long after the deadline of the plan. */
  | { readonly reason: 'past-deadline'; readonly limit_ms: number }
  // What the vendor said. These cost the task no attempt.
  | { readonly reason: 'limited'; readonly limit: LimitKind; readonly until: Instant | null; readonly message: string }
  | { readonly reason: 'login'; readonly message: string }
  | { readonly reason: 'context-full'; readonly message: string }
  | { readonly reason: 'unknown-model'; readonly model: string; readonly message: string }
  /** The agent does not know the session that it was to go on with. */
  | { readonly reason: 'session-lost'; readonly session: string; readonly message: string }
  /** An answer came when the agent that had asked was just ending: it is gone on with to hear it. */
  | { readonly reason: 'answered-late'; readonly question: string }
  // What we counted.
  | {
      readonly reason: 'over-budget';
      readonly level: BudgetLevel;
      readonly unit: 'tokens' | 'usd';
      readonly spent: number;
      readonly cap: number;
    }
  /** So many answers of the model, and no file has changed since the first of them. */
  | { readonly reason: 'no-progress'; readonly calls: number }
  /** The same error came back from the same tool again and again. */
  | { readonly reason: 'going-in-circles'; readonly message: string; readonly times: number }
  // What we saw in its work.
  | { readonly reason: 'no-change' }
  | { readonly reason: 'work-elsewhere'; readonly refs: readonly string[] }
  | { readonly reason: 'out-of-scope'; readonly paths: readonly string[] }
  | { readonly reason: 'nested-repository'; readonly paths: readonly string[] }
  | { readonly reason: 'conflict'; readonly paths: readonly string[]; readonly onto: string }
  | {
      readonly reason: 'check-failed';
      readonly command: string;
      readonly code: number | null;
      readonly log: string;
      readonly tail: string;
    }
  | { readonly reason: 'tampered-checks'; readonly paths: readonly string[] }
  | { readonly reason: 'missing-artifacts'; readonly paths: readonly string[] }
  // Before the agent could start.
  | { readonly reason: 'setup-failed'; readonly command: string; readonly code: number | null; readonly tail: string }
  | { readonly reason: 'brief-missing'; readonly file: string }
  | { readonly reason: 'workspace'; readonly message: string };

export type LimitKind = 'burst' | 'window' | 'weekly' | 'credits' | 'overload' | 'network';
export type FailureReason = Failure['reason'];
