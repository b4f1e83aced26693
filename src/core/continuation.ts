import type { Failure } from './failure.ts';
import type { TaskRecord } from './record.ts';
import { unreachable } from './result.ts';

/** What an attempt begins with. `from`: the attempt whose worktree it takes over as it was left. */
export type Continuation =
  /** The target's tip, and a new conversation. */
  | { readonly is: 'fresh' }
  /** The worktree as it was left, and a new conversation that is told what happened so far. */
  | { readonly is: 'worktree'; readonly from: number; readonly why: Why }
  /** The worktree as it was left, and the same conversation. */
  | { readonly is: 'session'; readonly from: number; readonly session: string; readonly why: Why };

/** `answered`: it had asked; `cut-off`: it was ended by no fault of its own; `context-full`, `session-lost`: the conversation is over. */
export type Why = 'answered' | 'cut-off' | 'context-full' | 'session-lost';

/**
 * How the task's attempt that is about to begin (or, after a crash, to begin anew) goes on. A session is resumed by the
 * agent that held it, in the worktree that it knows; whether both are still there is for others to find out.
 */
export function continuationOf(record: TaskRecord): Continuation {
  const { attempt, session } = record;
  // The attempt itself was under way when the engine died.
  if (session?.attempt === attempt) return goOn(record, { from: attempt, why: 'cut-off' });
  const from = attempt - 1;
  if (from < 1 || record.lastEnd === null) return { is: 'fresh' };
  if (record.lastEnd === 'asked') return goOn(record, { from, why: 'answered' });
  const why = whyOf(record.lastEnd);
  if (why === null) return { is: 'fresh' };
  return why === 'cut-off' || why === 'answered' ? goOn(record, { from, why }) : { is: 'worktree', from, why };
}

function goOn({ session, agent }: TaskRecord, { from, why }: { from: number; why: Why }): Continuation {
  const isKnown = session?.attempt === from && session.agent === agent;
  return isKnown ? { is: 'session', from, session: session.id, why } : { is: 'worktree', from, why };
}

/** null: what was wrong was the work or its place, and it is begun anew. */
function whyOf(failure: Failure): Why | null {
  switch (failure.reason) {
    case 'engine-stopped':
    case 'past-deadline':
    case 'limited':
    case 'login':
    case 'over-budget':
    case 'signalled':
      return 'cut-off';
    case 'answered-late':
      return 'answered';
    case 'context-full':
    case 'session-lost':
      return failure.reason;
    case 'agent-missing':
    case 'unknown-model':
    case 'exited':
    case 'no-first-event':
    case 'silent':
    case 'hung-after-result':
    case 'over-time':
    case 'agent-error':
    case 'no-progress':
    case 'going-in-circles':
    case 'no-change':
    case 'work-elsewhere':
    case 'out-of-scope':
    case 'nested-repository':
    case 'conflict':
    case 'check-failed':
    case 'tampered-checks':
    case 'missing-artifacts':
    case 'setup-failed':
    case 'brief-missing':
    case 'workspace':
      return null;
    default:
      return unreachable(failure);
  }
}
