import { constants, type FileHandle, open } from 'node:fs/promises';
import { visibleTail } from './visible.ts';

/**
 * Keeps a log within `bytes_max` by replacing its middle with one line that says so: the first and the last quarter
 * stay. The writer may go on meanwhile, since it appends; what it writes during the cut itself may be lost with the middle.
 * Resolves with the bytes that were taken out.
 */
const cutLog = async (path: string, bytes_max: number): Promise<number> => {
  await using file = await openLog(path, constants.O_RDWR | constants.O_APPEND);
  if (file === null) return 0;
  const { size } = await file.stat();
  if (size <= bytes_max) return 0;
  const quarter = Math.floor(bytes_max / 4);
  const kept = await read(file, size - quarter, quarter);
  const taken = size - 2 * quarter;
  await file.truncate(quarter);
  await file.write(`\n[branchline: ${taken} bytes left out here, the log may hold ${bytes_max}]\n`);
  await file.write(kept);
  return taken;
};

/** The log's last lines, at most 4 KiB, fit to be shown. Empty when there is no log. */
const tailOf = async (path: string): Promise<string> => {
  await using file = await openLog(path, constants.O_RDONLY);
  if (file === null) return '';
  const { size } = await file.stat();
  // Twice what is shown, so that the tail's own cut sees where a line begins.
  const length = Math.min(size, 8192);
  return visibleTail(await read(file, size - length, length));
};

const openLog = async (path: string, flags: number): Promise<FileHandle | null> => {
  try {
    return await open(path, flags | constants.O_NOFOLLOW);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ELOOP')) return null;
    throw error;
  }
};

const read = async (file: FileHandle, position: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
};

/** A log that is being written: its growth is told, its size kept within bounds. */
type LogWatch = {
  /** The log is `size` bytes long now. */
  grew(size: number): void;
  /** After the last writer is gone: cuts once more if need be, and resolves with the tail. */
  close(): Promise<string>;
};

/** Follows one log. `onOutput` gets the bytes added since it was last told. */
export const watchLog = (spec: {
  readonly log: string;
  readonly logBytes_max: number;
  readonly onOutput?: (bytes: number) => void;
}): LogWatch => {
  let seen = 0;
  let cutting: Promise<unknown> | null = null;
  return {
    grew(size) {
      // After a cut the log is shorter than it was: what is left of it was told before.
      if (size > seen) spec.onOutput?.(size - seen);
      seen = size;
      if (size > spec.logBytes_max)
        cutting ??= cutLog(spec.log, spec.logBytes_max).finally(() => {
          cutting = null;
        });
    },
    async close() {
      await cutting;
      await cutLog(spec.log, spec.logBytes_max);
      return tailOf(spec.log);
    },
  };
};
