import type { TaskId } from './plan.ts';

/** One thing to tell the author of a plan. The reader of the plan file turns `field` into a line and a column. */
export type Diagnostic = {
  readonly code: string;
  /** `run` refuses a plan with errors; a note is only worth knowing. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly what: string;
  readonly why: string;
  readonly next: string;
  readonly task: TaskId | null;
  /** Where it stands in the document, as in `tasks.api.scope.may[0]`; null: nowhere in particular. */
  readonly field: string | null;
};
