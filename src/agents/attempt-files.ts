import { unwatchFile, watchFile } from 'node:fs';
import { constants, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentSpec } from '../core/ports/agent.ts';
import { visible } from '../process/visible.ts';

/** Where an agent may leave its report and its question, and the environment that tells it so. */
export type AttemptFiles = {
  readonly report: string;
  readonly question: string;
  readonly env: Readonly<Record<string, string>>;
};

/**
 * Makes both files' folder and removes what an earlier start left in their places. The engine's own environment wins
 * over what is made up here, so it may place the files elsewhere.
 */
export const prepareFiles = async (spec: AgentSpec): Promise<AttemptFiles> => {
  const folder = `${spec.log}.out`;
  const env = {
    BRANCHLINE_RUN: spec.key.run,
    BRANCHLINE_TASK: spec.key.task,
    BRANCHLINE_ATTEMPT: String(spec.key.attempt),
    BRANCHLINE_BRIEF: spec.brief,
    BRANCHLINE_WORKTREE: spec.cwd,
    BRANCHLINE_REPORT: join(folder, 'report'),
    BRANCHLINE_QUESTION: join(folder, 'question'),
    ...spec.env,
  };
  const [report, question] = [env.BRANCHLINE_REPORT, env.BRANCHLINE_QUESTION];
  for (const file of [report, question]) {
    await mkdir(dirname(file), { recursive: true });
    await rm(file, { recursive: true, force: true });
  }
  return { report, question, env };
};

const textBytes_max = 16_384;

/** What an agent wrote, visible, at most 16 KiB; empty when it wrote nothing or put something else than a file there. */
export const agentText = async (file: string): Promise<string> => {
  try {
    // Not blocking: a named pipe in its place would hold us for ever.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile()) return '';
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(textBytes_max), 0, textBytes_max, 0);
    return visible(buffer.toString('utf8', 0, bytesRead)).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
};

/** True when the brief can be read. */
export const isReadable = async (file: string): Promise<boolean> => {
  try {
    await using handle = await open(file, constants.O_RDONLY);
    return (await handle.stat()).isFile();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
};

/** Calls `onWritten` once, within half a second of the file's having content. Returns what ends the watch. */
export const watchForContent = (file: string, onWritten: () => void): (() => void) => {
  const stop = (): void => unwatchFile(file);
  watchFile(file, { interval: 500, persistent: false }, ({ size }) => {
    if (size === 0) return;
    stop();
    onWritten();
  });
  return stop;
};
