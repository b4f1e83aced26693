import { markerOf } from '../../core/issue-text.ts';
import type { Plan, Task } from '../../core/plan.ts';
import { labelsOf, pointsOf } from './ccc.ts';
import type { Prompt } from './facts.ts';

/** The sub-issue that a task gets: its prompt as the text, and a last line by which it is known again. */
export type IssueDraft = {
  readonly task: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly estimate: number | null;
  readonly assignee: string | null;
};

export const issueDrafts = (plan: Plan, prompts: readonly Prompt[]): readonly IssueDraft[] =>
  prompts.flatMap((prompt) => {
    const task = plan.tasks.find(({ id }) => id === prompt.task);
    return task === undefined ? [] : [draftOf(plan, task, prompt)];
  });

function draftOf(plan: Plan, task: Task, { title, text }: Prompt): IssueDraft {
  const points = pointsOf(task);
  return {
    task: task.id,
    title,
    body: `${text}\n\n${markerOf(plan.name, task.id)}`,
    labels: [...new Set([...labelsOf(plan, task), ...task.labels])],
    estimate: points === null ? null : Number(points),
    assignee: task.owner,
  };
}
