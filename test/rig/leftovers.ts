import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that should not be there any more. */
export type Leftover = { readonly pid: number; readonly what: string };

/**
 * Living processes that belong to `dir`: they work below it or carry its path in their environment or their command
 * line. Zombies have neither and are not counted. Needs /proc; elsewhere it finds nothing.
 */
export function processesOf(dir: string): readonly Leftover[] {
  return pids().flatMap((pid) => {
    if (pid === process.pid) return [];
    const cwd = peek(() => readlinkSync(`/proc/${pid}/cwd`)) ?? '';
    const environ = peek(() => readFileSync(`/proc/${pid}/environ`, 'latin1')) ?? '';
    const argv = peek(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1')) ?? '';
    const belongs = cwd === dir || cwd.startsWith(`${dir}/`) || environ.includes(dir) || argv.includes(dir);
    return belongs ? [{ pid, what: argv.replaceAll('\0', ' ').slice(0, 200) }] : [];
  });
}

/** Waits until nothing of `dir` lives any more; what still lives at the deadline is ended, by pid, and returned. */
export async function leftoversOf(dir: string, patience_ms = 3_000): Promise<readonly Leftover[]> {
  const deadline = performance.now() + patience_ms;
  let found = processesOf(dir);
  while (found.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    found = processesOf(dir);
  }
  for (const { pid } of found) peek(() => process.kill(pid, 'SIGKILL'));
  return found;
}

const pids = (): readonly number[] =>
  (peek(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);

/** A process may end between two looks at it: what cannot be read is taken as gone. */
function peek<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
