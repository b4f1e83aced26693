import { join } from 'node:path';
import type { Progress, Wording } from './content.ts';
import { codeOf, lay, layNext, layOver, readText } from './files.ts';
import { fileName, PROGRESS } from './names.ts';
import { FolderWatch } from './watch.ts';

/** Lays a question into a desk, durable when this resolves, and returns its number. */
export const ask = (folder: string, question: Wording): Promise<number> =>
  layNext(folder, 'question', JSON.stringify(question));

/** Leaves a note of what would have been asked. */
export const noteUnasked = (folder: string, question: Wording): Promise<number> =>
  layNext(folder, 'unasked', JSON.stringify(question));

/** Leaves a report: a claim, and the last word. */
export const report = (folder: string, text: string): Promise<number> =>
  layNext(folder, 'done', JSON.stringify({ text }));

/** Says how far the task has come, in place of what was said before. */
export const tellProgress = (folder: string, progress: Progress): Promise<void> =>
  layOver(folder, PROGRESS, JSON.stringify(progress));

type Wait = { readonly wait_ms: number; readonly signal: AbortSignal };

const PACE = { sighted_ms: 1_000, blind_ms: 200 };

/**
 * The answer to a question, as soon as it lies there; null when it does not within the wait. Whoever gets it has it: it is
 * marked as delivered, so that nobody brings it a second time.
 */
export async function answerTo(folder: string, number: number, { wait_ms, signal }: Wait): Promise<string | null> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(wait_ms)]);
  let wake = (): void => undefined;
  const ended = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
  const watch = new FolderWatch(folder, PACE, () => wake());
  try {
    for (;;) {
      // Made before the look, so that no change falls between the two.
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const read = await readText(join(folder, fileName(number, 'answer')));
      if (read.is === 'text' && read.text !== '') return await delivered(folder, number, read.text);
      if (over.aborted) return null;
      await Promise.race([changed, ended]);
    }
  } finally {
    watch.close();
  }
}

/** An answer that cannot be marked is still an answer; it may then come twice. */
async function delivered(folder: string, number: number, answer: string): Promise<string> {
  await lay(folder, fileName(number, 'delivered'), '').catch(codeOf);
  return answer;
}
