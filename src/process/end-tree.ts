import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessId } from '../core/ports/process.ts';
import type { Clock } from '../core/time.ts';
import { startTimeOf } from './scan.ts';

type EndTree = {
  readonly clock: Clock;
  readonly grace_ms: number;
  /** Finds what is to be ended; asked again until it finds nothing. */
  readonly look: () => Promise<readonly ProcessId[]>;
};

const firstPoll_ms = 5;
const poll_ms_max = 100;
/** Something that cannot be killed (a process stuck in the kernel) must not hold the engine for ever. */
const giveUp_ms = 10_000;

/** TERM to everything that `look` finds, grace, then KILL until nothing is found any more. */
export const endTree = async ({ clock, grace_ms, look }: EndTree): Promise<void> => {
  const from_ms = clock.monotonic_ms();
  const asked = new Set<string>();
  let poll_ms = firstPoll_ms;
  for (let found = await look(); found.length > 0; found = await look()) {
    const passed_ms = clock.monotonic_ms() - from_ms;
    if (passed_ms > grace_ms + giveUp_ms) return;
    const isOver = passed_ms >= grace_ms;
    // Stopping all before killing any keeps a tree from growing new branches while it is cut down.
    if (isOver) for (const id of found) signal(id, 'SIGSTOP');
    for (const id of found) {
      if (isOver) signal(id, 'SIGKILL');
      else if (!asked.has(nameOf(id))) signal(id, 'SIGTERM');
      asked.add(nameOf(id));
    }
    poll_ms = isOver ? 1 : Math.min(poll_ms * 1.5, poll_ms_max, Math.max(1, grace_ms - passed_ms));
    await delay(poll_ms);
  }
};

const nameOf = ({ pid, startTime }: ProcessId): string => `${pid} ${startTime}`;

/** Never signals a pid that belongs to another process by now. */
const signal = (id: ProcessId, name: NodeJS.Signals): void => {
  if (startTimeOf(id.pid) !== id.startTime) return;
  try {
    process.kill(id.pid, name);
    // A stopped process only acts on TERM once it goes on.
    if (name === 'SIGTERM') process.kill(id.pid, 'SIGCONT');
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
};
