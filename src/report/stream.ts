import type { Entry } from '../core/event.ts';
import type { Status } from '../core/status.ts';
import type { ExitCode } from './explanation.ts';

/**
 * An entry as one line of `--json`, without its line end. Plans are left out: they are large and stand in the journal.
 * null for the journal's own `run-ended`: the stream ends with `endLine`, which says more.
 */
export function streamLine({ run, seq, at, event }: Entry): string | null {
  if (event.type === 'run-ended') return null;
  const { type, ...fields } = event;
  return JSON.stringify({ v: 1, run, seq, at: new Date(at).toISOString(), type, ...fields, plan: undefined });
}

/** The last line of every stream: how this invocation ended. `waiting` counts every task that has not ended. */
export function endLine(status: Status, exit: ExitCode): string {
  const { landed, failed, skipped, cancelled } = status.counts;
  return JSON.stringify({
    v: 1,
    run: status.run,
    seq: status.seq,
    at: new Date(status.at).toISOString(),
    type: 'run-ended',
    state: endState(status.state),
    target: status.target,
    landed,
    failed,
    waiting: status.tasks.length - landed - failed - skipped - cancelled,
    skipped,
    cancelled,
    exit,
    counts: status.counts,
  });
}

/** An invocation that stops while the run goes on leaves it `interrupted`: nothing drives it until it is resumed. */
const endState = (state: Status['state']): Status['state'] => (state === 'running' ? 'interrupted' : state);
