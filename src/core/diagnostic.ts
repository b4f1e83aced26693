import type { TaskId } from './plan.ts';

/** One thing to tell the author of a plan. The reader of the plan file turns `field` into a line and a column. */
export type Diagnostic = {
  readonly code: string;
  /** `run` refuses a plan with errors. */
  readonly severity: 'error' | 'warning' | 'hint';
  readonly what: string;
  readonly why: string;
  readonly next: string;
  readonly task: TaskId | null;
  /** Where it stands in the document, e.g. `['tasks', 'api', 'scope', 'may', 0]`. */
  readonly field: readonly (string | number)[];
};
