import { countWords, type SystemName } from '../../core/state-words.ts';
import { counted } from '../duration.ts';
import type { SkinRun } from './skin-run.ts';

/** `4 tasks: 1 pending, 3 done`. Every task is in exactly one of the numbers. */
export function countLine(system: SystemName, run: SkinRun, noun = 'task'): string {
  const parts = countsOf(system, run).map(([word, count]) => `${count} ${word}`);
  return `${counted(run.tasks.length, noun)}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

/** The words of a system that hold a task, in the order of a task's life. */
export const countsOf = (system: SystemName, { tasks }: SkinRun): readonly (readonly [string, number])[] =>
  [
    ...countWords(
      system,
      tasks.map(({ is }) => is.state),
    ),
  ].filter(([, count]) => count > 0);

/** What keeps a run from going on, or nothing: work that nobody drives is not under way, whatever its state says. */
export function standsLines({ status: { state, why } }: SkinRun): readonly string[] {
  if (state === 'running' || state === 'ended') return [];
  return [`The run is ${state}${why === null ? '' : `: ${why}`}`];
}
