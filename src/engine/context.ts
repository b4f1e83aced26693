import { attemptOf, isTerminal } from '../core/evolve.ts';
import type { Failure } from '../core/failure.ts';
import type { Plan, Task, TaskId } from '../core/plan.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import type { Journal } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { Pacing } from './pacing.ts';
import type { EngineParts, RunFacts } from './parts.ts';
import type { RunningAgents } from './running.ts';

/** One engine at work on one run. Effects get this and nothing else. */
export type Context = {
  readonly parts: EngineParts;
  readonly facts: RunFacts;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly pacing: Pacing;
  readonly running: RunningAgents;
  /** Asks for one more look at the facts. */
  readonly notify: () => void;
};

export const planOf = ({ journal }: Context): Plan => journal.view.plan;

/** The task as the plan says now, which an amendment may have changed since the attempt began; dropped: as it said last. */
export const taskOf = ({ journal }: Context, id: TaskId): Task => journal.view.recordOf(id).task;

/** Still the attempt that the run knows: what an abandoned attempt brings is kept elsewhere, never here. */
export function isCurrent(context: Context, key: AttemptKey): boolean {
  const state = context.journal.view.stateOf(key.task);
  return attemptOf(state) === key.attempt && !isTerminal(state);
}

export type Failed = { readonly because: Failure; readonly rescue: string | null };
