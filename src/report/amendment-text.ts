import type { TaskId } from '../core/plan.ts';
import { visible } from './visible.ts';

/** What would become of a run if its plan were changed. */
export type AmendmentView = {
  readonly added: readonly TaskId[];
  readonly dropped: readonly TaskId[];
  readonly changed: readonly { readonly task: TaskId; readonly fields: readonly string[] }[];
  readonly consequences: readonly string[];
};

/** One line per task that is added, dropped or changed, then what follows from it. */
export function amendmentText({ added, dropped, changed, consequences }: AmendmentView): string {
  const lines = [
    ...added.map((task) => `+ ${task}`),
    ...dropped.map((task) => `- ${task}`),
    ...changed.map(({ task, fields }) => `~ ${task}: ${fields.join(', ')}`),
    ...consequences.map((consequence) => `  ${consequence}`),
  ];
  return `${(lines.length === 0 ? ['The plan is the same; nothing would change.'] : lines).map(visible).join('\n')}\n`;
}
