import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AttemptKey } from '../core/ports/store.ts';
import type { RunFiles } from '../engine/parts.ts';

/** Briefs, logs and reports below `root`, one folder an attempt. They are never below a worktree. */
export function runFiles(root: string): RunFiles {
  return {
    async folder({ run, task, attempt }: AttemptKey): Promise<string> {
      const folder = join(root, run, task, String(attempt));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    write: writeWhole,
    read: readBounded,
  };
}

/** A reader sees the earlier text or the whole of the later one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Another process may be writing the same file at this moment; whoever is last wins whole.
  const unfinished = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}

async function readBounded(path: string, bytes_max: number): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes_max), 0, bytes_max, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}
