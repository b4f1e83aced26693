import type { Status } from '../core/status.ts';
import { duration } from './duration.ts';
import type { Span } from './paint.ts';
import { paint, span } from './paint.ts';
import { quoted } from './phrase.ts';
import type { TextOptions } from './status-text.ts';

/** Open questions with their options and what to type; empty when nobody asks. */
export function questionsText(status: Status, options: TextOptions): string {
  return questionLines(status)
    .map((line) => `${paint(line, options)}\n`)
    .join('');
}

/** The same as lines of a larger text. */
export const questionLines = ({ questions, at }: Pick<Status, 'questions' | 'at'>): Span[][] =>
  questions.flatMap(({ id, task, text, options, since }) => [
    [span(`? ${task} asks since ${duration(at - since)}: `, 'magenta'), span(text)],
    ...options.map((option, index) => [span(`    ${index + 1}. ${option}`)]),
    [span(`    branchline answer ${quoted(id)} "…"`, 'bold')],
  ]);
