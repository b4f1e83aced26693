import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessId } from '../core/ports/process.ts';
import type { Wanted } from './scan.ts';

const run = promisify(execFile);

/** The scan where there is no /proc (macOS): `ps` shows environments, `lsof` working directories. */
export const scanWithPs = async (wanted: Wanted): Promise<readonly ProcessId[]> => {
  const [rows, below] = await Promise.all([processRows(), pidsBelow(wanted.dir)]);
  return rows
    .filter((row) => row.group === wanted.group || carries(row.command, wanted.mark) || below.includes(row.pid))
    .map(({ pid, startTime }) => ({ pid, startTime }));
};

/** The start time of a living process, as `ps` writes it; null when there is none. */
export const startTimeFromPs = (pid: number): string | null => {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
};

type Row = { readonly pid: number; readonly group: number; readonly startTime: string; readonly command: string };

const processRows = async (): Promise<readonly Row[]> => {
  const { stdout } = await run('ps', ['-axEww', '-o', 'pid=,pgid=,state=,lstart=,command='], { maxBuffer: 2 ** 26 });
  return stdout.split('\n').flatMap((line) => {
    const fields = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
    const [, pid, group, state, startTime, command] = fields ?? [];
    if (startTime === undefined || command === undefined || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), group: Number(group), startTime, command }];
  });
};

const carries = (command: string, mark: string | null): boolean =>
  mark !== null && `${command} `.includes(` BRANCHLINE_MARK=${mark} `);

const pidsBelow = async (dir: string | null): Promise<readonly number[]> => {
  if (dir === null) return [];
  // `lsof` exits with 1 when it could not look at some process; what it printed still holds.
  const { stdout } = await run('lsof', ['-w', '-a', '-d', 'cwd', '-F', 'pn'], { maxBuffer: 2 ** 26 }).catch(
    (error: unknown) => ({ stdout: String((error as { stdout?: unknown }).stdout ?? '') }),
  );
  const found: number[] = [];
  let pid = 0;
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    else if (line === `n${dir}` || line.startsWith(`n${dir}/`)) found.push(pid);
  }
  return found;
};
