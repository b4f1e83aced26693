import { TASK_CHARS_MAX } from '../brief.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Plan, Task } from '../plan.ts';
import type { CheckFacts } from './facts.ts';

/** Tasks of which there is more to say than a brief holds: what is cut off, no agent would do. */
export const longBriefs = ({ tasks }: Plan, facts: CheckFacts): readonly Diagnostic[] =>
  tasks.flatMap((task) => {
    const chars = charsOf(task, facts);
    if (chars <= TASK_CHARS_MAX) return [];
    return [
      {
        code: 'brief-too-long',
        severity: 'error',
        what: `there are ${chars} characters to say about ${task.id}`,
        why: `A brief has room for ${TASK_CHARS_MAX}: its text, steps, what done means and the scope together.`,
        next: 'split the task, or put what is long into a file that the brief names',
        task: task.id,
        field: `tasks.${task.id}.${task.brief === null ? 'steps' : 'brief'}`,
      },
    ];
  });

function charsOf({ brief, steps, done, scope }: Task, { briefChars }: CheckFacts): number {
  const text = brief === null ? 0 : 'text' in brief ? brief.text.length : (briefChars?.get(brief.file) ?? 0);
  const rest = [...steps, ...done, ...(scope?.may ?? []), ...(scope?.mayNot ?? [])];
  return rest.reduce((sum, each) => sum + each.length + LINE_CHARS, text);
}

/** Number or dash, and the end of the line. */
const LINE_CHARS = 5;
