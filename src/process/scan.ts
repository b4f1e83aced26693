import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { ProcessId } from '../core/ports/process.ts';
import { scanWithPs, startTimeFromPs } from './scan-ps.ts';

/** What makes a process one of those looked for: any one of the three is enough. */
export type Wanted = {
  readonly mark: string | null;
  /** An existing directory, without symbolic links in its path. */
  readonly dir: string | null;
  readonly group: number | null;
};

/** All living processes (no zombies) that are wanted; never this process, nor those that started it, nor `except`. */
export const scan = async (wanted: Wanted, except: readonly number[]): Promise<readonly ProcessId[]> => {
  const spared = new Set([...ancestry(), ...except]);
  if (process.platform !== 'linux') return (await scanWithPs(wanted)).filter(({ pid }) => !spared.has(pid));
  return scanPids(allPids(), wanted, spared);
};

/**
 * Like `scan` for a mark alone, but only over processes made after `pid`, which a short-lived command affords at its
 * every end. Falls back to all processes when the kernel's pid counter has wrapped or has gone far.
 */
export const scanSince = async (pid: number, mark: string): Promise<readonly ProcessId[]> => {
  const wanted = { mark, dir: null, group: null };
  const last = lastPid();
  if (last === null || last < pid || last - pid > 256) return scan(wanted, []);
  const pids = Array.from({ length: last - pid }, (_, i) => pid + 1 + i);
  return scanPids(pids, wanted, new Set(ancestry()));
};

/** The start time that belongs to a pid's name; null when there is no such process or only its zombie. */
export const startTimeOf = (pid: number): string | null =>
  process.platform === 'linux' ? (readStat(pid)?.startTime ?? null) : startTimeFromPs(pid);

const scanPids = async (
  pids: readonly number[],
  wanted: Wanted,
  spared: ReadonlySet<number>,
): Promise<readonly ProcessId[]> => {
  const found: ProcessId[] = [];
  const mark = wanted.mark === null ? null : Buffer.from(`BRANCHLINE_MARK=${wanted.mark}\0`);
  for (const [index, pid] of pids.entries()) {
    // Reading /proc is quick but synchronous: on a host with thousands of processes the loop must get a turn.
    if (index % 64 === 63) await setImmediate();
    const stat = spared.has(pid) ? null : readStat(pid);
    if (stat === null) continue;
    if (stat.group === wanted.group || carries(pid, mark) || worksBelow(pid, wanted.dir))
      found.push({ pid, startTime: stat.startTime });
  }
  return found;
};

type Stat = { readonly parent: number; readonly group: number; readonly startTime: string };

/** A process may end between two looks at it: whatever cannot be read any more is taken as gone. */
const peek = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch {
    return null;
  }
};

const readStat = (pid: number): Stat | null => {
  const text = peek(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (text === null) return null;
  // The program's name stands in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  if (state === undefined || 'ZXx'.includes(state)) return null;
  return { parent: Number(parent), group: Number(group), startTime: fields[19] ?? '' };
};

const carries = (pid: number, mark: Buffer | null): boolean => {
  if (mark === null) return false;
  const environ = peek(() => readFileSync(`/proc/${pid}/environ`));
  const at = environ?.indexOf(mark) ?? -1;
  return at === 0 || (at > 0 && environ?.[at - 1] === 0);
};

const worksBelow = (pid: number, dir: string | null): boolean => {
  if (dir === null) return false;
  // The kernel appends this to the path of a directory that was removed under the process.
  const cwd = peek(() => readlinkSync(`/proc/${pid}/cwd`))?.replace(/ \(deleted\)$/, '');
  return cwd === dir || (cwd?.startsWith(`${dir}/`) ?? false);
};

const allPids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const lastPid = (): number | null => {
  const text = process.platform === 'linux' ? peek(() => readFileSync('/proc/loadavg', 'latin1')) : null;
  return text === null ? null : Number(text.trim().split(' ').at(-1));
};

const ancestry = (): readonly number[] => {
  const line = [process.pid];
  for (let pid = process.ppid; pid > 1 && !line.includes(pid); pid = readStat(pid)?.parent ?? 0) line.push(pid);
  return line;
};
