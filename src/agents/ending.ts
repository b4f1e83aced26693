import type { Failure } from '../core/failure.ts';
import type { AgentEnd } from '../core/ports/agent.ts';
import type { Exit } from '../core/ports/process.ts';
import type { Asked } from '../core/question.ts';
import type { Instant } from '../core/time.ts';
import { limitIn } from './limit-text.ts';

export type Outcome = AgentEnd['outcome'];

/** A question in an agent's own words, which anything may answer. */
export const asked = (text: string): Asked => ({ kind: 'free', text, options: [] });

/** What is said to an agent that hears nothing while it works. */
export const unheard = (): Promise<boolean> => Promise.resolve(false);

export const failed = (failure: Failure): Outcome => ({ is: 'failure', failure });

/** What an exit that is no success means: a limit if its last words say so, else the exit itself. */
export const failureOf = ({ code, signal, tail }: Exit, now: Instant): Failure => {
  const limit = limitIn(tail, now);
  if (limit !== null) return limit;
  return code === null ? { reason: 'signalled', signal: signal ?? 'SIGKILL', tail } : { reason: 'exited', code, tail };
};
