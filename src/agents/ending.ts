import type { Failure } from '../core/failure.ts';
import type { AgentEnd, Exit } from '../core/ports/process.ts';
import type { Instant } from '../core/time.ts';
import { limitIn } from './limit-text.ts';

export type Outcome = AgentEnd['outcome'];

export const failed = (failure: Failure): Outcome => ({ is: 'failure', failure });

/** What an exit that is no success means: a limit if its last words say so, else the exit itself. */
export const failureOf = ({ code, signal, tail }: Exit, now: Instant): Failure => {
  const limit = limitIn(tail, now);
  if (limit !== null) return limit;
  return code === null ? { reason: 'signalled', signal: signal ?? 'SIGKILL', tail } : { reason: 'exited', code, tail };
};
