import { choiceOf } from '../../core/agent-choice.ts';
import { branchName } from '../../core/branch-name.ts';
import { type CheckReport, checkPlan } from '../../core/check.ts';
import type { Entry } from '../../core/event.ts';
import type { Plan, Task, TaskId } from '../../core/plan.ts';
import { lazily } from '../../core/relations/lazily.ts';
import { readableRelationsOf } from '../../core/relations/relations.ts';
import type { Status, TaskStatus } from '../../core/status.ts';
import { type ReportTask, type RunReport, reportOf } from '../report-json.ts';
import { NO_WORK, type Work, workOf } from './work.ts';

/** The one model that every skin shows: how the run stands, what the journal adds up to, and the plan as it is now. */
export type SkinRun = {
  readonly status: Status;
  readonly report: RunReport;
  readonly plan: Plan;
  readonly tasks: readonly SkinTask[];
  /** Slots that attempts of this run have worked in. */
  readonly slots: readonly number[];
  /** From its start to its end, to now while it is driven, else to the last thing that happened. */
  readonly elapsed_ms: number;
};

export type SkinTask = {
  /** From 1, in the order of the run. */
  readonly number: number;
  readonly is: TaskStatus;
  /** null: an amendment has dropped it from the plan. */
  readonly task: Task | null;
  /** What must land before it: its needs, and whoever writes what it reads. */
  readonly before: readonly TaskId[];
  /** What works on it: the model where one is named, else the agent. */
  readonly model: string;
  /** Of its last attempt; null: there was none, or the task is not in the plan any more. */
  readonly branch: string | null;
  readonly work: Work;
  readonly tally: ReportTask | null;
};

/** A run in the shape that people of another system know. `columns` bounds what is meant for a terminal. */
export type Skin = {
  readonly status: (run: SkinRun, columns: number) => string;
  readonly report: (run: SkinRun, columns: number) => string;
};

/** `entries` are all of the run, in order. */
export function skinRun(status: Status, entries: readonly Entry[]): SkinRun {
  const report = reportOf(status, entries);
  const plan = planIn(entries);
  const isDriven = status.endedAt === null && status.state === 'running';
  const elapsed_ms = isDriven ? Math.max(0, status.at - status.createdAt) : report.took_ms;
  const { byTask, slots } = workOf(entries, status.createdAt + elapsed_ms);
  const planned = new Map(plan.tasks.map((task) => [task.id, task]));
  const tallies = new Map(report.tasks.map((each) => [each.id, each]));
  const relations = lazily(plan, () => readableRelationsOf(plan, { ignoreCase: false }));
  const tasks = status.tasks.map((is, index): SkinTask => {
    const task = planned.get(is.id) ?? null;
    const work = byTask.get(is.id) ?? NO_WORK;
    return {
      number: index + 1,
      is,
      task,
      before: task === null ? [] : relations.before(is.id),
      model: modelOf(plan, task, is),
      branch:
        work.attempt === 0 || task === null ? null : branchName(plan, task, { run: status.run, attempt: work.attempt }),
      work,
      tally: tallies.get(is.id) ?? null,
    };
  });
  return { status, report, plan, tasks, slots, elapsed_ms };
}

/** The plan as it is now. A journal begins with one. */
function planIn(entries: readonly Entry[]): Plan {
  const named = entries.findLast(({ event }) => event.type === 'run-created' || event.type === 'plan-amended')?.event;
  if (named?.type === 'run-created' || named?.type === 'plan-amended') return named.plan;
  throw new Error('The journal names no plan');
}

function modelOf(plan: Plan, task: Task | null, { agent }: TaskStatus): string {
  if (task === null) return agent;
  const choice = choiceOf(plan, task);
  return choice.name === agent ? (choice.model ?? agent) : agent;
}

/** What `branchline check` says of the plan, as far as that does not depend on what is in the repository. */
export const checked = (plan: Plan): CheckReport =>
  checkPlan(plan, { paths: [], ignoreCase: false, missingBriefs: [], existingBranches: [], environment: [] });

/** The name that a person gave a task: its title, else its id. */
export const titleOf = ({ is: { id, title } }: SkinTask): string => (title === '' ? id : title);

/** Id and title, where the title does not begin with the id anyway. */
export const nameOf = ({ is: { id, title } }: SkinTask): string =>
  title === '' ? id : title.startsWith(id) ? title : `${id}: ${title}`;
