import type { Status, TaskStatus } from '../core/status.ts';
import type { ExitCode } from './explanation.ts';

/**
 * How a run's invocation ended, as one number. Where several apply the first in the order 2, 130/143, 3, 4, 5, 1, 0 wins
 * (2 never reaches this function: nothing ran).
 */
export function exitCodeOf(status: Status, signal: 'SIGINT' | 'SIGTERM' | null): ExitCode {
  if (signal !== null) return signal === 'SIGINT' ? 130 : 143;
  const open = status.tasks.filter(({ state }) => state !== 'landed');
  if (waitsForPerson(status, open)) return 3;
  if (open.some(isLimited)) return 4;
  if (open.some(isConflict)) return 5;
  return open.length > 0 || status.finalChecks.failed > 0 ? 1 : 0;
}

/** What each code means; `docs/exit-codes.md` is this table. In order of precedence. */
export const EXIT_CODES: readonly { readonly code: ExitCode; readonly name: string; readonly meaning: string }[] = [
  { code: 2, name: 'usage or plan', meaning: 'The command line or the plan is wrong; nothing was started or changed.' },
  { code: 130, name: 'SIGINT', meaning: 'Stopped by Ctrl-C. The run can be resumed.' },
  { code: 143, name: 'SIGTERM', meaning: 'Stopped by a termination signal. The run can be resumed.' },
  {
    code: 3,
    name: 'waiting for a person',
    meaning: 'A question, an approval, a blocked task, a used-up budget or a paused run waits for somebody.',
  },
  { code: 4, name: 'limit or login', meaning: "An agent's account is limited or logged out; the work is kept." },
  { code: 5, name: 'conflict left', meaning: 'At least one task could not be merged and needs a person.' },
  {
    code: 1,
    name: 'some did not land',
    meaning:
      'At least one task failed, was skipped or cancelled, or a check failed; `pool`: no slot is idle, there is no pool, or a merge failed.',
  },
  { code: 0, name: 'all landed', meaning: 'Every task has landed, or the command did what was asked.' },
];

function waitsForPerson({ state, questions }: Status, open: readonly TaskStatus[]): boolean {
  if (questions.length > 0 || state === 'paused') return true;
  if (open.some((task) => task.state === 'asking')) return true;
  const blocked = open.filter((task) => task.state === 'blocked');
  if (blocked.some((task) => !isLimited(task) && !isConflict(task))) return true;
  // A run can also wait for a person as a whole (an approval); a task blocked by a login or a conflict has its own code.
  return state === 'waiting' && !open.some((task) => isLimited(task) || isConflict(task));
}

/** Only what still holds the task back counts: a limit that an earlier attempt hit is over. */
const isLimited = ({ state, because }: TaskStatus): boolean =>
  isHeldBack(state) && (because?.reason === 'limited' || because?.reason === 'login');
const isConflict = ({ state, because }: TaskStatus): boolean => isHeldBack(state) && because?.reason === 'conflict';

const isHeldBack = (state: TaskStatus['state']): boolean =>
  state === 'resting' || state === 'blocked' || state === 'failed' || state === 'stopping';
