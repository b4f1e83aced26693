import { readFileSync } from 'node:fs';
import type { ProcessId } from '../core/ports/process.ts';

/** Linux counts processor time in hundredths of a second on every architecture that Node runs on. */
const MS_PER_TICK = 10;

/** Processor time that living processes have used, with that of children they waited for; null where it cannot be read. */
export function cpuOf(processes: readonly ProcessId[]): number | null {
  if (process.platform !== 'linux') return null;
  return processes.reduce((sum, { pid }) => sum + ticksOf(pid) * MS_PER_TICK, 0);
}

function ticksOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Fields 14 to 17 of the manual page: own user and system time, then those of children.
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  } catch {
    // It ended between being found and being read: it uses nothing any more.
    return 0;
  }
}
