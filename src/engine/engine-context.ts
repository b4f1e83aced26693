import type { Context } from './context.ts';
import type { Journal } from './journal.ts';
import { Ledger } from './ledger.ts';
import { Pacing } from './pacing.ts';
import type { EngineParts, RunFacts } from './parts.ts';
import { RunningAgents } from './running.ts';

type Engine = {
  readonly parts: EngineParts;
  readonly facts: RunFacts;
  readonly journal: Journal;
  readonly notify: () => void;
};

/** What the effects of one engine share. When the budget of the run or the day is used up, all of its agents are ended. */
export function engineContext(engine: Engine): Context {
  const running = new RunningAgents();
  const ledger = new Ledger(engine, (failure) => running.endAll(failure));
  return { ...engine, ledger, running, pacing: new Pacing(engine.parts.clock, engine.parts.random) };
}
