import { paint, span } from './paint.ts';
import type { TextOptions } from './status-text.ts';

/** What a request left open. `answer`: the names that were chosen; null: nobody was asked, or nobody answered. */
export type TextQuestion = {
  readonly at: { readonly file: string; readonly line: number };
  readonly text: string;
  readonly task: string | null;
  readonly among: readonly string[];
  readonly answer: readonly string[] | null;
  /** What the plan does for want of an answer. */
  readonly meanwhile: string;
};

/** What a person has to know beside the plan: what is still open, and what was assumed. */
export function openText(
  { questions, assumed }: { readonly questions: readonly TextQuestion[]; readonly assumed: readonly string[] },
  options: TextOptions,
): string {
  const open = questions.filter(({ answer }) => answer === null);
  const lines = [
    ...open.map(({ at, task, text, meanwhile }) => [
      span(`${at.file}:${at.line}: `, 'bold'),
      span('question: ', 'yellow'),
      span(`${task === null ? '' : `${task}: `}${text}`),
      span(`  ${meanwhile}`, 'dim'),
    ]),
    ...assumed.map((text) => [span('assumed: ', 'yellow'), span(text)]),
  ];
  return lines.map((line) => `${paint(line, options)}\n`).join('');
}
