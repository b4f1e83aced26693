import type { Diagnostic } from '../core/diagnostic.ts';
import type { Plan, Task } from '../core/plan.ts';
import { placeDiagnostics } from '../plans/place.ts';
import { readPlan } from '../plans/read.ts';
import type { PlacedDiagnostic } from '../report/diagnostic-text.ts';
import { checkPlanFile } from './check-plan.ts';
import { installedAgents } from './installed.ts';
import type { Opened } from './opened.ts';
import type { Surroundings } from './world.ts';

/** What an agent proposed, and everything that keeps it from being run. */
export type Judged = {
  readonly text: string;
  readonly tasks: readonly Pick<Task, 'id' | 'title' | 'needs'>[];
  /** One line each, with its place. */
  readonly faults: readonly string[];
  /** Warnings, where there are no faults. */
  readonly diagnostics: readonly PlacedDiagnostic[];
};

type Proposal = { readonly text: string; readonly step: 'parents' | 'tasks'; readonly file: string };

/** Judged as `check` judges any plan; a whole plan also by how long its tasks are. */
export async function judgePlan(around: Surroundings, opened: Opened, proposal: Proposal): Promise<Judged> {
  const { text, file, step } = proposal;
  const installed = await installedAgents({ cwd: around.cwd, variables: around.environment.variables });
  const read = readPlan(text, file, { ...(await around.settings()).around, installed });
  const checked = await checkPlanFile(opened, { file, text, hash: '', ...read });
  const long = step === 'tasks' && read.plan !== null ? placeDiagnostics(text, file, tooLong(read.plan)) : [];
  // Who works is for whoever runs the plan to settle.
  const found = [...checked.diagnostics, ...long].filter(({ code }) => code !== 'no-agent');
  const errors = [...found.filter(({ severity }) => severity === 'error'), ...read.unsupported];
  const faults = errors.map(({ line, col, what, why, next }) =>
    [`${file}:${line ?? 1}:${col ?? 1}: ${what}`, why, next].filter((part) => part !== null).join('. '),
  );
  return { text, tasks: read.plan?.tasks ?? [], faults, diagnostics: faults.length === 0 ? found : [] };
}

const HOURS_MAX = 4;

/** Whoever plans may not leave it open how long a task is, nor plan a day's work as one. */
const tooLong = ({ tasks }: Plan): readonly Diagnostic[] =>
  tasks.flatMap(({ id, estimate_min: minutes }): Diagnostic[] => {
    if (minutes !== null && minutes <= HOURS_MAX * 60) return [];
    const isOpen = minutes === null;
    return [
      {
        code: isOpen ? 'no-estimate' : 'long-task',
        severity: 'error',
        what: isOpen ? `${id} does not say how long it takes` : `${id} takes ${minutes} minutes`,
        why: `A task of a plan that an agent makes takes at most ${HOURS_MAX} hours`,
        next: isOpen ? 'Add its estimate' : 'Make several tasks of it',
        task: id,
        field: isOpen ? `tasks.${id}` : `tasks.${id}.estimate`,
      },
    ];
  });
