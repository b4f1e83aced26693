import { criticalPathOf } from './critical-path.ts';
import { Dispatch } from './dispatch.ts';
import { isReadOnly } from './plan.ts';
import { attemptsOf, type TaskRecord } from './record.ts';
import type { RunView } from './run.ts';
import { type Standing, standing } from './standing.ts';
import type { RunState, Status, TaskStatus } from './status.ts';
import type { TaskStateName } from './task.ts';
import type { Instant } from './time.ts';
import { waitingFor } from './waiting-for.ts';

/** A run as every screen shows it, counted from its journal. */
export function statusOf(view: RunView, now: Instant): Status {
  const { repository, base, target } = view.created;
  const { state, why } = runState(view, now);
  const records = view.records;
  const dispatch = new Dispatch(view, now);
  return {
    schemaVersion: 1,
    run: view.run,
    plan: view.plan.name,
    state,
    why,
    repository,
    base,
    target,
    createdAt: view.createdAt,
    endedAt: view.endedAt,
    at: now,
    seq: view.seq,
    places: { used: view.usage.writers + view.usage.readers, max: placesMax(view) },
    counts: countsOf(records),
    tasks: records.map((each) => taskStatus(view, each, dispatch)),
    questions: records.flatMap(({ id, question }) => (question === null ? [] : [{ ...question, task: id }])),
    finalChecks: { run: view.finalChecks.results.length, failed: view.finalChecks.failures },
    engine: view.engine,
    spent: view.spent,
    budget: view.plan.budget.run,
    criticalPath: criticalPathOf(view),
  };
}

/** Places that only reading tasks may take count only where there is such a task. */
function placesMax({ index: { places }, plan }: RunView): number | null {
  const all = places.writers + (plan.tasks.some(isReadOnly) ? (places.readers ?? 0) : 0);
  return Number.isFinite(all) ? all : null;
}

function runState(view: RunView, now: Instant): { readonly state: RunState; readonly why: string | null } {
  const stands = standing(view, now);
  if (stands.state === 'ended') return { state: 'ended', why: null };
  if (stands.state === 'paused') return { state: 'paused', why: stands.why };
  if (stands.state === 'waiting') return { state: 'waiting', why: stands.why };
  if (stands.state === 'deadlocked') return { state: 'deadlocked', why: stands.why };
  // It was not stopped: it left, because a limit lasts longer than anybody wanted to wait.
  if (view.left === 'waiting' && stands.state === 'resting') return { state: 'waiting', why: stands.why };
  if (view.engine === null) return { state: 'interrupted', why: 'No engine drives this run: resume it to go on' };
  return { state: 'running', why: restWords(stands) };
}

const restWords = (stands: Standing): string | null => (stands.state === 'resting' ? stands.why : null);

function countsOf(records: readonly TaskRecord[]): Readonly<Record<TaskStateName, number>> {
  const counts = { ...NONE };
  for (const { state } of records) counts[state.is] += 1;
  return counts;
}

const NONE: Readonly<Record<TaskStateName, number>> = {
  waiting: 0,
  ready: 0,
  working: 0,
  asking: 0,
  stopping: 0,
  resting: 0,
  reported: 0,
  verifying: 0,
  verified: 0,
  landing: 0,
  landed: 0,
  blocked: 0,
  failed: 0,
  skipped: 0,
  cancelled: 0,
};

function taskStatus(view: RunView, each: TaskRecord, dispatch: Dispatch): TaskStatus {
  const { state, task } = each;
  return {
    id: each.id,
    title: task.title,
    state: state.is,
    since: each.since,
    attempt: each.attempt,
    attempts: { used: attemptsOf(each), max: task.attempts.max ?? view.plan.attempts.max },
    agent: each.agent ?? view.choiceFor(each).name,
    worktree: each.worktree,
    base: each.base,
    progress: each.progress,
    steps: task.steps,
    waitingFor: waitingFor(view, each, dispatch),
    because: each.because,
    until: state.is === 'resting' ? state.until : null,
    commit: each.commit,
    landed: each.landed,
    files: each.files,
    rescued: each.rescued,
    log: each.log,
    spent: each.spent,
  };
}
